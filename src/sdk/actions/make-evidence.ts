import { type BlockRef, readHead } from "../../chain/read/head.ts";
import { overlaps, receiptSigner } from "../../evidence/check-readings.ts";
import { Fields } from "../../evidence/fields.ts";
import {
  EVIDENCE_CONTRACTS,
  type EvidenceDeployment,
  type EvidenceReport,
  type EvidenceSubject,
  PROOF_CHECKS,
  verifyEvidence,
  writeEvidence,
} from "../../evidence/index.ts";
import { CairnError, DAY_S, type Deployment, type Hex, lowerHex } from "../../protocol/index.ts";
import { relayerOf, type SdkContext } from "../context.ts";
import { type AnchoredReading, entryOf, type SamplesOpener, unopenedOf } from "../evidence-entries.ts";
import { readEvidenceLogs } from "../evidence-logs.ts";
import { patiently } from "../patience.ts";
import { proveTransactions } from "../prove-transactions.ts";
import { fetchReadings, type ShownReading } from "../reading-page.ts";

/** How far the making of evidence has come. */
export interface EvidenceProgress {
  readonly phase: "readings" | "events" | "blocks";
  readonly done: number;
  /** Equal to `done` as long as nobody knows. */
  readonly total: number;
}

/** Of which vehicle and time evidence is made. */
export interface MakeEvidenceParameters {
  readonly vehicle: Hex;
  /** First second, unix seconds. */
  readonly from: number;
  /** First second that is not asked for any more, unix seconds. */
  readonly to: number;
  /** Opens what the relayer keeps sealed for the owner. Without it the file has no samples. */
  readonly openSamples?: SamplesOpener;
  readonly onProgress?: (progress: EvidenceProgress) => void;
}

/** An evidence file. */
export interface MadeEvidence {
  /** The file's content. */
  readonly bytes: Uint8Array;
  /** What it proves, by itself. */
  readonly report: EvidenceReport;
  /** Sequences of the readings whose samples are kept and did not open: they were sealed for another key, or are not theirs. */
  readonly unopened: readonly number[];
}

/**
 * Makes a file that proves what a vehicle did in a time, to anybody, without the relayer and without a chain (docs/evidence.md):
 * its readings of the relayer, everything else of the chain, from final blocks only. It is verified before it is given out.
 * @throws ARGUMENT_INVALID without a relayer or for an empty time; NOT_FOUND when there is no reading in it; EVIDENCE_INCOMPLETE when
 * a reading's drop does not stand in a final block yet, or relayer and chain do not agree; EVIDENCE_INVALID, HEADER_UNKNOWN,
 * CHAIN_UNREACHABLE, RELAYER_UNREACHABLE, and what `openSamples` throws, save SEALED_SAMPLES_INVALID: see `unopened`.
 * @example
 * const { bytes } = await cairn.makeEvidence({ vehicle, from: accident - 3_600, to: accident + 600 });
 */
export async function makeEvidence(context: SdkContext, parameters: MakeEvidenceParameters): Promise<MadeEvidence> {
  const { from, to, openSamples, onProgress = () => undefined } = parameters;
  const vehicle = lowerHex(parameters.vehicle);
  if (!(from < to)) throw new CairnError("ARGUMENT_INVALID", "the time is empty");
  const subject = { vehicle, from, to };
  const ask = (path: string) => patiently(context, () => relayerOf(context).get(path));
  const status = new Fields(await ask("/v1/status"), "");
  const head = await readHead(context.chain);
  // The newest block that the programme's own rule holds to be final, as far as the node has it.
  const finalBlock = Math.min(status.whole("finalBlock"), head.number);
  const asked = { vehicle, ...driveable(context.deployment, head, subject) };
  const shown = await fetchReadings(ask, asked, (done) => onProgress({ phase: "readings", done, total: done }));
  const anchored = anchoredOf(shown, from, to);
  const readings = await Promise.all(anchored.map((reading) => entryOf(reading, openSamples)));
  const deployment = placeOf(context.deployment);
  const signers = await Promise.all(readings.map((entry) => receiptSigner(deployment, entry)));
  const events = {
    vehicle,
    accounts: new Set(readings.map(({ leaf }) => leaf.account)),
    receiptKeys: new Set(signers.filter((signer) => signer !== undefined)),
    drops: new Set(readings.map(({ leaf }) => leaf.drop)),
  };
  const logs = await readEvidenceLogs(context, events, finalBlock, (done) =>
    onProgress({ phase: "events", done, total: finalBlock }),
  );
  const proven = await proveTransactions(context.chain, logs, (done, total) =>
    onProgress({ phase: "blocks", done, total }),
  );
  const bytes = writeEvidence({ deployment, subject, readings, ...proven });
  const { report } = await verifyEvidence(bytes);
  if (!report.valid) throw incompleteBy(report);
  return { bytes, report, unopened: openSamples === undefined ? [] : unopenedOf(anchored, readings) };
}

/** The part of a time in which anything can have been driven: after genesis, and before the day that follows the newest block. */
function driveable({ genesis }: Deployment, head: BlockRef, { from, to }: Pick<EvidenceSubject, "from" | "to">) {
  return { from: Math.max(from, genesis), to: Math.min(to, head.time + DAY_S) };
}

/** The readings that stand in their drops. A neighbour that does not yet is left out; one of the time asked for must. */
function anchoredOf(shown: readonly ShownReading[], from: number, to: number): AnchoredReading[] {
  const within = shown.filter(({ reading }) => overlaps(reading, from, to));
  if (within.length === 0) throw new CairnError("NOT_FOUND", "the vehicle has no reading in this time");
  const open = within.find(({ anchored }) => anchored === undefined);
  if (open !== undefined) {
    throw new CairnError(
      "EVIDENCE_INCOMPLETE",
      `the drop of reading ${open.reading.sequence} is not on the chain yet`,
      {
        details: { sequence: open.reading.sequence },
      },
    );
  }
  return shown.filter((reading): reading is AnchoredReading => reading.anchored !== undefined);
}

function placeOf({ chainId, genesis, operator, contracts }: Deployment): EvidenceDeployment {
  const used = EVIDENCE_CONTRACTS.map((name) => [name, contracts[name].toLowerCase()]);
  return { chainId, genesis, operator, contracts: Object.fromEntries(used) as EvidenceDeployment["contracts"] };
}

function incompleteBy({ checks }: EvidenceReport): CairnError {
  const failed = checks.filter(({ ok }) => !ok);
  const [first] = failed;
  const what = first === undefined ? "" : `${first.path}: not so that ${PROOF_CHECKS[first.check]} (${first.actual})`;
  return new CairnError("EVIDENCE_INCOMPLETE", what, { details: { failed: failed.slice(0, 20) } });
}
