import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { ABIS } from "../../src/chain/contracts.ts";
import {
  type AwardLeaf,
  DAY_S,
  DROP_S,
  dataDigest,
  dropDigest,
  type Hex,
  hashAwardLeaf,
  hashStonesLeaf,
  type ManifestEntry,
  type StonesLeaf,
  ZERO_HASH,
} from "../../src/protocol/index.ts";
import type { AccountReport } from "../../src/relayer/store/accounts.ts";
import { FILE_KINDS } from "../../src/storage/file-kinds.ts";
import { ParquetFiles } from "../../src/storage/parquet.ts";
import { prizeOf } from "../support/contracts-boxes.ts";
import { awardOf, defineTasks, deliverAwards, termsOf } from "./support/awards.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signIntent, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const CAR = carOf("one", "alice");
const DAY = GENESIS + DAY_S;
const EVENING = DAY + DAY_S + 3_600;
/** Drops of the second day: one with awards and a reading, one with awards only. */
const [BOTH, ALONE] = [150, 152];
const [CRYSTALS, PRICE] = [30, 25];
/** From when boxes can be requested: a whole number of drops after the season was fixed, and its notice. */
const SEASON_DROP = 300;

type Anchored = { drop: number; leaf: AwardLeaf; leafHash: Hex; root: Hex; proof: Hex[] };
type AwardReport = { digest: Hex; drop: number; anchored: Anchored; cursor: number };

