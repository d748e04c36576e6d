import { expect } from "chai";
import { describe, it } from "mocha";
import type { StonesLeaf } from "../../src/protocol/index.ts";
import type { Programme } from "../support/contracts.ts";
import {
  anchorThrough,
  openingOf,
  openingsOf,
  type StonesTree,
  settlementArguments,
  stonesTree,
} from "../support/contracts-days.ts";
import { ANA, BO, CY } from "./creditable.ts";
import { DAY_S, moveTo, now, programme } from "./fixture.ts";

interface Awarded {
  readonly p: Programme;
  readonly tree: StonesTree;
  readonly creditableAt: number;
}

/** Day 0 is settled with crystals for three accounts, and in its challenge window. */
async function settled(accounts = 3): Promise<Awarded> {
  const p = await programme();
  const tree = stonesTree([ANA, BO, CY].map((account, i) => ({ account, stones: 0n, crystals: BigInt(i + 1) })));
  await anchorThrough(p, 0, moveTo);
  const totals = { stonesRoot: tree.tree.root, accounts, crystals: 6n };
  await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, totals));
  return { p, tree, creditableAt: (await now()) + DAY_S };
}

/** The same, creditable. */
async function creditable(accounts?: number): Promise<Awarded> {
  const given = await settled(accounts);
  await moveTo(given.creditableAt);
  return given;
}

type Ask = (given: Awarded, day: number, change?: Partial<StonesLeaf>) => Promise<bigint>;

/** Both ask about Ana's and Cy's leaves, or about Cy's alone; the change is of Cy's. */
const ASKS: readonly (readonly ["requireLeaf" | "requireLeaves", Ask])[] = [
  [
    "requireLeaf",
    ({ p, tree }, day, change) => {
      const { leaf, proof } = openingOf(tree, 2);
      return p.stoneLedger.requireLeaf(day, { ...leaf, ...change }, proof);
    },
  ],
  [
    "requireLeaves",
    ({ p, tree }, day, change) => {
      const { leaves, proof, flags } = openingsOf(tree, [0, 2]);
      const changed = leaves.map((leaf) => (leaf.index === 2 ? { ...leaf, ...change } : leaf));
      return p.stoneLedger.requireLeaves(day, changed, proof, flags);
    },
  ],
];

for (const [name, ask] of ASKS) {
  describe(`StoneLedger: ${name}`, () => {
    it("given leaves of a creditable day, it tells the crystals of all accounts", async () => {
      expect(await ask(await creditable(), 0)).to.equal(6n);
    });

    it("given a changed leaf, it is refused", async () => {
      const given = await creditable();
      await expect(ask(given, 0, { crystals: 4n }))
        .to.be.revertedWithCustomError(given.p.stoneLedger, "StoneLedger_InvalidProof")
        .withArgs(0);
    });

    it("given an index that is not below the day's accounts, it is refused", async () => {
      const given = await creditable(2);
      await expect(ask(given, 0))
        .to.be.revertedWithCustomError(given.p.stoneLedger, "StoneLedger_IndexOutOfRange")
        .withArgs(2, 2);
    });

    it("given the last second of the challenge window, it is refused", async () => {
      const given = await settled();
      await moveTo(given.creditableAt - 1);
      await expect(ask(given, 0))
        .to.be.revertedWithCustomError(given.p.stoneLedger, "StoneLedger_ChallengeWindow")
        .withArgs(0, given.creditableAt);
    });

    it("given a day that is not settled, it is refused", async () => {
      const given = await creditable();
      await expect(ask(given, 1))
        .to.be.revertedWithCustomError(given.p.stoneLedger, "StoneLedger_NotSettled")
        .withArgs(1);
    });
  });
}

describe("StoneLedger: requireLeaves, of none", () => {
  it("given no leaves, the root alone proves nothing", async () => {
    const { p, tree } = await creditable();
    await expect(p.stoneLedger.requireLeaves(0, [], [tree.tree.root], []))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(0);
  });
});
