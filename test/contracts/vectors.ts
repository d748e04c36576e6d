import { expect } from "chai";
import { describe, it } from "mocha";
import { TYPES } from "../../src/protocol/index.ts";
import { anchorThrough, settlementArguments } from "../support/contracts-days.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { readVectors } from "../support/vectors.ts";
import { at, ethers, GENESIS, moveTo, programme, programmeWith } from "./fixture.ts";

const LARGEST_CAP_M = 2n ** 32n - 1n;
const EMITTED_ON_DAY_0 = 72_000_000_000_000n;

interface TreeVector {
  readonly leaves: readonly string[];
  readonly root: string;
  readonly proofs: readonly string[][];
  readonly multiProofs: readonly { leaves: string[]; proof: string[]; proofFlags: boolean[] }[];
}

interface StonesVector {
  readonly leaf: {
    index: number;
    account: string;
    stones: string;
    crystals: string;
    prefix: string;
    headAward: string;
    salt: string;
  };
  readonly hash: string;
}

interface LeafVector {
  readonly leaf: Readonly<Record<string, number | string>>;
  readonly hash: string;
}

interface LeafVectors {
  readonly mileage: readonly LeafVector[];
  readonly metres: readonly LeafVector[];
  readonly stones: readonly (StonesVector & LeafVector)[];
  readonly award: readonly LeafVector[];
  readonly vote: readonly LeafVector[];
  readonly round: readonly LeafVector[];
}

const KINDS = { mileage: 1, award: 3, metres: 4, stones: 5, vote: 6, round: 7 } as const;

/** A leaf's words: the kind, then its members in the order of the vectors, numbers and addresses to the right. */
function wordsOf(kind: number, leaf: LeafVector["leaf"]): string[] {
  return [kind, ...Object.values(leaf)].map((value) => ethers.toBeHex(BigInt(value), 32));
}

function verifier() {
  return ethers.deployContract("ProofVerifier");
}

describe("Vectors: leaves", () => {
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    it(`given every ${kind} leaf, Solidity hashes it alike`, async () => {
      const contract = await verifier();
      const vectors = readVectors<LeafVectors>("leaves")[kind];
      const hashes = await Promise.all(vectors.map(({ leaf }) => contract.hashLeaf(wordsOf(KINDS[kind], leaf))));
      expect(hashes).to.deep.equal(vectors.map(({ hash }) => hash));
      expect(vectors).to.not.deep.equal([]);
    });
  }

  it("given every stones leaf, the ledger's own hash is the same", async () => {
    const contract = await verifier();
    const vectors = readVectors<LeafVectors>("leaves").stones;
    const hashes = await Promise.all(vectors.map(({ leaf }) => contract.hashStonesLeaf(leaf)));
    expect(hashes).to.deep.equal(vectors.map(({ hash }) => hash));
  });

  it("given every vote's leaf, the polls' own hash is the same", async () => {
    const contract = await verifier();
    const vectors = readVectors<LeafVectors>("leaves").vote;
    const hashes = await Promise.all(
      vectors.map(({ leaf }) => contract.hashVoteLeaf(leaf.poll as number, leaf as never)),
    );
    expect(hashes).to.deep.equal(vectors.map(({ hash }) => hash));
  });

  it("given every leaf of a benefit round, the rounds' own hash is the same", async () => {
    const contract = await verifier();
    const vectors = readVectors<LeafVectors>("leaves").round;
    const hashes = await Promise.all(
      vectors.map(({ leaf }) => contract.hashRoundLeaf(leaf.round as number, leaf as never)),
    );
    expect(hashes).to.deep.equal(vectors.map(({ hash }) => hash));
  });
});

describe("Vectors: trees", () => {
  const trees = readVectors<TreeVector[]>("trees").filter(({ leaves }) => leaves.length > 0);

  for (const { leaves, root, proofs, multiProofs } of trees) {
    it(`given a tree of ${leaves.length}, every proof shows its own leaf and no other`, async () => {
      const contract = await verifier();
      const own = leaves.map((leaf, i) => contract.verify(proofs[i] as string[], root, leaf));
      expect(await Promise.all(own)).to.deep.equal(leaves.map(() => true));
      const other = leaves.map((_, i) => contract.verify(proofs[i] as string[], root, ethers.id("another leaf")));
      expect(await Promise.all(other)).to.deep.equal(leaves.map(() => false));
    });

    it(`given a tree of ${leaves.length}, every multiproof shows its leaves`, async () => {
      const contract = await verifier();
      const answers = multiProofs.map((one) => contract.verifyMany(one.proof, one.proofFlags, root, one.leaves));
      expect(await Promise.all(answers)).to.deep.equal(multiProofs.map(() => true));
    });
  }
});

