import type { BlockHeader } from "./block-header.ts";
import { overlaps } from "./check-readings.ts";
import { compared, type ProofCheck } from "./checks.ts";
import type { EvidenceFile, EvidenceSubject } from "./file.ts";

/** What became of an evidence file. */
export interface EvidenceReport {
  readonly type: "cairn.evidence/1";
  /** Whether every check passed. */
  readonly valid: boolean;
  /** Nothing when the file cannot be read. */
  readonly subject: EvidenceSubject | undefined;
  /** What the file proves, in sentences; empty when a check failed. */
  readonly proven: readonly string[];
  /** What it does not prove, in sentences. */
  readonly notProven: readonly string[];
  readonly checks: readonly ProofCheck[];
  /** The blocks on which all rests: who compares their hashes with the chain's needs nothing else of it. */
  readonly blocks: readonly Pick<BlockHeader, "number" | "hash" | "time">[];
}

/** The report on a file that cannot be read. */
export function unreadableReport(checks: readonly ProofCheck[]): EvidenceReport {
  const notProven = ["The file cannot be read, so nothing in it is proven."];
  return { type: "cairn.evidence/1", valid: false, subject: undefined, proven: [], notProven, checks, blocks: [] };
}

/** What a report tells of. */
interface Reported {
  readonly file: EvidenceFile;
  readonly blocks: readonly BlockHeader[];
  readonly checks: readonly ProofCheck[];
  readonly isDeploymentKnown: boolean;
}

/** The report on a file whose checks these are. @param isChainAsked Whether a chain was asked, too. */
export function reportOn(reported: Reported, { isChainAsked }: { readonly isChainAsked: boolean }): EvidenceReport {
  const { file, blocks, checks, isDeploymentKnown } = reported;
  const valid = checks.every(({ ok }) => ok);
  return {
    type: "cairn.evidence/1",
    valid,
    subject: file.subject,
    proven: valid ? [...provenBy(file, blocks), ...(isChainAsked ? provenOnChain(file) : [])] : [],
    notProven: [
      ...(valid ? [] : ["A check failed: what it names is not proven, nor what rests on it."]),
      ...edgesOf(file),
      ...(isChainAsked ? [] : leftToTheChain(blocks)),
      ...(isDeploymentKnown ? [] : ["That the contracts are the programme's: its deployment file tells which are."]),
      ...ALWAYS_OPEN,
    ],
    checks,
    blocks: blocks.map(({ number, hash, time }) => ({ number, hash, time })),
  };
}

/** What a file never proves, whoever is asked. */
const ALWAYS_OPEN = [
  "Who sat in the car, and who stands behind the account.",
  "That the car's sensors were right: the car signed what they told it.",
];

function provenBy(file: EvidenceFile, blocks: readonly BlockHeader[]): string[] {
  const { vehicle, from, to } = file.subject;
  const { readings } = file;
  const within = readings.filter(({ reading }) => overlaps(reading, from, to));
  const opened = readings.filter(({ opening }) => opening !== undefined).length;
  const [first, last] = [readings[0]?.reading, readings.at(-1)?.reading];
  const accounts = [...new Set(readings.map(({ leaf }) => leaf.account))];
  return [
    `The device of vehicle ${vehicle} signed ${plural(within.length, "reading")} that lie in the time that is asked for.`,
    `Between ${time(first?.startedAt)} and ${time(last?.endedAt)} no reading of the vehicle is missing.`,
    `Each stood under the root of its drop, and has not changed since; its receipt was signed by a receipt key of that time.`,
    `The vehicle was held by ${accounts.join(", then ")}, with consent to every category of every reading.`,
    ...(opened === 0 ? [] : [`The samples of ${plural(opened, "reading")} are those that the car committed to.`]),
    `All of it rests on ${plural(blocks.length, "block")}, whose hashes are listed.`,
  ];
}

function provenOnChain({ readings }: EvidenceFile): string[] {
  return [
    "The chain has these blocks, and code stands at the addresses of the contracts.",
    `For each of the ${plural(readings.length, "reading")}, the chain names the same root, device key and receipt key, and the ` +
      "same holder and consent: nothing that came later took them back.",
  ];
}

/** Where the file may be cut off: its first and last reading. */
function edgesOf({ readings, subject }: EvidenceFile): string[] {
  const [first, last] = [readings[0], readings.at(-1)];
  const reachesBack =
    first !== undefined && (first.reading.startedAt <= subject.from || /^0x0+$/.test(first.leaf.prevVehicleLeaf));
  const reachesOn = last !== undefined && last.reading.endedAt >= subject.to;
  return [
    ...(reachesBack ? [] : [`Whether the vehicle has a reading between ${time(subject.from)} and the first one here.`]),
    ...(reachesOn ? [] : [`Whether the vehicle has a reading between the last one here and ${time(subject.to)}.`]),
  ];
}

function leftToTheChain(blocks: readonly BlockHeader[]): string[] {
  return [
    `That the ${plural(blocks.length, "block")} are of the chain: compare their hashes with any node's or explorer's.`,
    "That no later withdrawal, release, end of a key or superseded root was left out.",
  ];
}

/** Unix seconds as ISO 8601 in UTC; as they are when no calendar reaches that far. */
function time(seconds: number | undefined): string {
  if (seconds === undefined) return "?";
  return seconds > LAST_DATE_S ? `second ${seconds}` : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** The last second that a date of ECMAScript can name. */
const LAST_DATE_S = 8_640_000_000_000;

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The check that a file can be read. @param problem Why not. */
export function formCheck(problem?: string): ProofCheck {
  return compared("form", "", "canonical", problem ?? "canonical");
}