/** Alice drives and is awarded three times, Bob, who has no car, once; then the day settles and can be credited. */
describe("the way of an award, from signature to a box", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  const [alice, bob] = [addressOf("alice"), addressOf("bob")];

  before(async () => {
    programme = await startProgramme({ rules: { challengeWindowS: 3_600 } });
    await registerCars(programme, [CAR]);
    await defineTasks(programme, [termsOf(CRYSTALS, 3)]);
    await programme.writer("attester").call("mineBox", "attestAdults", [[alice, bob], true]);
    relayer = await runRelayer(programme, { anchorEveryDrops: 6 });
    await relayer.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, CAR, GENESIS)]);
    await relayer.untilIdle();
    for (const drop of [BOTH, ALONE]) {
      const time = GENESIS + drop * DROP_S + 60;
      await relayer.moveTo(time);
      if (drop === BOTH) {
        const reading = readingOf(CAR, { startedAt: time - 300, endedAt: time });
        await relayer.deliver([signReading(programme, CAR, reading)]);
      }
      const common = { task: 1, crystals: CRYSTALS, awardedAt: time - 30 };
      const answers = await deliverAwards(relayer, [
        awardOf(programme, { ...common, owner: "alice", occurrence: `first of ${drop}` }),
        ...(drop === BOTH ? [awardOf(programme, { ...common, owner: "alice", occurrence: "second" })] : []),
        ...(drop === ALONE ? [awardOf(programme, { ...common, owner: "bob" })] : []),
      ]);
      assert.deepEqual(new Set(answers.map((answer) => answer.drop)), new Set([drop]));
    }
    await programme.writer("catalogue").call("mineBox", "openSeason", [season()]);
    await relayer.moveTo(EVENING);
    await relayer.moveTo(EVENING + 3_600);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const season = () => ({
    ...{ firstDrop: SEASON_DROP, endDrop: SEASON_DROP + 144, price: PRICE, guarantee: 0, guaranteedTier: 0 },
    ...{ maxBoxes: 10, budget: 0n, vouchers: 0, links: 10, tip: keyOf("tip") },
    prizes: [prizeOf("crystals", { amount: 7n })],
  });
  const body = async <T>(path: string): Promise<T> => (await relayer.get(path)).body as T;
  const report = (account: Hex) => body<AccountReport>(`/v1/accounts/${account}`);
  const awardsOf = async (account: Hex, query = "") =>
    (await body<{ awards: AwardReport[] }>(`/v1/accounts/${account}/awards${query}`)).awards;
  const rootOf = (drop: number) =>
    programme.client.readContract({
      ...{ address: programme.deployment.contracts.dropAnchor, abi: ABIS.dropAnchor },
      ...{ functionName: "rootOf", args: [BigInt(drop)] },
    } as const);
  const leafOf = async (account: Hex): Promise<StonesLeaf & { root: Hex; proof: Hex[] }> => {
    type Proof = { stonesLeaf: StonesLeaf; stonesRoot: Hex; stonesProof: Hex[] };
    const { stonesLeaf, stonesRoot, stonesProof } = await body<Proof>(`/v1/accounts/${account}/proof?day=1`);
    const leaf = { ...stonesLeaf, stones: BigInt(stonesLeaf.stones), crystals: BigInt(stonesLeaf.crystals) };
    return { ...leaf, root: stonesRoot, proof: stonesProof };
  };

  test("when its drop is anchored, each award's leaf stands under the drop's root on the chain, in one chain", async () => {
    let head: Hex = ZERO_HASH;
    let crystals = 0n;
    for (const { anchored, drop, digest } of (await awardsOf(alice)).reverse()) {
      const leaf = { ...anchored.leaf, accountCrystalsAfter: BigInt(anchored.leaf.accountCrystalsAfter) };
      crystals += BigInt(CRYSTALS);
      assert.deepEqual([leaf.awardDigest, leaf.prevAwardLeaf, leaf.accountCrystalsAfter], [digest, head, crystals]);
      head = hashAwardLeaf(leaf);
      assert.ok(SimpleMerkleTree.verify(anchored.root, head, anchored.proof));
      assert.equal(await rootOf(drop), anchored.root);
    }
    assert.equal((await leafOf(alice)).headAward, head);
  });

  test("when an account's awards are paged, each comes once, newest first, and by its digest alone too", async () => {
    const all = await awardsOf(alice);
    assert.equal(all.length, 3);
    const [first] = await awardsOf(alice, "?limit=1");
    const rest = await awardsOf(alice, `?limit=10&before=${first?.cursor}`);
    assert.deepEqual([first, ...rest], all);
    const { cursor: _, ...alone } = all[0] as AwardReport;
    assert.deepEqual(await body(`/v1/receipts/${alone.digest}`), alone);
  });

  test("when a drop has a reading and awards, the reading's leaf stands under the same root", async () => {
    const file = await filesOf(BOTH);
    assert.deepEqual([file.readings, file.awards, file.state], [1, 2, "anchored"]);
    const parquet = await ParquetFiles.open();
    const [row] = await parquet.read(FILE_KINDS.drop, join(programme.workDir, "files", file.file));
    parquet.close();
    assert.equal(row?.account, alice);
  });

  test("when the day is settled, its leaves have the crystals of everybody, with a car and without", async () => {
    for (const [account, crystals] of [
      [alice, 3n],
      [bob, 1n],
    ] as const) {
      const { root, proof, ...leaf } = await leafOf(account);
      assert.equal(leaf.crystals, crystals * BigInt(CRYSTALS));
      assert.ok(SimpleMerkleTree.verify(root, hashStonesLeaf(leaf), proof));
    }
    const { totalCrystals, accounts } = await body<{ totalCrystals: string; accounts: number }>("/v1/days/1");
    assert.deepEqual([totalCrystals, accounts], [String(4 * CRYSTALS), 2]);
  });

  test("when awards are published, their file gives the rows, and the call's digest commits to it", async () => {
    const parquet = await ParquetFiles.open();
    const { awardsFile, awardsDigest, awards, readings, digest } = await filesOf(ALONE);
    assert.deepEqual([awards, readings, digest], [2, 0, ZERO_HASH]);
    const rows = await parquet.read(FILE_KINDS.award, join(programme.workDir, "files", awardsFile));
    parquet.close();
    assert.deepEqual(
      rows.map(({ account }) => account),
      [alice, bob].sort(),
    );
    const manifest = (await readFile(join(programme.workDir, "files", "manifest.jsonl"), "utf8")).trimEnd().split("\n");
    const entry = manifest.map((line) => JSON.parse(line) as ManifestEntry).find(({ path }) => path === awardsFile);
    assert.deepEqual([entry?.rows, entry?.digest], [2, awardsDigest]);
    assert.equal(await digestOfCallWith(ALONE), await expectedDigest(ALONE));
  });

  test("given nothing credited, when boxes are requested, the crystals that they cost are credited first", async () => {
    const time = GENESIS + SEASON_DROP * DROP_S + 60;
    await relayer.moveTo(time);
    const outcome = await request("bob", { boxes: 0, count: 1 }, time);
    assert.equal(outcome.state, "done", JSON.stringify(outcome));
    const { gas } = await relayer.status();
    assert.equal(gas.creditCrystalsMany?.items, 1);
    assert.deepEqual((await report(bob)).crystals, {
      ...{ awarded: "30", credited: "30", available: "5", pending: "0" },
    });
    assert.equal((await report(alice)).crystals.credited, "0");
  });

  test("when the account has what its boxes cost, or even its leaf is too little, nothing more is credited", async () => {
    const time = GENESIS + (SEASON_DROP + 1) * DROP_S + 60;
    await relayer.moveTo(time);
    assert.equal((await request("alice", { boxes: 0, count: 10 }, time)).reason, "MineBox_InsufficientCrystals");
    assert.equal((await request("alice", { boxes: 0, count: 2 }, time)).state, "done");
    const { gas } = await relayer.status();
    // Once with the ten boxes, for which it was not enough.
    assert.deepEqual([gas.creditCrystalsMany?.transactions, gas.creditCrystalsMany?.items], [2, 2]);
    assert.equal((await report(alice)).crystals.available, String(3 * CRYSTALS - 2 * PRICE));
  });

  async function request(owner: string, { boxes, count }: { boxes: number; count: number }, time: number) {
    const message = { account: addressOf(owner), season: 1, boxes, count, salt: "7", deadline: time + 600 };
    const intent = signIntent(programme, "BoxRequest", message, { owner });
    await relayer.intend([intent]);
    await relayer.untilIdle();
    return body<{ state: string; reason?: string }>(`/v1/intents/${intent.id}`);
  }

  type Drop = Record<"readings" | "awards", number> &
    Record<"digest" | "awardsDigest", Hex> &
    Record<"state" | "file" | "awardsFile", string>;
  const filesOf = (drop: number) => body<Drop>(`/v1/drops/${drop}`);

  /** The dataDigest of the call that anchored a drop. */
  async function digestOfCallWith(drop: number): Promise<Hex> {
    return (await callWith(drop)).dataDigest;
  }

  async function callWith(drop: number): Promise<{ firstDrop: number; count: number; dataDigest: Hex }> {
    const events = await programme.client.getContractEvents({
      ...{ address: programme.deployment.contracts.dropAnchor, abi: ABIS.dropAnchor, eventName: "DropsAnchored" },
      ...{ fromBlock: 0n, strict: true },
    } as const);
    const calls = events.map(({ args }) => ({
      ...{ firstDrop: Number(args.firstDrop), count: args.roots.length, dataDigest: args.dataDigest },
    }));
    const call = calls.find(({ firstDrop, count }) => firstDrop <= drop && drop < firstDrop + count);
    assert.ok(call);
    return call;
  }

  async function expectedDigest(drop: number): Promise<Hex> {
    const { firstDrop, count } = await callWith(drop);
    const digests = await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const { digest, awardsDigest } = await filesOf(firstDrop + at);
        return dropDigest(digest, awardsDigest ?? ZERO_HASH);
      }),
    );
    return dataDigest(digests);
  }
});
