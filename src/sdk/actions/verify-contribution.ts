import { readSettledDays, readSettlement } from "../../chain/read/days.ts";
import { readDrop } from "../../chain/read/drops.ts";
import { readHead } from "../../chain/read/head.ts";
import { readIsReceiptKey } from "../../chain/read/rules.ts";
import { readDeviceKey } from "../../chain/read/vehicles.ts";
import { recoveredSigner } from "../../evidence/recovered-signer.ts";
import { type Hex, type P256PublicKey, signingDomain, typedDigest, ZERO_HASH } from "../../protocol/index.ts";
import { checkContribution, checkDayProof, type EvidenceCheck, secondsOfDrop } from "../check-evidence.ts";
import type { SdkContext } from "../context.ts";
import { type Contribution, type DayProof, parseEvidence } from "../evidence.ts";

/** What became of a piece of evidence. */
export interface EvidenceVerdict {
  readonly type: Contribution["type"] | DayProof["type"];
  readonly valid: boolean;
  readonly checks: readonly EvidenceCheck[];
}

/**
 * Checks a contribution file or day proof against the chain: digests, the device's and the receipt's signature, the leaf's
 * hash, the proof, and the root on the chain. Nothing of the relayer is asked.
 * @param value Parsed JSON of the file.
 * @throws EVIDENCE_INVALID when it is not such a file, CHAIN_UNREACHABLE. A false one is no error: see `valid`.
 * @example
 * const { valid, checks } = await cairn.verifyContribution(JSON.parse(await readFile("contribution.json", "utf8")));
 */
export async function verifyContribution(context: SdkContext, value: unknown): Promise<EvidenceVerdict> {
  const file = parseEvidence(value);
  const checks =
    file.type === "cairn.day-proof/1" ? await checkedDay(context, file) : await checkedContribution(context, file);
  return { type: file.type, valid: checks.every(({ ok }) => ok), checks };
}

async function checkedDay({ chain, deployment }: SdkContext, file: DayProof): Promise<EvidenceCheck[]> {
  const settled = await readSettledDays(chain, deployment);
  const settlement = file.day < settled ? await readSettlement(chain, deployment, file.day) : undefined;
  return checkDayProof(file, { deployment, settlement });
}

async function checkedContribution({ chain, deployment }: SdkContext, file: Contribution): Promise<EvidenceCheck[]> {
  const receiptDigest = typedDigest(signingDomain(deployment, "Receipt"), "Receipt", file.receipt);
  const receiptSigner = await recoveredSigner(receiptDigest, file.receiptSignature);
  const [drop, deviceKey, isReceiptKey] = await Promise.all([
    readDrop(chain, deployment, file.leaf.drop),
    deviceKeyOf({ chain, deployment }, file),
    receiptSigner === undefined ? false : wasReceiptKey({ chain, deployment }, receiptSigner, file.receipt.drop),
  ]);
  const root = drop.anchored ? drop.root : undefined;
  return checkContribution(file, { deployment, root, deviceKey, receiptSigner, isReceiptKey });
}

async function deviceKeyOf(
  { chain, deployment }: Pick<SdkContext, "chain" | "deployment">,
  { reading }: Contribution,
): Promise<P256PublicKey | undefined> {
  // The registry answers for past moments only, and a reading that has not ended cannot be genuine.
  if (reading.endedAt >= (await readHead(chain)).time) return undefined;
  const key = await readDeviceKey(chain, deployment, reading.vehicle, reading.endedAt);
  return key.x === ZERO_HASH && key.y === ZERO_HASH ? undefined : key;
}

async function wasReceiptKey(
  { chain, deployment }: Pick<SdkContext, "chain" | "deployment">,
  key: Hex,
  drop: number,
): Promise<boolean> {
  const moments = secondsOfDrop(deployment, drop);
  const held = await Promise.all(moments.map((time) => readIsReceiptKey(chain, deployment, key, time)));
  return held.includes(true);
}
