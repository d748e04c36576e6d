import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A consent as it stands in storage (docs/protocol.md 3.2). Times in unix seconds, 0 = never. */
export interface ConsentRecord {
  /** Category mask. */
  readonly categories: number;
  readonly granted: number;
  readonly expires: number;
  readonly revoked: number;
  /** Number of the notice in Rules. */
  readonly notice: number;
  /** Odd: granted. Even: withdrawn. 0: there was never one. */
  readonly version: number;
}

/** Whose consent, for whom, for what. */
export interface ConsentKey {
  readonly account: Hex;
  readonly recipient: Hex;
  /** Purpose code (docs/protocol.md 1.5). */
  readonly purpose: number;
}

/**
 * The newest record of a consent, whatever its state; all zero when there was never one.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readConsent(
  client: ChainClient,
  deployment: Deployment,
  key: ConsentKey,
): Promise<ConsentRecord> {
  const record = await reach(
    client.readContract({
      abi: ABIS.consentRegistry,
      address: deployment.contracts.consentRegistry,
      functionName: "consentOf",
      args: [key.account, key.recipient, key.purpose],
    }),
  );
  return { ...record, categories: Number(record.categories) };
}

/**
 * Whether a consent covered categories in every second of [from, to).
 * @param key With `categories`, a category mask.
 * @param to Unix seconds, at most the newest block's time.
 * @throws CHAIN_UNREACHABLE, also for an empty interval or one that is not past.
 */
export async function readConsentCovers(
  client: ChainClient,
  deployment: Deployment,
  { account, recipient, purpose, categories }: ConsentKey & { readonly categories: number },
  from: number,
  to: number,
): Promise<boolean> {
  return reach(
    client.readContract({
      abi: ABIS.consentRegistry,
      address: deployment.contracts.consentRegistry,
      functionName: "consentCovers",
      args: [account, recipient, purpose, BigInt(categories), BigInt(from), BigInt(to)],
    }),
  );
}

/** Whether a record permits at a moment: granted, not withdrawn, not expired. Intervals are half open. */
export function consentStands(record: ConsentRecord, time: number): boolean {
  const ended = (end: number) => end !== 0 && end <= time;
  return record.version % 2 === 1 && record.granted <= time && !ended(record.expires) && !ended(record.revoked);
}
