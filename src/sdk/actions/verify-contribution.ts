import { readSettledDays, readSettlement } from "../../chain/read/days.ts";
import { readDrop } from "../../chain/read/drops.ts";
import { readHead } from "../../chain/read/head.ts";
import { readDeviceKey } from "../../chain/read/vehicles.ts";
import { recoveredSigner } from "../../evidence/recovered-signer.ts";
import { type P256PublicKey, signingDomain, typedDigest, ZERO_HASH } from "../../protocol/index.ts";
import { type ContributionCheck, checkContribution, checkDayProof } from "../check-contribution.ts";
import type { SdkContext } from "../context.ts";
import { type Contribution, type DayProof, parseContributionFile } from "../contribution-file.ts";
import { wasReceiptKey } from "../receipt-keys.ts";

/** What became of a contribution file or day proof. */
export interface ContributionVerdict {
  readonly type: Contribution["type"] | DayProof["type"];
  readonly valid: boolean;
  readonly checks: readonly ContributionCheck[];
}

/**
 * Checks a contribution file or day proof against the chain: digests, the device's and the receipt's signature, the leaf's
 * hash, the proof, and the root on the chain. Nothing of the relayer is asked.
 * @param value Parsed JSON of the file.
 * @throws EVIDENCE_INVALID when it is not such a file, CHAIN_UNREACHABLE. A false one is no error: see `valid`.
 * @example
 * const { valid, checks } = await cairn.verifyContribution(JSON.parse(await readFile("contribution.json", "utf8")));
 */
export async function verifyContribution(context: SdkContext, value: unknown): Promise<ContributionVerdict> {
  const file = parseContributionFile(value);
  const checks =
    file.type === "cairn.day-proof/1" ? await checkedDay(context, file) : await checkedContribution(context, file);
  return { type: file.type, valid: checks.every(({ ok }) => ok), checks };
}

async function checkedDay({ chain, deployment }: SdkContext, file: DayProof): Promise<ContributionCheck[]> {
  const settled = await readSettledDays(chain, deployment);
  const settlement = file.day < settled ? await readSettlement(chain, deployment, file.day) : undefined;
  return checkDayProof(file, { deployment, settlement });
}

async function checkedContribution(
  { chain, deployment }: SdkContext,
  file: Contribution,
): Promise<ContributionCheck[]> {
  const receiptDigest = typedDigest(signingDomain(deployment, "Receipt"), "Receipt", file.receipt);
  const receiptSigner = await recoveredSigner(receiptDigest, file.receiptSignature);
  const [drop, deviceKey, isReceiptKey] = await Promise.all([
    readDrop(chain, deployment, file.leaf.drop),
    deviceKeyOf({ chain, deployment }, file),
    wasReceiptKey({ chain, deployment }, receiptSigner, file.receipt.drop),
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
