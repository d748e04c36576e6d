import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { grantOf, withdrawalOf } from "../support/contracts-consents.ts";
import { at, GENESIS, moveTo, programme } from "./fixture.ts";

/** One step of a history: so many seconds after the one before, a grant or a withdrawal of what stands. */
type Step =
  | { readonly after: number; readonly categories: number; readonly lasts: number }
  | { readonly after: number; readonly withdraw: true };

/** What was done at which second. */
interface Done {
  readonly time: number;
  /** The mask granted, or undefined for a withdrawal. */
  readonly categories?: number;
  readonly expires?: number;
}

const SEED = 20_231_115;

/** Categories without the sensitive ones, whose rule the other tests cover. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    after: fc.integer({ min: 0, max: 4 }),
    categories: fc.constantFrom(1, 2, 3, 7),
    lasts: fc.constantFrom(0, 0, 1, 3, 8),
  }),
  fc.record({ after: fc.integer({ min: 0, max: 4 }), withdraw: fc.constant<true>(true) }),
);

/** Carries the steps out. A withdrawal where none is possible is left out. */
async function play(p: Programme, owner: HardhatEthersSigner, steps: readonly Step[]): Promise<Done[]> {
  const registry = p.consentRegistry.connect(owner);
  const done: Done[] = [];
  let version = 0;
  let grants = 0;
  let time = GENESIS;
  for (const next of steps) {
    time += next.after;
    if ("withdraw" in next) {
      if (version % 2 === 0) continue;
      version += 1;
      await at(time);
      await registry.withdrawConsent(withdrawalOf(p, owner, version));
      done.push({ time });
    } else {
      version = 4 * ++grants - (version % 2 === 0 ? 3 : 1);
      const expires = next.lasts === 0 ? 0 : time + next.lasts;
      await at(time);
      await registry.grantConsent(grantOf(p, owner, { version, categories: next.categories, expires }));
      done.push({ time, categories: next.categories, ...(expires === 0 ? {} : { expires }) });
    }
  }
  return done;
}

/** The mask that stands in a second, by the last thing done until then; undefined when none stands. */
function maskAt(done: readonly Done[], time: number): number | undefined {
  const last = done.findLast((entry) => entry.time <= time);
  if (last?.categories === undefined || (last.expires !== undefined && time >= last.expires)) return undefined;
  return last.categories;
}

function coversByModel(done: readonly Done[], categories: number, from: number, to: number): boolean {
  for (let time = from; time < to; time++) {
    const mask = maskAt(done, time);
    if (mask === undefined || (mask & categories) !== categories) return false;
  }
  return true;
}

const FIRST = GENESIS - 2;
const LAST = GENESIS + 50;

/** A consent that stands since ten seconds before the newest block's. */
async function standing() {
  const p = await programme();
  const owner = p.owners[0] as HardhatEthersSigner;
  await at(GENESIS - 10);
  await p.consentRegistry.connect(owner).grantConsent(grantOf(p, owner));
  await moveTo(GENESIS);
  return { p, owner };
}

describe("ConsentRegistry: consentAt", () => {
  it("given any history, it answers every past second as the list of what was done does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const p = await programme();
        const owner = p.owners[0] as HardhatEthersSigner;
        const done = await play(p, owner, steps);
        await moveTo(LAST + 1);
        const seconds = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);
        // One after the other: a contract that loops is to fail once, not once for each second.
        for (const time of seconds) {
          const { categories } = await p.consentRegistry.consentAt(owner.address, p.operator, 1, time);
          expect(Number(categories), `second ${time}`).to.equal(maskAt(done, time) ?? 0);
        }
      }),
      { seed: SEED, numRuns: 15 },
    );
  });

  it("given two grants in one second, the later one stands from that second on", async () => {
    const p = await programme();
    const owner = p.owners[0] as HardhatEthersSigner;
    const done = await play(p, owner, [
      { after: 0, categories: 1, lasts: 0 },
      { after: 0, categories: 2, lasts: 0 },
    ]);
    await moveTo(GENESIS + 1);
    expect(done.map(({ time }) => time)).to.deep.equal([GENESIS, GENESIS]);
    expect((await p.consentRegistry.consentAt(owner.address, p.operator, 1, GENESIS)).categories).to.equal(2n);
    expect(await p.consentRegistry.consentCovers(owner.address, p.operator, 1, 1, GENESIS, GENESIS + 1)).to.equal(
      false,
    );
  });

  it("given the second before the block's, it answers", async () => {
    const { p, owner } = await standing();
    const record = await p.consentRegistry.consentAt(owner.address, p.operator, 1, GENESIS - 1, { blockTag: "latest" });
    expect(record.version).to.equal(1n);
  });

  it("given the block's own second, it is refused", async () => {
    const { p, owner } = await standing();
    await expect(p.consentRegistry.consentAt(owner.address, p.operator, 1, GENESIS, { blockTag: "latest" }))
      .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_TimeNotPast")
      .withArgs(GENESIS, GENESIS);
  });
});

