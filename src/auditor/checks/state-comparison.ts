import { ABIS } from "../../chain/contracts.ts";
import type { AuditContext } from "../context.ts";

/** Something that events give and a contract can be asked for. */
export interface Comparison {
  readonly subject: string;
  readonly expected: string;
  /** Asks the contract, at the audited block. */
  read(): Promise<string>;
}

/** What viem needs to ask a contract at the audited block. */
export function contractAt({ deployment, head }: AuditContext) {
  return <C extends keyof typeof ABIS>(contract: C) => ({
    address: deployment.contracts[contract],
    abi: ABIS[contract],
    blockNumber: BigInt(head.number),
  });
}

/** Values as one text, so that answers can be compared and shown. */
export function words(...values: readonly unknown[]): string {
  return values.map((value) => (typeof value === "string" ? value.toLowerCase() : `${value}`)).join(", ");
}
