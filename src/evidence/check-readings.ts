import {
  ALL_CATEGORIES_MASK,
  CATEGORY,
  DROP_S,
  dayOf,
  domainOf,
  dropStart,
  type Hex,
  hashMileageLeaf,
  MAX_SPEED_MPS,
  type Reading,
  readingDigest,
  signatureHash,
  typedDigest,
  ZERO_HASH,
} from "../protocol/index.ts";
import { compared, judged, type ProofCheck } from "./checks.ts";
import { isSignedByDevice } from "./device-signature.ts";
import type { EvidenceDeployment, EvidenceFile, EvidenceReading } from "./file.ts";
import type { History } from "./history.ts";
import { rootOfProof } from "./proofs.ts";
import { recoveredSigner } from "./recovered-signer.ts";

/** A reading in its place. */
interface Placed {
  readonly file: EvidenceFile;
  readonly entry: EvidenceReading;
  readonly before: EvidenceReading | undefined;
  readonly path: string;
  readonly isEdge: boolean;
}

/** Checks every reading against the history, its leaf, its signatures and the one before it. */
export async function checkReadings(file: EvidenceFile, history: History): Promise<ProofCheck[]> {
  const { from, to } = file.subject;
  const isAny = file.readings.some(({ reading }) => overlaps(reading, from, to));
  const checks = [judged("reading-period", "subject", isAny, "a reading in the time that is asked for", "none")];
  for (const [at, entry] of file.readings.entries()) {
    const isEdge = at === 0 || at === file.readings.length - 1;
    const placed = { file, entry, before: file.readings[at - 1], path: `readings[${at}]`, isEdge };
    checks.push(
      ...checkItself(placed),
      ...checkLeaf(placed, history),
      await checkReceiptSigner(placed, history),
      ...checkRights(placed, history),
      ...checkOrder(placed),
    );
  }
  return checks;
}

/** Moments at which a receipt for a drop may be dated: its first second and its last. */
export function momentsOfDrop(genesis: number, drop: number): readonly [first: number, last: number] {
  const first = dropStart(genesis, drop);
  return [first, first + DROP_S - 1];
}

/** The second in which a consent must stand beyond the reading's own: the later of its end and its drop's start (5.3). */
export function takenAt(genesis: number, { reading, leaf }: EvidenceReading): number {
  return Math.max(reading.endedAt, dropStart(genesis, leaf.drop));
}

/** Who signed a receipt. @returns Nothing when the signature is of nobody. */
export function receiptSigner(
  { chainId, contracts }: EvidenceDeployment,
  { receipt, receiptSignature }: Pick<EvidenceReading, "receipt" | "receiptSignature">,
): Promise<Hex | undefined> {
  const domain = domainOf("dropAnchor", chainId, contracts.dropAnchor);
  return recoveredSigner(typedDigest(domain, "Receipt", receipt), receiptSignature);
}

function checkItself({ file, entry: { reading }, path, isEdge }: Placed): ProofCheck[] {
  const { vehicle, from, to } = file.subject;
  const problem = problemOf(reading, file.deployment.genesis);
  return [
    compared("reading-vehicle", path, vehicle, reading.vehicle),
    judged("reading-period", path, isEdge || overlaps(reading, from, to), "in it or next to it", "neither"),
    compared("reading-form", path, "all kept", problem ?? "all kept"),
  ];
}

/** Whether a reading has a second of [from, to). */
export function overlaps({ startedAt, endedAt }: Reading, from: number, to: number): boolean {
  return startedAt < to && endedAt > from;
}

/** The rule of docs/protocol.md 5.3 that a reading breaks by itself. */
function problemOf(reading: Reading, genesis: number): string | undefined {
  const { startedAt, endedAt, odometerStart, odometerEnd, categories, payload } = reading;
  if (startedAt < genesis) return "it begins before genesis";
  if (endedAt <= startedAt) return "it does not end after it begins";
  if (odometerEnd < odometerStart) return "the odometer goes backwards";
  if (odometerEnd - odometerStart > MAX_SPEED_MPS * (endedAt - startedAt)) return "it is too fast";
  if (dayOf(genesis, startedAt) !== dayOf(genesis, endedAt - 1)) return "it lies on two days";
  if ((categories & (1 << CATEGORY.mileage)) === 0 || categories > ALL_CATEGORIES_MASK) return "the mask is none";
  return payload === ZERO_HASH ? "the payload is zero" : undefined;
}

function checkLeaf({ file, entry, path }: Placed, history: History): ProofCheck[] {
  const { reading, readingSignature, receipt, leaf, proof } = entry;
  const { chainId, genesis, contracts } = file.deployment;
  const digest = readingDigest(domainOf("vehicleRegistry", chainId, contracts.vehicleRegistry), reading);
  const isSigned = isSignedByDevice(history.deviceKeyAt(reading.endedAt), digest, readingSignature);
  const isOver = reading.endedAt <= dropStart(genesis, leaf.drop + 1);
  const root = history.rootOf(leaf.drop);
  return [
    compared("reading-digest", path, digest, leaf.readingDigest === receipt.readingDigest ? leaf.readingDigest : "two"),
    judged("device-signature", path, isSigned, "valid", "invalid"),
    compared("signature-hash", path, signatureHash(readingSignature), leaf.signatureHash),
    compared("receipt-account", path, receipt.account, leaf.account),
    judged("receipt-drop", path, receipt.drop === leaf.drop && isOver, `drop ${receipt.drop}`, `drop ${leaf.drop}`),
    compared("drop-root", path, root ?? "an anchored root", rootOfProof(hashMileageLeaf(leaf), proof)),
    judged(
      "leaf-metres",
      path,
      leaf.countedM <= reading.odometerEnd - reading.odometerStart,
      `at most ${reading.odometerEnd - reading.odometerStart} m`,
      `${leaf.countedM} m`,
    ),
  ];
}

async function checkReceiptSigner({ file, entry, path }: Placed, history: History): Promise<ProofCheck> {
  const { deployment } = file;
  const signer = await receiptSigner(deployment, entry);
  const moments = momentsOfDrop(deployment.genesis, entry.receipt.drop);
  const held = signer !== undefined && moments.some((time) => history.isReceiptKey(signer, time));
  return judged("receipt-signature", path, held, "by a receipt key", `by ${signer ?? "nobody"}`);
}

function checkRights({ file, entry, path }: Placed, history: History): ProofCheck[] {
  const { reading, leaf } = entry;
  const { account } = leaf;
  const { startedAt, endedAt, categories } = reading;
  const taken = takenAt(file.deployment.genesis, entry);
  const isOwner = history.isOwnerThroughout(account, startedAt, endedAt);
  const isConsented = history.isConsented(account, categories, startedAt, endedAt);
  const stands = history.isConsented(account, categories, taken, taken + 1);
  return [
    judged("pairing", path, isOwner, `held by ${account}`, "not throughout"),
    judged("consent", path, isConsented, "covered", "not throughout"),
    judged("consent-at-drop", path, stands, "stood", "did not stand"),
  ];
}

function checkOrder({ entry, before, path }: Placed): ProofCheck[] {
  if (before === undefined) return [];
  const [earlier, later] = [before.reading, entry.reading];
  const follows =
    earlier.sequence < later.sequence &&
    earlier.endedAt <= later.startedAt &&
    earlier.odometerEnd <= later.odometerStart;
  return [
    judged("sequence", path, follows, "after the one before", "not after it"),
    compared("leaf-chain", path, hashMileageLeaf(before.leaf), entry.leaf.prevVehicleLeaf),
  ];
}
