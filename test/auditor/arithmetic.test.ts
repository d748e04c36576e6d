import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { AuditDatabase } from "../../src/auditor/store/database.ts";
import { uint } from "../support/arbitraries.ts";
import { readVectors } from "../support/vectors.ts";

interface ScheduleVectors {
  readonly drops: readonly { drop: number; emittedBefore: string }[];
  readonly days: readonly { day: number; emitted: string }[];
  readonly times: readonly { genesis: number; time: number; day: number }[];
}
interface ShareVector {
  readonly emitted: string;
  readonly maxUnitsPerMetre: string;
  readonly metres: readonly number[];
  readonly windowMetres: number;
  readonly pot: string;
  readonly stones: readonly string[];
}

/** The sum that the closed form must give, drop by drop. */
function emittedByAdding(drops: number): bigint {
  let sum = 0n;
  for (let drop = 0; drop < drops; drop++) sum += 500_000_000_000n >> BigInt(Math.floor(drop / 210_000));
  return sum;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

describe("the auditor's arithmetic in SQL", () => {
  let database: AuditDatabase;
  before(async () => {
    database = await AuditDatabase.open();
  });
  after(() => database.close());
  const values = async (expressions: readonly string[]): Promise<bigint[]> => {
    const list = expressions.map((expression, i) => `(${i}, (${expression})::HUGEINT)`).join(", ");
    const rows = await database.rows(`SELECT v FROM (VALUES ${list}) t(i, v) ORDER BY i`);
    return rows.map((row) => row.v as bigint);
  };

  test("given the shared vectors, the schedule is the programme's", async () => {
    const { drops, days, times } = readVectors<ScheduleVectors>("schedule");
    assert.deepEqual(
      await values(drops.map(({ drop }) => `emitted_before(${drop}::BIGINT)`)),
      drops.map(({ emittedBefore }) => BigInt(emittedBefore)),
    );
    assert.deepEqual(
      await values(days.map(({ day }) => `emitted_on(${day}::BIGINT)`)),
      days.map(({ emitted }) => BigInt(emitted)),
    );
    assert.deepEqual(
      await values(times.map(({ genesis, time }) => `day_of(${genesis}, ${time})`)),
      times.map(({ day }) => BigInt(day)),
    );
  });

  test("given drops around the ends of eras, the closed form is the sum drop by drop", async () => {
    const drops = [0, 1, 209_999, 210_000, 210_001, 419_999, 420_001, 630_000];
    assert.deepEqual(await values(drops.map((drop) => `emitted_before(${drop}::BIGINT)`)), drops.map(emittedByAdding));
  });

  test("when all eras are over, no more than the mining pool was emitted", async () => {
    const [all] = await values(["emitted_before(9007199254740991::BIGINT)"]);
    assert.ok(all !== undefined && all <= 210_000_000n * 1_000_000_000n);
  });

  test("given the shared vectors, pots and shares are right to the unit", async () => {
    for (const { emitted, maxUnitsPerMetre, metres, windowMetres, pot, stones } of readVectors<ShareVector[]>(
      "shares",
    )) {
      const shares = metres.map((mine) => `day_share(${pot}::HUGEINT, ${mine}::BIGINT, ${windowMetres}::BIGINT)`);
      const [first, ...rest] = await values([
        `day_pot(${emitted}::HUGEINT, ${windowMetres}::BIGINT, ${maxUnitsPerMetre}::HUGEINT)`,
        ...shares,
      ]);
      assert.equal(first, BigInt(pot));
      assert.deepEqual(rest, stones.map(BigInt));
    }
  });

  test("given any numbers of their types, pot and share are those of unbounded integers", async () => {
    const cases = fc.sample(
      fc
        .record({ e: uint(47), w: uint(52), u: uint(64), mine: uint(52) })
        .map((c) => ({ ...c, mine: c.mine % (c.w + 1n) })),
      { numRuns: 300, seed: 7 },
    );
    const expressions = cases.flatMap(({ e, w, u, mine }) => [
      `day_pot(${e}::HUGEINT, ${w}::BIGINT, ${u}::HUGEINT)`,
      `day_share(${e}::HUGEINT, ${mine}::BIGINT, ${w}::BIGINT)`,
    ]);
    const expected = cases.flatMap(({ e, w, u, mine }) => [smaller(w * u, e), w === 0n ? 0n : (e * mine) / w]);
    assert.deepEqual(await values(expressions), expected);
  });
});
