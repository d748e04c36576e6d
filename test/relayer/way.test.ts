import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { ABIS } from "../../src/chain/contracts.ts";
import {
  DAY_S,
  DROP_S,
  type Hex,
  hashMetresLeaf,
  hashStonesLeaf,
  type ManifestEntry,
} from "../../src/protocol/index.ts";
import { addressOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signIntent, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";
import { describeDatabases } from "./support/stores.ts";

const CARS = [carOf("one", "alice"), carOf("two", "bob"), carOf("three", "carol")] as const;
const [CAR] = CARS;

/** A first day of three cars, each driving in each of the first hours, until it can be credited. */
describeDatabases("the way of a stone through the relayer", (databaseUrl) => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  let digest: Hex;
  const alice = addressOf("alice");
  const evening = GENESIS + DAY_S + 3_600;

  before(async () => {
    programme = await startProgramme({ rules: { challengeWindowS: 3_600, redemptionDelayDays: 0 } });
    await registerCars(programme, CARS);
    const config = { anchorEveryDrops: 6, pushIntervalDaysOverride: 1, databaseUrl: databaseUrl() };
    relayer = await runRelayer(programme, config);
    const deadline = GENESIS;
    const intents = CARS.flatMap((car) => [
      grantOf(programme, car.owner, { deadline }),
      pairingOf(programme, car, deadline),
    ]);
    await relayer.intend(intents);
    await relayer.untilIdle();
    for (let drop = 1; drop <= 14; drop++) {
      const time = GENESIS + drop * DROP_S;
      await relayer.moveTo(time);
      const readings = CARS.map((car, at) => {
        const fields = { sequence: drop, startedAt: time - 300, endedAt: time };
        const odometer = { odometerStart: 5_000 * drop, odometerEnd: 5_000 * drop + 1_000 * (at + 1) };
        return signReading(programme, car, readingOf(car, { ...fields, ...odometer }));
      });
      const answers = await relayer.deliver(readings);
      assert.ok(answers.every(({ receipt }) => receipt?.drop === drop));
      digest = answers[0]?.digest as Hex;
    }
    await relayer.moveTo(evening);
    await relayer.moveTo(evening + 3_600);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const body = async <T>(path: string): Promise<T> => (await relayer.get(path)).body as T;
  const contract = <N extends "dropAnchor" | "stoneLedger">(name: N) => ({
    address: programme.deployment.contracts[name],
    abi: ABIS[name],
  });

  test("when all is done, the outbox is empty of what waits and nothing failed", async () => {
    const status = await relayer.status();
    assert.deepEqual({ ...status.outbox, final: 0 }, { queued: 0, signed: 0, sent: 0, mined: 0, final: 0, failed: 0 });
    assert.deepEqual([status.settledDays, status.creditedThroughDay, status.alerts], [1, 0, []]);
    assert.equal(status.readings.accepted, 42);
  });

  test("when a reading is anchored, its leaf stands under the drop's root on the chain", async () => {
    type Answer = { anchored: { drop: number; leafHash: Hex; root: Hex; proof: Hex[] } };
    const { anchored } = await body<Answer>(`/v1/receipts/${digest}`);
    assert.ok(SimpleMerkleTree.verify(anchored.root, anchored.leafHash, anchored.proof));
    const args = [BigInt(anchored.drop)] as const;
    const root = await programme.client.readContract({ ...contract("dropAnchor"), functionName: "rootOf", args });
    assert.equal(root, anchored.root);
  });

  test("when a day is settled, an account's leaves stand under its roots", async () => {
    type Leaf = Parameters<typeof hashStonesLeaf>[0] & Parameters<typeof hashMetresLeaf>[0];
    const proof = await body<Record<"stonesLeaf" | "metresLeaf", Leaf> & Record<string, Hex & Hex[]>>(
      `/v1/accounts/${alice}/proof`,
    );
    const stonesLeaf = {
      ...proof.stonesLeaf,
      stones: BigInt(proof.stonesLeaf.stones),
      crystals: BigInt(proof.stonesLeaf.crystals),
    };
    assert.ok(SimpleMerkleTree.verify(proof.stonesRoot as Hex, hashStonesLeaf(stonesLeaf), proof.stonesProof as Hex[]));
    assert.ok(
      SimpleMerkleTree.verify(proof.metresRoot as Hex, hashMetresLeaf(proof.metresLeaf), proof.metresProof as Hex[]),
    );
    assert.equal(proof.metresLeaf.metres, 14_000);
  });

  test("when credits are pushed, every account has what its leaf says", async () => {
    for (const { owner } of CARS) {
      const { stones } = await body<{ stones: { credited: string; pending: string } }>(
        `/v1/accounts/${addressOf(owner)}`,
      );
      const { stonesLeaf } = await body<{ stonesLeaf: { stones: string } }>(
        `/v1/accounts/${addressOf(owner)}/proof?day=0`,
      );
      assert.deepEqual(stones, { ...stones, credited: stonesLeaf.stones, pending: "0" });
      const args = [addressOf(owner)] as const;
      const onChain = await programme.client.readContract({
        ...contract("stoneLedger"),
        functionName: "stonesOf",
        args,
      });
      assert.equal(onChain.mined.toString(), stones.credited);
    }
  });

  test("when files are published, the manifest names each once with its rows", async () => {
    const text = await readFile(join(programme.workDir, "files", "manifest.jsonl"), "utf8");
    const entries = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ManifestEntry);
    assert.equal(new Set(entries.map(({ path }) => path)).size, entries.length);
    assert.deepEqual(
      entries.map(({ rows }) => rows),
      Array.from({ length: 15 }, () => 3),
    );
  });

  test("given credited stones, an order goes from intent to acceptance", async () => {
    const terms = {
      ...{ sku: `0x${"51".repeat(32)}` as const, price: 1_000_000n, stock: 2, opensAt: 0, closesAt: 2 ** 40 - 1 },
      ...{ fulfilmentS: 86_400, minDaysPaired: 0, maxRank: 0, milestone: 0 },
    };
    await programme.writer("catalogue").call("catalogue", "listItem", [terms]);
    await relayer.moveTo(evening + 3_601);
    const deadline = evening + 7_200;
    const message = { account: alice, item: 1, vehicle: CAR.vehicle, maxPrice: "1000000", nonce: "1", deadline };
    const order = signIntent(programme, "OrderIntent", message, { owner: "alice" });
    assert.deepEqual((await relayer.intend([order]))[0]?.state, "queued");
    await relayer.untilIdle();
    type Account = { stones: { reserved: string }; orders: { order: Hex; status: string }[] };
    const placed = await body<Account>(`/v1/accounts/${alice}`);
    assert.deepEqual(
      [placed.stones.reserved, placed.orders[0]?.order, placed.orders[0]?.status],
      ["1000000", order.id, "placed"],
    );
    await programme.writer("operator").call("redemptionDesk", "fulfilOrder", [order.id, `0x${"ee".repeat(32)}`]);
    await relayer.moveTo(evening + 3_602);
    await relayer.intend([signIntent(programme, "OrderAcceptance", { order: order.id, deadline }, { owner: "alice" })]);
    await relayer.untilIdle();
    const completed = await body<Account>(`/v1/accounts/${alice}`);
    assert.deepEqual([completed.stones.reserved, completed.orders[0]?.status], ["0", "completed"]);
  });
});
