import {
  CairnError,
  type ContractName,
  canonicalJson,
  type Hex,
  type Json,
  type MileageLeaf,
  type PayloadOpening,
  type Reading,
  type Receipt,
} from "../protocol/index.ts";
import { toBase64Url } from "./base64url.ts";
import { Fields, invalid } from "./fields.ts";
import { parseMileageLeaf, parseReading, parseReceipt } from "./parts.ts";
import { canonicalSeal, parseSeal, type Seal, sealOf } from "./seal.ts";

export const EVIDENCE_TYPE = "cairn.evidence/1";

/** The contracts whose logs and domains an evidence file rests on. */
export const EVIDENCE_CONTRACTS = [
  "rules",
  "consentRegistry",
  "vehicleRegistry",
  "dropAnchor",
  "accountMoves",
] as const satisfies readonly ContractName[];
export type EvidenceContract = (typeof EVIDENCE_CONTRACTS)[number];

/** The programme of which the file speaks. */
export interface EvidenceDeployment {
  readonly chainId: number;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** The recipient that consents for mining name. */
  readonly operator: Hex;
  readonly contracts: Readonly<Record<EvidenceContract, Hex>>;
}

/** What the file is about: a vehicle, from a second up to another one, which is not included. */
export interface EvidenceSubject {
  readonly vehicle: Hex;
  readonly from: number;
  readonly to: number;
}

/** A reading with all that its drop proves of it. */
export interface EvidenceReading {
  readonly reading: Reading;
  /** `r ‖ s`, 64 bytes, of the car. */
  readonly readingSignature: Hex;
  readonly receipt: Receipt;
  /** `r ‖ s ‖ v`, 65 bytes, of a receipt key. */
  readonly receiptSignature: Hex;
  readonly leaf: MileageLeaf;
  /** Siblings from the leaf up to the drop's root. */
  readonly proof: readonly Hex[];
  /** What opens the payload, when the owner has it. */
  readonly opening?: PayloadOpening;
}

/** The receipt of a transaction, proved. Every log in it that concerns the subject counts. */
export interface EvidenceTransaction {
  /** Number of its block. */
  readonly block: number;
  /** Its place in the block, counted from 0. */
  readonly index: number;
  /** Nodes of the block's trie of receipts, from the root to the receipt, each RLP. */
  readonly proof: readonly Hex[];
}

/** Everything in an evidence file but its seal. */
export interface EvidenceParts {
  readonly deployment: EvidenceDeployment;
  readonly subject: EvidenceSubject;
  /** In order of their sequence. */
  readonly readings: readonly EvidenceReading[];
  /** In their order on the chain. */
  readonly transactions: readonly EvidenceTransaction[];
  /** Headers, RLP, in order of their numbers. */
  readonly blocks: readonly Hex[];
}

/** An evidence file (docs/evidence.md). */
export interface EvidenceFile extends EvidenceParts {
  readonly seal: Seal;
}

/** Writes an evidence file: the one text in which these parts can stand, sealed. */
export function writeEvidence(parts: EvidenceParts): Uint8Array {
  const members = membersOf(parts);
  return new TextEncoder().encode(canonicalJson({ ...members, seal: asJson(sealOf(members)) }));
}

/**
 * Reads an evidence file. Nothing in it is judged but its form.
 * @throws EVIDENCE_INVALID naming the first field that is missing or not of its form, or what is not in the one form in which it
 * may be written: a member too many, white space, a capital in hex.
 */
export function readEvidence(bytes: Uint8Array): EvidenceFile {
  const file = parse(bytes);
  const rewritten = canonicalJson({ ...membersOf(file), seal: asJson(file.seal) });
  const text = new TextDecoder().decode(bytes);
  if (rewritten !== text) {
    const at = firstDifference(rewritten, text);
    throw new CairnError("EVIDENCE_INVALID", `it is not in canonical form from character ${at} on`, {
      details: { field: `character ${at}` },
    });
  }
  return file;
}

/** Whether a file's seal is of its entries, each of them and no other: who seals anew may have left some out. */
export function isSealedWhole(file: EvidenceFile): boolean {
  return canonicalSeal(sealOf(membersOf(file))) === canonicalSeal(file.seal);
}

function parse(bytes: Uint8Array): EvidenceFile {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new CairnError("EVIDENCE_INVALID", "it is not JSON in UTF-8", { details: { field: "the file" }, cause });
  }
  const file = new Fields(value, "");
  if (file.text("type") !== EVIDENCE_TYPE) throw invalid("type", EVIDENCE_TYPE);
  const subject = file.object("subject");
  return {
    deployment: parseDeployment(file.object("deployment")),
    subject: { vehicle: subject.hex("vehicle", 32), from: subject.whole("from"), to: subject.whole("to") },
    readings: file.list("readings", (items, item) => parseEntry(items.object(item))),
    transactions: file.list("transactions", (items, item) => parseTransaction(items.object(item))),
    blocks: file.list("blocks", (items, item) => items.bytes(item)),
    seal: parseSeal(file.object("seal")),
  };
}

function parseDeployment(deployment: Fields): EvidenceDeployment {
  const contracts = deployment.object("contracts");
  const entries = EVIDENCE_CONTRACTS.map((name) => [name, contracts.hex(name, 20)]);
  return {
    chainId: deployment.whole("chainId"),
    genesis: deployment.whole("genesis"),
    operator: deployment.hex("operator", 20),
    contracts: Object.fromEntries(entries) as Record<EvidenceContract, Hex>,
  };
}

function parseEntry(entry: Fields): EvidenceReading {
  return {
    reading: parseReading(entry.object("reading")),
    readingSignature: entry.hex("readingSignature", 64),
    receipt: parseReceipt(entry.object("receipt")),
    receiptSignature: entry.hex("receiptSignature", 65),
    leaf: parseMileageLeaf(entry.object("leaf")),
    proof: entry.proof("proof"),
    ...(entry.has("opening") ? { opening: parseOpening(entry.object("opening")) } : {}),
  };
}

function parseOpening(opening: Fields): PayloadOpening {
  return { salt: opening.hex("salt", 32), samples: opening.base64Url("samples") };
}

function parseTransaction(transaction: Fields): EvidenceTransaction {
  return {
    block: transaction.whole("block"),
    index: transaction.whole("index"),
    proof: transaction.list("proof", (nodes, node) => nodes.bytes(node)),
  };
}

/** The members of a file as JSON, without its seal; of each only what it must have. */
function membersOf({ deployment, subject, readings, transactions, blocks }: EvidenceParts) {
  return {
    blocks,
    deployment: asJson(deployment),
    readings: readings.map(({ opening, ...entry }) => {
      if (opening === undefined) return asJson(entry);
      return asJson({ ...entry, opening: { salt: opening.salt, samples: toBase64Url(opening.samples) } });
    }),
    subject: asJson(subject),
    transactions: transactions.map(asJson),
    type: EVIDENCE_TYPE,
  };
}

/** What consists of numbers, texts, lists and objects is JSON; interfaces do not say so to the compiler. */
function asJson(value: object): Json {
  return value as Json;
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
