import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { privateKeyToAccount } from "viem/accounts";
import { historyOf, type TimedEvent } from "../../src/evidence/history.ts";
import {
  type EvidenceFile,
  type EvidenceParts,
  type EvidenceReading,
  readEvidence,
  verifyEvidence,
} from "../../src/evidence/index.ts";
import {
  type Hex,
  payloadOf,
  readingDigest,
  SampleWriter,
  signatureHash,
  signingDomain,
  TYPES,
  ZERO_HASH,
} from "../../src/protocol/index.ts";
import { verifyEvidenceOnChain } from "../../src/sdk/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import {
  CAR,
  type DrivenProgramme,
  evidenceOf,
  failuresOf,
  flipped,
  forged,
  OTHER_CAR,
  openingOf,
  openSamples,
  startDriven,
  withItem,
} from "./support.ts";

const CONSENTER = addressOf("alice");
const OPERATOR = addressOf("operator");

/** Somebody changes an evidence file and seals it anew, so that only what the entries prove of each other can tell. */
describe("a forged evidence file, sealed anew", () => {
  let driven: DrivenProgramme;
  let bytes: Uint8Array;
  let file: EvidenceFile;

  before(async () => {
    driven = await startDriven();
    ({ bytes } = await evidenceOf(driven, { openSamples }));
    file = readEvidence(bytes);
  });
  after(() => driven?.stop());

  const changed = (change: (parts: EvidenceParts) => EvidenceParts) => failuresOf(forged(bytes, change));
  const withReading = (at: number, change: (entry: EvidenceReading) => EvidenceReading) =>
    changed((parts) => ({ ...parts, readings: withItem(parts.readings, at, change) }));
  /** A reading and everything that names it, signed by whom the forger likes. */
  const resigned = (entry: EvidenceReading, reading: EvidenceReading["reading"], device = CAR.device) => {
    const digest = readingDigest(signingDomain(driven.programme.deployment, "Reading"), reading);
    const readingSignature = device.sign(digest);
    const named = { readingDigest: digest };
    return {
      ...{ ...entry, reading, readingSignature, receipt: { ...entry.receipt, ...named } },
      leaf: { ...entry.leaf, ...named, signatureHash: signatureHash(readingSignature) },
    };
  };

  test("when nothing was changed, nothing is wrong", async () => {
    assert.deepEqual(await changed((parts) => parts), []);
  });

  test("when the metres are others, the device's signature does not fit", async () => {
    const failures = await withReading(2, (entry) => ({
      ...entry,
      reading: { ...entry.reading, odometerEnd: entry.reading.odometerEnd - 1_000 },
    }));
    assert.deepEqual(failures.slice(0, 2), ["reading-digest readings[2]", "device-signature readings[2]"]);
  });

  test("when the device's signature is another, neither key nor leaf fits", async () => {
    const failures = await withReading(1, (entry) => ({ ...entry, readingSignature: flipped(entry.readingSignature) }));
    assert.deepEqual(failures, ["device-signature readings[1]", "signature-hash readings[1]"]);
  });

  test("when a foreign device signed another reading, key, receipt and leaf are wrong", async () => {
    const failures = await withReading(2, (entry) =>
      resigned(entry, { ...entry.reading, takeovers: 3 }, OTHER_CAR.device),
    );
    for (const check of ["device-signature", "receipt-signature", "drop-root"]) {
      assert.ok(failures.includes(`${check} readings[2]`), failures.join());
    }
  });

  test("when even the car itself signs anew, receipt and leaf are wrong", async () => {
    const failures = await withReading(2, (entry) => resigned(entry, { ...entry.reading, takeovers: 3 }));
    assert.deepEqual(failures.slice(0, 2), ["drop-root readings[2]", "receipt-signature readings[2]"]);
  });

  test("when the receipt is another, its signature is of nobody who may sign", async () => {
    const later = await withReading(0, (entry) => ({
      ...entry,
      receipt: { ...entry.receipt, deadline: entry.receipt.deadline + 1 },
    }));
    assert.deepEqual(later, ["receipt-signature readings[0]"]);
    const other = await withReading(0, (entry) => ({
      ...entry,
      receipt: { ...entry.receipt, account: keyOf("x").slice(0, 42) as Hex },
    }));
    assert.deepEqual(other, ["receipt-account readings[0]", "receipt-signature readings[0]"]);
  });

  test("when a stranger signed the receipt, it is by no receipt key", async () => {
    const domain = signingDomain(driven.programme.deployment, "Receipt");
    const { receipt } = file.readings[1] as EvidenceReading;
    const receiptSignature = await privateKeyToAccount(keyOf("stranger")).signTypedData({
      ...{ domain, types: { Receipt: TYPES.Receipt }, primaryType: "Receipt" },
      message: { ...receipt, drop: BigInt(receipt.drop) },
    });
    assert.deepEqual(await withReading(1, (entry) => ({ ...entry, receiptSignature })), [
      "receipt-signature readings[1]",
    ]);
  });

  test("when leaf or proof lead to another root, it is not the drop's", async () => {
    const byProof = await withReading(3, (entry) => ({ ...entry, proof: entry.proof.map((node) => flipped(node)) }));
    assert.deepEqual(byProof, ["drop-root readings[3]"]);
    const bySalt = await withReading(3, (entry) => ({
      ...entry,
      leaf: { ...entry.leaf, salt: flipped(entry.leaf.salt) },
    }));
    assert.deepEqual(bySalt, ["drop-root readings[3]", "leaf-chain readings[4]"]);
  });

  test("when a leaf counts more metres than were driven, that is said, too", async () => {
    const failures = await withReading(4, (entry) => ({ ...entry, leaf: { ...entry.leaf, countedM: 9_999 } }));
    assert.deepEqual(failures, ["drop-root readings[4]", "leaf-metres readings[4]"]);
  });

  test("when a reading in the middle is left out, the chain of leaves has a gap", async () => {
    const failures = await changed((parts) => ({ ...parts, readings: parts.readings.filter((_, at) => at !== 2) }));
    assert.deepEqual(failures, ["leaf-chain readings[2]"]);
  });

  test("when two readings change places, neither follows the other", async () => {
    const failures = await changed((parts) => {
      const [a, b, ...rest] = parts.readings as [EvidenceReading, EvidenceReading];
      return { ...parts, readings: [b, a, ...rest] };
    });
    assert.ok(failures.includes("sequence readings[1]") && failures.includes("leaf-chain readings[1]"));
  });

  test("when another vehicle's reading is put in, it is not the vehicle's", async () => {
    const { bytes: foreign } = await evidenceOf(driven, { vehicle: OTHER_CAR.vehicle });
    const failures = await withReading(2, () => readEvidence(foreign).readings[2] as EvidenceReading);
    assert.ok(failures.includes("reading-vehicle readings[2]"), failures.join());
  });

  test("when the time asked for is moved away, there is no reading in it", async () => {
    const failures = await changed((parts) => ({ ...parts, subject: { ...parts.subject, from: 1, to: 2 } }));
    assert.ok(failures.includes("reading-period subject"));
  });

  test("when samples were changed, they do not open the payload, and disagree where they do", async () => {
    const failures = await withReading(2, (entry) => {
      const { samples, ...reading } = { ...entry.reading, samples: undefined };
      const opening = openingOf({ ...reading, odometerEnd: reading.odometerEnd + 700, endedAt: reading.endedAt + 20 });
      return { ...entry, opening };
    });
    assert.deepEqual(failures, [
      "samples-payload readings[2]",
      "samples-form readings[2]",
      "samples-odometer readings[2]",
    ]);
  });

  test("when samples hold what was not consented to or more takeovers, that is named", async () => {
    const failures = await withReading(2, (entry) => {
      const { startedAt, odometerStart } = entry.reading;
      const writer = new SampleWriter(startedAt);
      writer.write({ time: startedAt, values: { odometerM: odometerStart, latitudeDeg: 48.1, takeovers: 2 } });
      const opening = { salt: ZERO_HASH, samples: writer.finish() };
      return { ...entry, opening, reading: { ...entry.reading, payload: payloadOf(opening) } };
    });
    for (const check of ["samples-categories", "samples-takeovers", "device-signature"]) {
      assert.ok(failures.includes(`${check} readings[2]`), failures.join());
    }
  });

  test("when a sample is out of its signal's bounds, its form is wrong, and the signal is named", async () => {
    const outOfBounds = forged(bytes, (parts) => ({
      ...parts,
      readings: withItem(parts.readings, 2, (entry) => {
        const { startedAt, odometerStart } = entry.reading;
        const writer = new SampleWriter(startedAt);
        writer.write({ time: startedAt, values: { odometerM: odometerStart, speedMps: 100.1 } });
        return { ...entry, opening: { salt: ZERO_HASH, samples: writer.finish() } };
      }),
    }));
    const { checks } = (await verifyEvidence(outOfBounds)).report;
    const form = checks.find(({ check, path }) => check === "samples-form" && path === "readings[2]");
    assert.deepEqual([form?.ok, form?.actual], [false, "speedMps of 100.1"]);
  });

  test("when a consent has a gap, or another one that covers less, it does not cover a reading over it", () => {
    const [from, to] = [1_000, 2_000];
    const grant = (time: number, categories: bigint, expires: number): TimedEvent => {
      const args = { account: CONSENTER, recipient: OPERATOR, purpose: 1, categories, expires };
      return { time, event: { eventName: "ConsentGranted", args } as unknown as TimedEvent["event"] };
    };
    const covers = (...events: TimedEvent[]) =>
      historyOf(events, { vehicle: ZERO_HASH, operator: OPERATOR }).isConsented(CONSENTER, 1, from, to);
    assert.equal(covers(grant(900, 1n, 1_500), grant(1_400, 3n, 0)), true);
    assert.equal(covers(grant(900, 1n, 0)), true);
    assert.equal(covers(grant(900, 1n, to)), true);
    assert.equal(covers(grant(900, 1n, to - 1)), false);
    assert.equal(covers(grant(900, 1n, 1_500), grant(1_501, 1n, 0)), false);
    assert.equal(covers(grant(900, 1n, 1_500), grant(1_400, 2n, 0)), false);
    assert.equal(covers(grant(from + 1, 1n, 0)), false);
    assert.equal(covers(), false);
  });

  test("when a proof of a receipt has a node too many or too few, or another place, it proves nothing", async () => {
    const last = (parts: EvidenceParts) => parts.transactions.length - 1;
    const withProof = (change: (proof: readonly Hex[]) => Hex[], index = 0) =>
      changed((parts) => ({
        ...parts,
        transactions: withItem(parts.transactions, last(parts), (entry) => ({
          ...entry,
          index: entry.index + index,
          proof: change(entry.proof),
        })),
      }));
    for (const failures of [
      await withProof((proof) => [...proof, ...proof.slice(0, 1)]),
      await withProof((proof) => proof.slice(1)),
      await withProof((proof) => [...proof], 1),
      await withProof((proof) => proof.map((node) => flipped(node))),
    ]) {
      assert.match(failures[0] as string, /^transaction-proof transactions\[\d+\]$/);
    }
  });

  test("when a transaction is left out, what rested on it fails: root, key, pairing, consent, receipt key", async () => {
    const lost = new Set<string>();
    const { length } = file.transactions;
    for (let at = 0; at < length; at++) {
      const failures = await changed((parts) => ({
        ...parts,
        transactions: parts.transactions.filter((_, i) => i !== at),
      }));
      assert.notDeepEqual(failures, [], `transaction ${at}`);
      for (const failure of failures) lost.add(failure.split(" ")[0] as string);
    }
    const resting = ["consent", "consent-at-drop", "device-signature", "drop-root", "pairing", "receipt-signature"];
    assert.deepEqual([...lost].sort(), resting);
  });

  test("when a block is left out or is none, its transactions prove nothing", async () => {
    const without = await changed((parts) => ({ ...parts, blocks: parts.blocks.slice(1) }));
    assert.equal(without[0], "transaction-proof transactions[0]");
    const none = await changed((parts) => ({ ...parts, blocks: withItem(parts.blocks, 0, () => "0xc0") }));
    assert.deepEqual(none.slice(0, 2), ["block blocks[0]", "transaction-proof transactions[0]"]);
    const turned = await changed((parts) => ({ ...parts, blocks: parts.blocks.toReversed() }));
    assert.ok(turned.includes("block blocks[1]"));
  });

  test("when a block's time is another, only the chain can tell, and it names the block", async () => {
    const before = (await verifyEvidence(bytes)).report.blocks.at(-1);
    const time = before?.time as number;
    const moved = forged(bytes, (parts) => ({
      ...parts,
      blocks: withItem(
        parts.blocks,
        parts.blocks.length - 1,
        (header) => header.replace(`84${time.toString(16)}`, `84${(time + 1).toString(16)}`) as Hex,
      ),
    }));
    const { rpcUrl } = driven.programme;
    const offline = (await verifyEvidence(moved)).report;
    assert.deepEqual([offline.valid, offline.blocks.at(-1)?.time], [true, time + 1]);
    assert.notEqual(offline.blocks.at(-1)?.hash, before?.hash);
    const { report: online } = await verifyEvidenceOnChain(moved, { rpcUrl });
    const failed = online.checks.filter(({ ok }) => !ok);
    assert.deepEqual(
      failed.map(({ check, path, expected }) => [check, path, expected]),
      [["chain-block", `blocks[${offline.blocks.length - 1}]`, before?.hash]],
    );
  });

  test("when a leaf is one of another drop's tree, its drop has another root", async () => {
    const failures = await withReading(1, (entry) => ({
      ...entry,
      leaf: { ...entry.leaf, drop: entry.leaf.drop + 1 },
      receipt: { ...entry.receipt, drop: entry.receipt.drop + 1 },
    }));
    assert.ok(failures.includes("drop-root readings[1]") && failures.includes("receipt-signature readings[1]"));
  });
});
