import type { Deployment, Hex, P256PublicKey } from "../protocol/index.ts";
import type { BlockHeader } from "./block-header.ts";
import { compared, judged, type ProofCheck } from "./checks.ts";
import { EVIDENCE_CONTRACTS, type EvidenceContract, type EvidenceDeployment, type EvidenceFile } from "./file.ts";
import type { History } from "./history.ts";

/** What a chain says of one reading now. */
export interface ReadingAnswers {
  /** Root of the leaf's drop; nothing when it is not anchored. */
  readonly root: Hex | undefined;
  /** Nothing when none held at the reading's end. */
  readonly deviceKey: P256PublicKey | undefined;
  readonly isOwner: boolean;
  readonly isConsented: boolean;
  readonly isReceiptKey: boolean;
}

/** What a chain says of an evidence file. */
export interface ChainAnswers {
  readonly chainId: number;
  /** Hash of each block of the file by number; nothing for one that the chain does not have. */
  readonly blockHashes: ReadonlyMap<number, Hex | undefined>;
  /** First second of day 0 and the recipient of consents, as the contract Rules has them. */
  readonly genesis: number;
  readonly operator: Hex;
  readonly hasCode: Readonly<Record<EvidenceContract, boolean>>;
  /** For each reading of the file, in its order. */
  readonly readings: readonly ReadingAnswers[];
}

/** Checks a file against what a chain says of it: that it is the chain's, and that nothing later took it back. Pure. */
export function checkAnswers(
  file: EvidenceFile,
  blocks: readonly BlockHeader[],
  history: History,
  answers: ChainAnswers,
): ProofCheck[] {
  return [
    compared("chain-id", "deployment", `chain ${answers.chainId}`, `chain ${file.deployment.chainId}`),
    ...EVIDENCE_CONTRACTS.map((name) =>
      judged("chain-code", "deployment", answers.hasCode[name], `code at ${name}`, `none at ${name}`),
    ),
    compared(
      "chain-contracts",
      "deployment",
      `genesis ${answers.genesis}, operator ${answers.operator}`,
      `genesis ${file.deployment.genesis}, operator ${file.deployment.operator}`,
    ),
    ...blocks.map(({ number, hash }, at) =>
      compared("chain-block", `blocks[${at}]`, answers.blockHashes.get(number) ?? "no such block", hash),
    ),
    ...answers.readings.flatMap((said, at) => checkReading(file, history, said, at)),
  ];
}

/** Compares the programme of a file with the one that the asker knows. */
export function checkDeployment(file: EvidenceDeployment, known: Deployment): ProofCheck {
  const place = ({ chainId, genesis, operator, contracts }: EvidenceDeployment | Deployment) =>
    [chainId, genesis, operator, ...EVIDENCE_CONTRACTS.map((name) => contracts[name])].join(" ").toLowerCase();
  return compared("chain-contracts", "deployment", place(known), place(file));
}

function checkReading(file: EvidenceFile, history: History, said: ReadingAnswers, at: number): ProofCheck[] {
  const path = `readings[${at}]`;
  const { reading, leaf } = file.readings[at] as EvidenceFile["readings"][number];
  const keyText = (key: P256PublicKey | undefined) => (key === undefined ? "none" : `${key.x} ${key.y}`);
  return [
    compared("chain-root", path, said.root ?? "not anchored", history.rootOf(leaf.drop) ?? "not in the file"),
    compared("chain-device-key", path, keyText(said.deviceKey), keyText(history.deviceKeyAt(reading.endedAt))),
    judged("chain-pairing", path, said.isOwner, `held by ${leaf.account}`, "not throughout"),
    judged("chain-consent", path, said.isConsented, "covered", "not covered"),
    judged("chain-receipt-key", path, said.isReceiptKey, "a receipt key", "no receipt key"),
  ];
}
