import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readHead } from "../../src/chain/read/head.ts";
import type { PlacedLog } from "../../src/chain/read/logs.ts";
import {
  type EvidenceReading,
  type EvidenceReport,
  readEvidence,
  verifyEvidence,
  writeEvidence,
} from "../../src/evidence/index.ts";
import { decodeEvent } from "../../src/evidence/programme-events.ts";
import {
  DROP_S,
  type Hex,
  hashMileageLeaf,
  isoTime,
  MerkleTree,
  readingDigest,
  signatureHash,
  signingDomain,
  typedDigest,
  ZERO_HASH,
} from "../../src/protocol/index.ts";
import { readEvidenceLogs } from "../../src/sdk/evidence-logs.ts";
import { verifyEvidenceOnChain } from "../../src/sdk/index.ts";
import { proveTransactions } from "../../src/sdk/prove-transactions.ts";
import { createSigner } from "../../src/service/signer.ts";
import { addressOf, deviceOf, keyOf } from "../relayer/support/keys.ts";
import { readingOf, registerCars, signIntent } from "../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { startProxy } from "../support/rpc-proxy.ts";
import { CAR } from "./support.ts";

const ALICE = addressOf("alice");
const [FIRST, SECOND] = [1, 2];
/** Between the two readings somebody acts: in the first second of the second one's drop. */
const ACT_AT = GENESIS + SECOND * DROP_S;

/** An act on the chain that takes away what the second reading rests on. */
interface Act {
  readonly name: string;
  readonly event: string;
  /** What fails by the file itself when it tells of the act, and by the chain when it does not. */
  readonly fails: { readonly offline: readonly string[]; readonly online: string };
  readonly when: "between" | "afterwards";
  carryOut(programme: TestProgramme): Promise<unknown>;
}

const ACTS: readonly Act[] = [
  {
    ...{ name: "the owner withdraws the consent", event: "ConsentWithdrawn", when: "between" },
    fails: { offline: ["consent", "consent-at-drop"], online: "chain-consent" },
    carryOut: ({ writer, deployment }) => {
      const withdrawal = { account: ALICE, recipient: deployment.operator, purpose: 1, version: 2 };
      return writer("alice").call("consentRegistry", "withdrawConsent", [withdrawal]);
    },
  },
  {
    ...{ name: "the owner releases the vehicle", event: "VehicleReleased", when: "between" },
    fails: { offline: ["pairing"], online: "chain-pairing" },
    carryOut: ({ writer }) => {
      const release = { vehicle: CAR.vehicle, account: ALICE, deadline: 0 };
      return writer("alice").call("vehicleRegistry", "releaseVehicle", [release]);
    },
  },
  {
    ...{ name: "the manufacturer revokes the device key", event: "DeviceKeyRevoked", when: "between" },
    fails: { offline: ["device-signature"], online: "chain-device-key" },
    carryOut: ({ writer }) => writer("manufacturer").call("vehicleRegistry", "revokeDeviceKey", [CAR.vehicle]),
  },
  {
    ...{ name: "the manufacturer rotates the device key", event: "DeviceKeyRotated", when: "between" },
    fails: { offline: ["device-signature"], online: "chain-device-key" },
    carryOut: ({ writer }) => {
      const { x, y } = deviceOf("new");
      return writer("manufacturer").call("vehicleRegistry", "rotateDeviceKey", [
        { vehicle: CAR.vehicle, keyX: x, keyY: y },
      ]);
    },
  },
  {
    ...{ name: "the receipt key ends", event: "ReceiptKeySet", when: "between" },
    fails: { offline: ["receipt-signature"], online: "chain-receipt-key" },
    carryOut: ({ writer }) => writer("rules").call("rules", "setReceiptKey", [addressOf("receipts"), 1, ACT_AT]),
  },
  {
    ...{ name: "the relayer supersedes the drop", event: "DropsSuperseded", when: "afterwards" },
    fails: { offline: ["drop-root"], online: "chain-root" },
    carryOut: ({ writer }) =>
      writer("relayer").call("dropAnchor", "supersede", [BigInt(SECOND), [keyOf("other")], ZERO_HASH]),
  },
];

/**
 * Two readings of one car, whose drops a dishonest relayer anchors although somebody acted in between. Their file finds it when it
 * tells of the act; when that transaction is left out, only the chain can.
 */
