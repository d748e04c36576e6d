import { type Hex, isoTime, ZERO_HASH } from "../protocol/index.ts";
import type { BlockHeader } from "./block-header.ts";
import { overlaps } from "./check-readings.ts";
import type { EvidenceFile, EvidenceReading } from "./file.ts";
import type { History } from "./history.ts";

/** What the sentences of a report tell of. */
export interface Told {
  readonly file: EvidenceFile;
  readonly blocks: readonly BlockHeader[];
  readonly history: History;
  /** Whether a chain was asked, and confirmed what the file's events say. */
  readonly isChainAsked: boolean;
  readonly isDeploymentKnown: boolean;
}

/** Gaps that one sentence names; of more it gives the sum. */
const MOST_NAMED = 5;

/** What a file without a failed check proves. */
export function provenBy(told: Told): string[] {
  const { file, blocks, isChainAsked } = told;
  const { readings, subject } = file;
  const within = readingsWithin(file);
  const accounts = [...new Set(readings.map(({ leaf }) => leaf.account))];
  return [
    ...[
      `the device of vehicle ${subject.vehicle} signed ${plural(within.length, "reading")} that lie in the time that is asked for.`,
      "each stood under the root of its drop, and has not changed since; its receipt was signed by a receipt key of that time.",
      `the vehicle was held by ${accounts.join(", then ")}, with consent to every category of every reading.`,
    ].map((sentence) => (isChainAsked ? capital(sentence) : byTheFile(sentence))),
    ...betweenThem(readings),
    ...samplesOpened(within),
    ...accounts.flatMap((account) => successorOf(account, told)),
    `All of it rests on ${plural(blocks.length, "block")} of chain ${file.deployment.chainId}, whose hashes are listed, and on the contracts that are listed.`,
    ...(isChainAsked ? confirmedBy(readings) : []),
  ];
}

/** What a file does not prove, whether its checks passed or not. */
export function leftOpenBy({ file, blocks, isChainAsked, isDeploymentKnown }: Told): string[] {
  return [
    ...edgesOf(file),
    ...numbersMissing(file.readings),
    ...metresMissing(file.readings),
    ...samplesMissing(readingsWithin(file)),
    ...(isChainAsked ? [] : leftToTheChain(blocks)),
    ...(isDeploymentKnown ? [] : ["That the contracts are the programme's: its deployment file tells which are."]),
    "Who sat in the car, and who stands behind the account.",
    "That the car's sensors were right: the car signed what they told it.",
  ];
}

function readingsWithin({ readings, subject }: EvidenceFile): EvidenceReading[] {
  return readings.filter(({ reading }) => overlaps(reading, subject.from, subject.to));
}

/** The relayer writes which leaf came before, so the leaves speak of what it accepted and of nothing else. */
function betweenThem(readings: readonly EvidenceReading[]): string[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const span = `between ${isoTime(first.reading.startedAt)} and ${isoTime(last.reading.endedAt)}`;
  return [`By the programme's own leaves, ${span} no accepted reading of the vehicle is missing.`];
}

function samplesOpened(within: readonly EvidenceReading[]): string[] {
  const opened = within.filter(({ opening }) => opening !== undefined).length;
  if (opened === 0) return [];
  return [`The samples of ${plural(opened, "reading")} in this time are those that the car committed to.`];
}

/** No chain is asked about moves, so they are the file's word in any case. */
function successorOf(account: Hex, { history }: Told): string[] {
  const move = history.moveOf(account);
  return move === undefined ? [] : [byTheFile(`account ${account} moved to ${move.to} at ${isoTime(move.time)}.`)];
}

function confirmedBy(readings: readonly EvidenceReading[]): string[] {
  return [
    "The chain has these blocks, and code stands at the addresses of the contracts.",
    `For each of the ${plural(readings.length, "reading")}, the chain names the same root, device key and receipt key, and the ` +
      "same holder and consent: nothing that came later took them back.",
  ];
}

/** Where the file may be cut off: its first and last reading. */
function edgesOf({ readings, subject }: EvidenceFile): string[] {
  const [first, last] = [readings[0], readings.at(-1)];
  const reachesBack = first !== undefined && (first.reading.startedAt <= subject.from || isFirstOfAll(first));
  const reachesOn = last !== undefined && last.reading.endedAt >= subject.to;
  const [from, to] = [isoTime(subject.from), isoTime(subject.to)];
  return [
    ...(reachesBack ? [] : [`Whether the vehicle has a reading between ${from} and the first one here.`]),
    ...(reachesOn ? [] : [`Whether the vehicle has a reading between the last one here and ${to}.`]),
  ];
}

/** Whether it is the first that the car made and the first that was accepted. */
function isFirstOfAll({ reading, leaf }: EvidenceReading): boolean {
  return reading.sequence <= 1 && leaf.prevVehicleLeaf === ZERO_HASH;
}

/** A car counts up only when it makes a reading (docs/protocol.md 5.3), so a number that is not here was a reading, too. */
function numbersMissing(readings: readonly EvidenceReading[]): string[] {
  const gaps = gapsOf(readings, ({ reading }, next) => next.reading.sequence - reading.sequence - 1);
  if (gaps.length === 0) return [];
  const names = gaps.map(({ after: { sequence }, size }) =>
    size === 1 ? `${sequence + 1}` : `${sequence + 1} to ${sequence + size}`,
  );
  const lost = plural(sumOf(gaps), "reading");
  return [
    `What became of ${lost} that the car made in between: number ${named(names)}. Refused, not delivered, or lost.`,
  ];
}

function metresMissing(readings: readonly EvidenceReading[]): string[] {
  const gaps = gapsOf(readings, ({ reading }, next) => next.reading.odometerStart - reading.odometerEnd);
  if (gaps.length === 0) return [];
  const names = gaps.map(({ after: { sequence }, size }) => `${size} m after number ${sequence}`);
  return [
    `What the car did over the ${sumOf(gaps)} m by which its odometer went on between these readings: ${named(names)}.`,
  ];
}

/** What is missing between two readings. */
interface Gap {
  readonly after: EvidenceReading["reading"];
  readonly size: number;
}

function gapsOf(
  readings: readonly EvidenceReading[],
  between: (entry: EvidenceReading, next: EvidenceReading) => number,
): Gap[] {
  return readings.slice(1).flatMap((next, at) => {
    const entry = readings[at] as EvidenceReading;
    const size = between(entry, next);
    return size > 0 ? [{ after: entry.reading, size }] : [];
  });
}

function sumOf(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, { size }) => sum + size, 0);
}

function named(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? `, and in ${plural(names.length - MOST_NAMED, "more place")}` : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}

function samplesMissing(within: readonly EvidenceReading[]): string[] {
  const missing = within.filter(({ opening }) => opening === undefined).length;
  if (missing === 0) return [];
  return [`What the samples of ${plural(missing, "reading")} in this time show: they are not in the file.`];
}

function leftToTheChain(blocks: readonly BlockHeader[]): string[] {
  return [
    `That the ${plural(blocks.length, "block")} are of the chain: compare their hashes with any node's or explorer's.`,
    "That the file leaves out no withdrawal, release, change or end of a key, before or after a reading, and no superseded root.",
  ];
}

function byTheFile(sentence: string): string {
  return `By the events in this file, ${sentence}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