describe("Vectors: signed messages", () => {
  interface Message {
    readonly primaryType: string;
    readonly type: string;
    readonly domain: { name: string; version: string; chainId: number; verifyingContract: string };
    readonly message: LeafVector["leaf"];
    readonly digest: string;
    readonly device?: { x: string; y: string; signature: string };
  }
  const { vectors } = readVectors<{ vectors: Message[] }>("digests");

  /** The word of each member, in the order of the type: text as its hash, all else to the right. */
  function membersOf({ type, message }: Message): string[] {
    const members = type.slice(type.indexOf("(") + 1, -1).split(",");
    return members.map((member) => {
      const [kind, name] = member.split(" ") as [string, string];
      const value = message[name] as number | string;
      return kind === "string" ? ethers.id(value as string) : ethers.toBeHex(BigInt(value), 32);
    });
  }

  // Many are read by no contract: what others verify must still be what Solidity would hash.
  for (const vector of vectors) {
    it(`given the ${vector.primaryType}, Solidity hashes it alike`, async () => {
      const contract = await verifier();
      const separator = ethers.TypedDataEncoder.hashDomain(vector.domain);
      const words = [ethers.id(vector.type), ...membersOf(vector)];
      expect(await contract.hashTyped(separator, words)).to.equal(vector.digest);
    });
  }

  it("when their types are listed, none of the protocol is missing", () => {
    expect(vectors.map(({ primaryType }) => primaryType).sort()).to.deep.equal(Object.keys(TYPES).sort());
  });

  for (const { primaryType, digest, device } of vectors) {
    if (device === undefined) continue;
    it(`given the ${primaryType}, its device's signature is by its key and by no other`, async () => {
      const contract = await verifier();
      const { x, y, signature } = device;
      const halves: [string, string] = [ethers.dataSlice(signature, 0, 32), ethers.dataSlice(signature, 32)];
      expect(await contract.verifyP256(digest, halves, [x, y])).to.equal(true);
      expect(await contract.verifyP256(digest, halves, [y, x])).to.equal(false);
      expect(await contract.verifyP256(ethers.id("another"), halves, [x, y])).to.equal(false);
    });
  }
});

describe("Vectors: schedule", () => {
  interface Schedule {
    readonly drops: readonly { drop: number; emittedBefore: string }[];
    readonly days: readonly { day: number; emitted: string }[];
    readonly times: readonly { genesis: number; time: number; day: number }[];
  }
  const { drops, days, times } = readVectors<Schedule>("schedule");

  it("given every drop, the ledger has emitted as much before it", async () => {
    const { stoneLedger } = await programme();
    const emitted = await Promise.all(drops.map(({ drop }) => stoneLedger.emittedBefore(drop)));
    expect(emitted.map(String)).to.deep.equal(drops.map(({ emittedBefore }) => emittedBefore));
  });

  it("given every day, the ledger emits as much on it", async () => {
    const { stoneLedger } = await programme();
    const emitted = days.map(async ({ day }) => {
      const [start, end] = [stoneLedger.emittedBefore(144 * day), stoneLedger.emittedBefore(144 * (day + 1))];
      return `${(await end) - (await start)}`;
    });
    expect(await Promise.all(emitted)).to.deep.equal(days.map((vector) => vector.emitted));
  });

  for (const genesis of new Set(times.map((vector) => vector.genesis))) {
    it(`given genesis ${genesis}, every moment is of its day`, async () => {
      const { rules } = await programmeWith({}, genesis);
      const vectors = times.filter((vector) => vector.genesis === genesis);
      const found = await Promise.all(vectors.map(({ time }) => rules.dayOf(time)));
      expect(found.map(Number)).to.deep.equal(vectors.map(({ day }) => day));
    });
  }
});

describe("Vectors: shares", () => {
  interface Shares {
    readonly emitted: string;
    readonly maxUnitsPerMetre: string;
    readonly windowMetres: number;
    readonly pot: string;
    readonly stones: readonly string[];
  }
  // Day 0 with one vehicle stands for every vector that it can: its emission, and metres up to the largest cap.
  const vectors = readVectors<Shares[]>("shares").filter(
    ({ emitted, windowMetres }) => BigInt(emitted) === EMITTED_ON_DAY_0 && BigInt(windowMetres) <= LARGEST_CAP_M,
  );

  it("given the vectors, day 0 can stand for most of them", () => {
    expect(vectors.length).to.be.greaterThan(5);
  });

  for (const { windowMetres, maxUnitsPerMetre, pot, stones } of vectors) {
    it(`given ${windowMetres} m at ${maxUnitsPerMetre}, the ledger takes the shares, the pot, and no unit more`, async () => {
      const p = await programmeWith({ dailyCapM: Number(LARGEST_CAP_M), maxUnitsPerMetre: BigInt(maxUnitsPerMetre) });
      const owner = p.owners[0] as (typeof p.owners)[number];
      await pair(p, await registerOne(p), owner, { time: GENESIS - 1_000, at });
      await anchorThrough(p, 0, moveTo);
      const settle = (units: bigint) =>
        p.stoneLedger
          .connect(p.roles.relayer)
          .settleDay(...settlementArguments(0, { metres: BigInt(windowMetres), stones: units }));
      await expect(settle(BigInt(pot) + 1n))
        .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TotalOutOfBounds")
        .withArgs(ethers.encodeBytes32String("stones"), BigInt(pot) + 1n, 0, pot);
      const shared = stones.reduce((sum, units) => sum + BigInt(units), 0n);
      for (const units of [shared, BigInt(pot)]) {
        await settle(units);
        expect((await p.stoneLedger.settlementOf(0)).totalStones).to.equal(units);
        await p.stoneLedger.connect(p.roles.relayer).withdrawDay(0);
      }
    });
  }
});
