import { Fields, invalid } from "../evidence/fields.ts";
import { parseMileageLeaf, parseReading, parseReceipt } from "../evidence/parts.ts";
import type { Hex, MetresLeaf, MileageLeaf, Reading, Receipt, StonesLeaf } from "../protocol/index.ts";

const CONTRIBUTION_TYPES = ["cairn.contribution/1", "cairn.day-proof/1"] as const;
type ContributionType = (typeof CONTRIBUTION_TYPES)[number];

/** The contracts that a contribution file or day proof speaks of. */
export interface ContributionContracts {
  readonly dropAnchor: Hex;
  readonly vehicleRegistry: Hex;
  readonly stoneLedger: Hex;
}

/** One reading with everything that proves it: a contribution file. */
export interface Contribution {
  readonly type: "cairn.contribution/1";
  readonly chainId: number;
  readonly contracts: ContributionContracts;
  readonly reading: Reading;
  /** `r ‖ s`, 64 bytes. */
  readonly readingSignature: Hex;
  readonly receipt: Receipt;
  /** ECDSA `r ‖ s ‖ v`, 65 bytes. */
  readonly receiptSignature: Hex;
  readonly leaf: MileageLeaf;
  readonly root: Hex;
  readonly proof: readonly Hex[];
}

/** An account's place in a settled day, with proofs. */
export interface DayProof {
  readonly type: "cairn.day-proof/1";
  readonly chainId: number;
  readonly contracts: ContributionContracts;
  readonly day: number;
  readonly stonesLeaf: StonesLeaf;
  readonly stonesRoot: Hex;
  readonly stonesProof: readonly Hex[];
  readonly metresLeaf: MetresLeaf;
  readonly metresRoot: Hex;
  readonly metresProof: readonly Hex[];
}

/**
 * Reads a contribution file or day proof from parsed JSON.
 * @param value Content of a contribution file or day proof.
 * @throws EVIDENCE_INVALID naming the first field that is missing or not of its form.
 */
export function parseContributionFile(value: unknown): Contribution | DayProof {
  const file = new Fields(value, "");
  const type = file.text("type");
  if (!isContributionType(type)) throw invalid("type", CONTRIBUTION_TYPES.join(" or "));
  return type === "cairn.day-proof/1" ? parseDayProof(file) : parseContribution(file);
}

/** Whether a file of this type is a contribution file or a day proof. */
export function isContributionType(type: unknown): type is ContributionType {
  return CONTRIBUTION_TYPES.includes(type as ContributionType);
}

function parseContribution(file: Fields): Contribution {
  return {
    type: "cairn.contribution/1",
    chainId: file.whole("chainId"),
    contracts: parseContracts(file),
    reading: parseReading(file.object("reading")),
    readingSignature: file.hex("readingSignature", 64),
    receipt: parseReceipt(file.object("receipt")),
    receiptSignature: file.hex("receiptSignature", 65),
    leaf: parseMileageLeaf(file.object("leaf")),
    root: file.hex("root", 32),
    proof: file.proof("proof"),
  };
}

function parseDayProof(file: Fields): DayProof {
  return {
    type: "cairn.day-proof/1",
    chainId: file.whole("chainId"),
    contracts: parseContracts(file),
    ...parseDayLeaves(file),
  };
}

/** The part of a day proof that the relayer's `/proof` answers with. @throws EVIDENCE_INVALID. */
export function parseDayLeaves(value: unknown): Omit<DayProof, "type" | "chainId" | "contracts"> {
  const file = value instanceof Fields ? value : new Fields(value, "");
  return {
    day: file.whole("day"),
    stonesLeaf: parseStonesLeaf(file.object("stonesLeaf")),
    stonesRoot: file.hex("stonesRoot", 32),
    stonesProof: file.proof("stonesProof"),
    metresLeaf: parseMetresLeaf(file.object("metresLeaf")),
    metresRoot: file.hex("metresRoot", 32),
    metresProof: file.proof("metresProof"),
  };
}

function parseContracts(file: Fields): ContributionContracts {
  const contracts = file.object("contracts");
  return {
    dropAnchor: contracts.hex("dropAnchor", 20),
    vehicleRegistry: contracts.hex("vehicleRegistry", 20),
    stoneLedger: contracts.hex("stoneLedger", 20),
  };
}

function parseStonesLeaf(leaf: Fields): StonesLeaf {
  return {
    index: leaf.whole("index"),
    account: leaf.hex("account", 20),
    stones: leaf.units("stones"),
    crystals: leaf.units("crystals"),
    prefix: leaf.hex("prefix", 32),
    headAward: leaf.hex("headAward", 32),
    salt: leaf.hex("salt", 32),
  };
}

function parseMetresLeaf(leaf: Fields): MetresLeaf {
  return {
    index: leaf.whole("index"),
    account: leaf.hex("account", 20),
    metres: leaf.whole("metres"),
    prefix: leaf.hex("prefix", 32),
    headLeaf: leaf.hex("headLeaf", 32),
    salt: leaf.hex("salt", 32),
  };
}
