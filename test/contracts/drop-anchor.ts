import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { DROPS_PER_DAY } from "../../src/protocol/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { anchorThrough, settlementArguments } from "../support/contracts-days.ts";
import { at, DAY_S, DROP_S, ethers, GENESIS, moveTo, programme, seeded } from "./fixture.ts";

const SEED = 20_231_115;
const WEEK_OF_DROPS = 7 * DROPS_PER_DAY;
const NO_ROOT = ethers.ZeroHash;
const DATA = seeded("data");

function rootsOf(...names: readonly (string | 0)[]): string[] {
  return names.map((name) => (name === 0 ? NO_ROOT : seeded(`root ${name}`)));
}

function relayerOf({ dropAnchor, roles }: Programme) {
  return dropAnchor.connect(roles.relayer);
}

/** A programme in which so many drops are over and anchored, each with a root of its own name. */
async function anchored(count: number): Promise<Programme> {
  const p = await programme();
  await moveTo(GENESIS + 50 * DROP_S);
  const names = Array.from({ length: count }, (_, i) => `old ${i}`);
  await relayerOf(p).anchorDrops(0, rootsOf(...names), DATA);
  return p;
}

describe("DropAnchor: anchorDrops", () => {
  it("when the drop's last second is over, its root stands", async () => {
    const p = await programme();
    const [root = NO_ROOT] = rootsOf("a");
    await at(GENESIS + DROP_S);
    await expect(relayerOf(p).anchorDrops(0, [root], DATA))
      .to.emit(p.dropAnchor, "DropsAnchored")
      .withArgs(0, [root], DATA);
    expect(await p.dropAnchor.nextDrop()).to.equal(1n);
    expect(await p.dropAnchor.rootOf(0)).to.equal(root);
  });

  it("given the drop's last second, it is refused", async () => {
    const p = await programme();
    await at(GENESIS + DROP_S - 1);
    await expect(relayerOf(p).anchorDrops(0, rootsOf("a"), DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotOver")
      .withArgs(0, GENESIS + DROP_S, GENESIS + DROP_S - 1);
  });

  it("given that only the last of several drops is not over, all are refused", async () => {
    const p = await programme();
    await at(GENESIS + 2 * DROP_S);
    await expect(relayerOf(p).anchorDrops(0, rootsOf("a", "b", "c"), DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotOver")
      .withArgs(2, GENESIS + 3 * DROP_S, GENESIS + 2 * DROP_S);
  });

  it("when several are anchored together, each has its root and an empty one has 0", async () => {
    const p = await programme();
    await moveTo(GENESIS + 3 * DROP_S);
    const roots = rootsOf("a", 0, "c");
    await relayerOf(p).anchorDrops(0, roots, DATA);
    expect(await Promise.all([0, 1, 2].map((drop) => p.dropAnchor.rootOf(drop)))).to.deep.equal(roots);
    expect(await p.dropAnchor.nextDrop()).to.equal(3n);
  });

  for (const [title, firstDrop] of [
    ["a gap", 3],
    ["a drop again", 1],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const p = await anchored(2);
      await expect(relayerOf(p).anchorDrops(firstDrop, rootsOf("x"), DATA))
        .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotNext")
        .withArgs(firstDrop, 2);
    });
  }

  it("given no roots, it is refused", async () => {
    const p = await programme();
    await expect(relayerOf(p).anchorDrops(0, [], DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_InvalidCount")
      .withArgs(0);
  });

  it("given a week of roots, it is taken", async () => {
    const p = await programme();
    await moveTo(GENESIS + 8 * DAY_S);
    await relayerOf(p).anchorDrops(0, Array(WEEK_OF_DROPS).fill(NO_ROOT), DATA);
    expect(await p.dropAnchor.nextDrop()).to.equal(WEEK_OF_DROPS);
  });

  it("given one more than a week of roots, it is refused", async () => {
    const p = await programme();
    await moveTo(GENESIS + 8 * DAY_S);
    await expect(relayerOf(p).anchorDrops(0, Array(WEEK_OF_DROPS + 1).fill(NO_ROOT), DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_InvalidCount")
      .withArgs(WEEK_OF_DROPS + 1);
  });
});

describe("DropAnchor: supersede", () => {
  it("when superseded, the head goes back and later drops fall", async () => {
    const p = await anchored(5);
    const roots = rootsOf("new 2", "new 3");
    const transaction = relayerOf(p).supersede(2, roots, DATA);
    await expect(transaction).to.emit(p.dropAnchor, "DropsSuperseded").withArgs(2, 5);
    await expect(transaction).to.emit(p.dropAnchor, "DropsAnchored").withArgs(2, roots, DATA);
    expect(await p.dropAnchor.nextDrop()).to.equal(4n);
    const standing = [0, 1, 2, 3].map((drop) => p.dropAnchor.rootOf(drop));
    expect(await Promise.all(standing)).to.deep.equal([...rootsOf("old 0", "old 1"), ...roots]);
    await expect(p.dropAnchor.rootOf(4))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotAnchored")
      .withArgs(4, 4);
  });

  it("given an empty drop where a superseded root stood, its root is 0", async () => {
    const p = await anchored(5);
    await relayerOf(p).supersede(2, rootsOf(0), DATA);
    await relayerOf(p).anchorDrops(3, rootsOf(0, 0), DATA);
    const standing = [2, 3, 4].map((drop) => p.dropAnchor.rootOf(drop));
    expect(await Promise.all(standing)).to.deep.equal([NO_ROOT, NO_ROOT, NO_ROOT]);
  });

  it("given a drop that is not anchored, it is refused", async () => {
    const p = await anchored(2);
    await expect(relayerOf(p).supersede(2, rootsOf("x"), DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotAnchored")
      .withArgs(2, 2);
  });

  it("given no roots, it is refused", async () => {
    const p = await anchored(2);
    await expect(relayerOf(p).supersede(1, [], DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_InvalidCount")
      .withArgs(0);
  });

  it("given a drop that is not over, it is refused", async () => {
    const p = await programme();
    await at(GENESIS + DROP_S);
    await relayerOf(p).anchorDrops(0, rootsOf("a"), DATA);
    await at(GENESIS + DROP_S + 5);
    await expect(relayerOf(p).supersede(0, rootsOf("b", "c"), DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotOver")
      .withArgs(1, GENESIS + 2 * DROP_S, GENESIS + DROP_S + 5);
  });

  it("given the last drop of a settled day, it is refused", async () => {
    const p = await programme();
    await anchorThrough(p, 0, moveTo);
    await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, {}));
    await expect(relayerOf(p).supersede(DROPS_PER_DAY - 1, rootsOf("x"), DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_Settled")
      .withArgs(DROPS_PER_DAY - 1, DROPS_PER_DAY);
  });

  it("given the first drop after the settled days, it is superseded", async () => {
    const p = await programme();
    await anchorThrough(p, 0, moveTo);
    await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, {}));
    await moveTo(GENESIS + DAY_S + DROP_S);
    await relayerOf(p).anchorDrops(DROPS_PER_DAY, rootsOf("old"), DATA);
    await relayerOf(p).supersede(DROPS_PER_DAY, rootsOf("new"), DATA);
    expect(await p.dropAnchor.rootOf(DROPS_PER_DAY)).to.equal(rootsOf("new")[0]);
  });

  it("given that the day was vetoed, its drops are superseded", async () => {
    const p = await programme();
    await anchorThrough(p, 0, moveTo);
    await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, {}));
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    await relayerOf(p).supersede(0, rootsOf("new"), DATA);
    expect(await p.dropAnchor.nextDrop()).to.equal(1n);
  });

  it("given any calls, the roots that stand are those of a plain list", async () => {
    const call = fc.record({
      back: fc.nat(6),
      roots: fc.array(fc.constantFrom("a", "b", 0 as const), { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 2, maxLength: 10 }), async (calls) => {
        const p = await programme();
        await moveTo(GENESIS + 200 * DROP_S);
        let model: string[] = [];
        for (const { back, roots } of calls) {
          const first = Math.max(0, model.length - back);
          const given = rootsOf(...roots);
          const anchor = relayerOf(p);
          await (first === model.length
            ? anchor.anchorDrops(first, given, DATA)
            : anchor.supersede(first, given, DATA));
          model = [...model.slice(0, first), ...given];
        }
        expect(await p.dropAnchor.nextDrop()).to.equal(model.length);
        expect(await Promise.all(model.map((_, drop) => p.dropAnchor.rootOf(drop)))).to.deep.equal(model);
      }),
      { seed: SEED, numRuns: 20 },
    );
  });
});

describe("DropAnchor: rootOf", () => {
  it("given a drop that is not anchored, it is refused", async () => {
    const p = await anchored(2);
    await expect(p.dropAnchor.rootOf(2))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotAnchored")
      .withArgs(2, 2);
  });
});

describe("DropAnchor: eip712Domain", () => {
  it("when asked, it names the domain in which receipts and manifests are signed", async () => {
    const { dropAnchor } = await programme();
    const { name, version, chainId, verifyingContract } = await dropAnchor.eip712Domain();
    const domain = [name, version, chainId, verifyingContract];
    expect(domain).to.deep.equal(["Cairn DropAnchor", "1", 31_337n, addressOf(dropAnchor)]);
  });
});