describe("evidence of a reading that an act on the chain takes back", () => {
  let programme: TestProgramme;
  let start: unknown;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    const { writer, deployment } = programme;
    const pairing = { vehicle: CAR.vehicle, account: ALICE, deadline: GENESIS };
    const pairingDigest = typedDigest(signingDomain(deployment, "VehiclePairing"), "VehiclePairing", pairing);
    await writer("alice").call("vehicleRegistry", "pairVehicle", [pairing, CAR.device.sign(pairingDigest)]);
    const grant = {
      ...{ account: ALICE, recipient: deployment.operator, purpose: 1, categories: 1n, expires: 0 },
      ...{ notice: 1, version: 1, deadline: GENESIS, recordHash: keyOf("record") },
    };
    await writer("alice").call("consentRegistry", "grantConsent", [grant]);
    start = await programme.rpc("evm_snapshot", []);
  });
  after(() => programme?.stop());

  /** A reading of a drop, with a tree of its own. */
  const entryOf = (drop: number, prevVehicleLeaf: Hex): { entry: EvidenceReading; root: Hex } => {
    const { deployment } = programme;
    const times = { startedAt: GENESIS + drop * DROP_S + 100, endedAt: GENESIS + drop * DROP_S + 500 };
    const odometer = { odometerStart: 5_000 * drop, odometerEnd: 5_000 * drop + 3_000 };
    const reading = readingOf(CAR, { sequence: drop, ...times, ...odometer });
    const digest = readingDigest(signingDomain(deployment, "Reading"), reading);
    const readingSignature = CAR.device.sign(digest);
    const receipt = { readingDigest: digest, account: ALICE, drop, deadline: times.endedAt + 4_000 };
    const receiptDigest = typedDigest(signingDomain(deployment, "Receipt"), "Receipt", receipt);
    const leaf = {
      ...{ drop, index: 0, readingDigest: digest, signatureHash: signatureHash(readingSignature), account: ALICE },
      ...{ countedM: 3_000, vehicleDayAfterM: 3_000 * drop, accountAfterM: 3_000 * drop },
      ...{ prevVehicleLeaf, prevAccountLeaf: prevVehicleLeaf, salt: keyOf(`salt ${drop}`) },
    };
    const tree = new MerkleTree([hashMileageLeaf(leaf), keyOf("another leaf")]);
    const receiptSignature = createSigner(keyOf("receipts")).sign(receiptDigest);
    return {
      root: tree.root,
      entry: { reading, readingSignature, receipt, receiptSignature, leaf, proof: tree.proof(0) },
    };
  };

  const anchor = async (first: number, roots: Hex[]) => {
    await programme.moveTo(GENESIS + (first + roots.length) * DROP_S);
    await programme.writer("relayer").call("dropAnchor", "anchorDrops", [BigInt(first), roots, ZERO_HASH]);
  };

  /** Drives, and lets somebody act. @returns The readings, and all logs about them. */
  const drive = async (act?: Act) => {
    await programme.rpc("evm_revert", [start]);
    start = await programme.rpc("evm_snapshot", []);
    const first = entryOf(FIRST, ZERO_HASH);
    const second = entryOf(SECOND, hashMileageLeaf(first.entry.leaf));
    await anchor(0, [ZERO_HASH, first.root]);
    assert.equal((await readHead(programme.client)).time, ACT_AT);
    if (act?.when === "between") await act.carryOut(programme);
    await anchor(SECOND, [second.root]);
    if (act?.when === "afterwards") await act.carryOut(programme);
    await programme.moveTo(GENESIS + 4 * DROP_S);
    const readings = [first.entry, second.entry];
    const subject = {
      ...{ vehicle: CAR.vehicle, accounts: new Set([ALICE]), receiptKeys: new Set([addressOf("receipts")]) },
      drops: new Set([FIRST, SECOND]),
    };
    const context = { chain: programme.client, deployment: programme.deployment };
    const head = (await readHead(programme.client)).number;
    return { readings, logs: await readEvidenceLogs(context, subject, head, () => undefined) };
  };

  const fileOf = async (readings: readonly EvidenceReading[], logs: readonly PlacedLog[]) => {
    const { chainId, genesis, operator, contracts } = programme.deployment;
    const { rules, consentRegistry, vehicleRegistry, dropAnchor, accountMoves } = contracts;
    const deployment = {
      ...{ chainId, genesis, operator },
      contracts: { rules, consentRegistry, vehicleRegistry, dropAnchor, accountMoves },
    };
    const subject = { vehicle: CAR.vehicle, from: GENESIS, to: GENESIS + 3 * DROP_S };
    return writeEvidence({
      deployment,
      subject,
      readings,
      ...(await proveTransactions(programme.client, logs, () => undefined)),
    });
  };

  const online = async (bytes: Uint8Array) =>
    (await verifyEvidenceOnChain(bytes, { rpcUrl: programme.rpcUrl, deployment: programme.deployment })).report;
  const failed = ({ checks }: EvidenceReport) =>
    checks.filter(({ ok }) => !ok).map(({ check, path }) => `${check} ${path}`);

  test("when nobody acts, it is valid, by itself and by the chain", async () => {
    const { readings, logs } = await drive();
    const report = await online(await fileOf(readings, logs));
    assert.deepEqual(failed(report), []);
    assert.ok(report.valid && report.proven.length > 0);
  });

  for (const act of ACTS) {
    describe(`when ${act.name}`, () => {
      test("a file that tells of it is not valid, and names the reading", async () => {
        const { readings, logs } = await drive(act);
        const { report } = await verifyEvidence(await fileOf(readings, logs));
        assert.deepEqual(
          failed(report),
          act.fails.offline.map((check) => `${check} readings[1]`),
        );
      });

      test("a file that leaves it out looks valid, and the chain finds the reading", async () => {
        const { readings, logs } = await drive(act);
        const isAct = (log: PlacedLog) => decodeEvent(programme.deployment, log)?.eventName === act.event;
        const last = logs.findLast(isAct) as PlacedLog;
        const silent = logs.filter(({ block }) => block !== last.block);
        const bytes = await fileOf(readings, silent);
        const { report } = await verifyEvidence(bytes);
        assert.deepEqual(failed(report), []);
        assert.ok(
          report.proven.some((sentence) => sentence.startsWith("By the events in this file, the vehicle was held")),
        );
        assert.ok(
          report.notProven.some((sentence) => sentence.startsWith("That the file leaves out no withdrawal, release")),
        );
        assert.deepEqual(failed(await online(bytes)), [`${act.fails.online} readings[1]`]);
      });
    });
  }

  test("given another deployment, when the asker knows the programme's, the file's contracts are found to be others", async () => {
    const { readings, logs } = await drive();
    const bytes = await fileOf(readings, logs);
    const { report } = await verifyEvidence(bytes, { ...programme.deployment, operator: addressOf("somebody") });
    assert.deepEqual(failed(report), ["chain-contracts deployment"]);
  });

  test("when the account moves, the report names its successor", async () => {
    const { readings, logs } = await drive({
      ...{ name: "the account moves", event: "AccountMoved", when: "afterwards", fails: { offline: [], online: "" } },
      carryOut: ({ writer }) => {
        const move = { account: ALICE, to: addressOf("next"), deadline: GENESIS + 4 * DROP_S };
        const { signature } = signIntent(programme, "AccountMove", move, { owner: "next" });
        return writer("alice").call("accountMoves", "moveAccount", [move, signature]);
      },
    });
    const report = await online(await fileOf(readings, logs));
    const moves = report.proven.filter((sentence) => sentence.includes(" moved to "));
    assert.deepEqual(moves, [
      `By the events in this file, account ${ALICE} moved to ${addressOf("next")} at ${isoTime(GENESIS + 3 * DROP_S)}.`,
    ]);
  });

  test("given contracts that are others of the programme, every answer is missing and nothing throws", async () => {
    const { readings, logs } = await drive();
    const bytes = await fileOf(readings, logs);
    const { rules, dropAnchor } = programme.deployment.contracts;
    const [ofRules, ofAnchor] = await Promise.all(
      [rules, dropAnchor].map((address) => programme.client.getCode({ address })),
    );
    await programme.rpc("anvil_setCode", [rules, ofAnchor]);
    await programme.rpc("anvil_setCode", [dropAnchor, ofRules]);
    const checks = failed(await online(bytes));
    for (const check of ["chain-contracts deployment", "chain-root readings[0]", "chain-pairing readings[1]"]) {
      assert.ok(checks.includes(check), checks.join());
    }
  });

  test("given a file that is false by itself, nothing is asked of the chain, and that is said", async () => {
    const { readings, logs } = await drive();
    const file = readEvidence(await fileOf(readings, logs));
    const bytes = writeEvidence({ ...file, subject: { ...file.subject, vehicle: keyOf("another vehicle") } });
    const proxy = await startProxy(programme.rpcUrl);
    try {
      const { report } = await verifyEvidenceOnChain(bytes, { rpcUrl: proxy.url });
      assert.deepEqual([report.valid, proxy.calls], [false, []]);
      assert.equal(report.notProven[0], "The chain was not asked: the file is wrong by itself.");
    } finally {
      await proxy.stop();
    }
  });

  test("given a chain without the programme, every answer is missing and nothing throws", async () => {
    const { readings, logs } = await drive();
    const bytes = await fileOf(readings, logs);
    const other = await startProgramme();
    try {
      await other.rpc("anvil_reset", []);
      const { report } = await verifyEvidenceOnChain(bytes, { rpcUrl: other.rpcUrl });
      const checks = new Set(report.checks.filter(({ ok }) => !ok).map(({ check }) => check));
      assert.ok(!report.valid && checks.has("chain-block") && checks.has("chain-code") && checks.has("chain-root"));
    } finally {
      await other.stop();
    }
  });
});
