import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Programme } from "./contracts.ts";
import { type SigningPlace, signIntent } from "./contracts-intents.ts";

/** 32 bytes that stand for the hash of a consent record. */
export const RECORD_HASH = `0x${"c0".repeat(32)}`;

/** A grant of mileage for mining: what a test does not say about it is valid. */
export function grantOf(programme: Programme, account: HardhatEthersSigner, given: Partial<Grant> = {}): Grant {
  return {
    account: account.address,
    recipient: programme.operator,
    purpose: 1,
    categories: 1,
    expires: 0,
    notice: 1,
    version: 1,
    deadline: 0,
    recordHash: RECORD_HASH,
    ...given,
  };
}

/** The members of a ConsentGrant. */
export interface Grant {
  readonly account: string;
  readonly recipient: string;
  readonly purpose: number;
  readonly categories: number | bigint;
  readonly expires: number;
  readonly notice: number;
  readonly version: number;
  readonly deadline: number;
  readonly recordHash: string;
}

/** The withdrawal of a grant for mining. */
export function withdrawalOf(programme: Programme, account: HardhatEthersSigner, version = 2) {
  return { account: account.address, recipient: programme.operator, purpose: 1, version };
}

/** Signs grants, each by the account it is of. */
export function signGrants(
  by: readonly HardhatEthersSigner[],
  grants: readonly Grant[],
  place: SigningPlace,
): Promise<string[]> {
  return Promise.all(grants.map((grant, i) => signIntent(by[i] as HardhatEthersSigner, "ConsentGrant", grant, place)));
}