describe("ConsentRegistry: consentCovers", () => {
  it("given any history, it answers any interval as second by second", async () => {
    const intervals = fc.array(
      fc.tuple(
        fc.integer({ min: FIRST, max: LAST - 1 }),
        fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 52 })),
        fc.constantFrom(0, 1, 2, 3),
      ),
      { minLength: 120, maxLength: 120 },
    );
    const seen = { covered: 0, uncovered: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), intervals, async (steps, asked) => {
        const p = await programme();
        const owner = p.owners[0] as HardhatEthersSigner;
        const done = await play(p, owner, steps);
        await moveTo(LAST + 1);
        for (const [from, length, categories] of asked) {
          const to = Math.min(from + length, LAST + 1);
          const answer = await p.consentRegistry.consentCovers(owner.address, p.operator, 1, categories, from, to);
          seen[answer ? "covered" : "uncovered"] += 1;
          expect(answer, `${categories} from ${from} to ${to}`).to.equal(coversByModel(done, categories, from, to));
        }
      }),
      { seed: SEED, numRuns: 15 },
    );
    expect(Math.min(seen.covered, seen.uncovered)).to.be.greaterThan(100);
  });

  it("given a withdrawal and a grant in one second, the consent has no gap", async () => {
    const p = await programme();
    const owner = p.owners[0] as HardhatEthersSigner;
    await play(p, owner, [
      { after: 0, categories: 1, lasts: 0 },
      { after: 5, withdraw: true },
      { after: 0, categories: 1, lasts: 0 },
    ]);
    await moveTo(GENESIS + 20);
    const covers = p.consentRegistry.consentCovers(owner.address, p.operator, 1, 1, GENESIS, GENESIS + 10);
    expect(await covers).to.equal(true);
  });

  it("given no consent ever, not even no categories are covered", async () => {
    const p = await programme();
    const owner = p.owners[0] as HardhatEthersSigner;
    const covers = [1, 1_000].map((to) => p.consentRegistry.consentCovers(owner.address, p.operator, 1, 0, 0, to));
    expect(await Promise.all(covers)).to.deep.equal([false, false]);
  });

  it("given an interval that ends with the block's second, it answers", async () => {
    const { p, owner } = await standing();
    const covers = p.consentRegistry.consentCovers(owner.address, p.operator, 1, 1, GENESIS - 10, GENESIS);
    expect(await covers).to.equal(true);
  });

  it("given an interval that takes in the block's second, it is refused", async () => {
    const { p, owner } = await standing();
    await expect(p.consentRegistry.consentCovers(owner.address, p.operator, 1, 1, GENESIS - 10, GENESIS + 1))
      .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_TimeNotPast")
      .withArgs(GENESIS, GENESIS);
  });

  for (const to of [GENESIS - 5, GENESIS - 6]) {
    it(`given an interval of ${to - (GENESIS - 5)} s, it is refused`, async () => {
      const { p, owner } = await standing();
      await expect(p.consentRegistry.consentCovers(owner.address, p.operator, 1, 1, GENESIS - 5, to))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_EmptyInterval")
        .withArgs(GENESIS - 5, to);
    });
  }
});
