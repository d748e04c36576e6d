import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { RawSample } from "../../../src/device/index.ts";
import { SampleSpool } from "../../../src/fleet/importers/spool.ts";
import { collect, refusedWith } from "./support.ts";

const ORIGIN = { path: "", name: "log" };

/** Puts samples in one by one, and takes all out again. */
async function through(times: readonly number[], maxPending: number, maxRuns?: number): Promise<RawSample[]> {
  const spool = new SampleSpool(maxPending, maxRuns);
  try {
    for (const [index, time] of times.entries()) await spool.add("a", [{ time, index }], ORIGIN);
    await spool.flush();
    return (await collect(spool.read("a"))).flat();
  } finally {
    await spool.close();
  }
}

describe("samples put aside", () => {
  test("given any order, come back in order of time, equal times in the order of coming", async () => {
    const times = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 20 }), async (given, maxPending) => {
        const expected = given.map((time, index) => ({ time, index })).sort((a, b) => a.time - b.time);
        assert.deepEqual(await through(given, maxPending), expected);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test("given several keys, come back under their own", async () => {
    const spool = new SampleSpool(3);
    for (let time = 10; time > 0; time--) await spool.add(String(time % 2), [{ time }], ORIGIN);
    await spool.flush();
    const odd = (await collect(spool.read("1"))).flat();
    await spool.close();
    assert.deepEqual(
      odd.map(({ time }) => time),
      [1, 3, 5, 7, 9],
    );
  });

  test("given newest first, however long, opens one piece at a time", async () => {
    const backwards = Array.from({ length: 500 }, (_, i) => 500 - i);
    assert.equal((await through(backwards, 10, 1)).length, 500);
  });

  test("when more pieces overlap than may be open, refuses the log", async () => {
    const scattered = Array.from({ length: 40 }, (_, i) => (i * 17) % 40);
    const details = await refusedWith(through(scattered, 2, 4), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: "log", line: 0, code: "LOG_SCATTERED" });
  });
});
