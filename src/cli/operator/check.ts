import type { LocalAccount } from "viem";
import { reach } from "../../chain/client.ts";
import { readOperationId } from "../../chain/read/operations.ts";
import { readCallDelay, readFunctionRole } from "../../chain/read/powers.ts";
import { type ContractCall, callOf, dataOf, selectorOf } from "../../chain/write/contract-call.ts";
import { estimateCost, tryCall } from "../../chain/write/transactions.ts";
import type { Hex } from "../../protocol/index.ts";
import type { Act } from "./act.ts";
import type { Desk } from "./desk.ts";
import { insufficientFunds, type Refusal, refusalOf } from "./refusal.ts";
import { type Asked, type KeySource, roleOf, signerOf } from "./signer.ts";

/** An act with all that is known of it before it is sent. */
export interface CheckedAct {
  readonly act: Act;
  readonly asked: Asked;
  readonly signer: LocalAccount;
  /** Whether the signer is who is asked; for a role, what the AccessManager says. */
  readonly authorised: boolean;
  /** What is sent: the act itself, or its announcement. */
  readonly call: ContractCall;
  /** When the signer has to announce it: the operation's id, and from when it can be executed if sent now. */
  readonly announced?: { readonly id: Hex; readonly readyAt: number };
  /** Units of gas, and the most that they cost, in wei; nothing when it cannot be tried yet. */
  readonly cost?: { readonly gas: bigint; readonly wei: bigint };
  readonly refusal?: Refusal;
}

/**
 * Finds out who must sign an act, whether that key may, whether it must announce it, and what it would cost.
 * @throws CHAIN_UNREACHABLE, and what reading the key throws.
 */
export async function checkAct(desk: Desk, act: Act, keys: KeySource): Promise<CheckedAct> {
  const checked = await authorise(desk, act, keys);
  return act.afterOthers ? checked : { ...checked, ...(await trial(desk, checked)) };
}

/** Who signs, and what that key sends. */
async function authorise(desk: Desk, act: Act, keys: KeySource): Promise<CheckedAct> {
  const { client, deployment } = desk;
  const { accessManager } = deployment.contracts;
  const { call, signedBy } = act;
  if (signedBy !== undefined) {
    const signer = signerOf(keys, signedBy);
    const authorised = signedBy === "anybody" || signedBy.key === signer.address.toLowerCase();
    return { act, asked: signedBy, signer, authorised, call };
  }
  const target = { target: call.to, selector: selectorOf(call) };
  const asked = roleOf(await readFunctionRole(client, accessManager, target));
  const signer = signerOf(keys, asked);
  const delayS = await readCallDelay(client, accessManager, { ...target, account: signer.address });
  const common = { act, asked, signer, authorised: delayS !== undefined, call };
  return delayS === undefined || delayS === 0 ? common : { ...common, ...(await announcementOf(desk, common, delayS)) };
}

/** What a signer with a delay sends in the place of the act. */
async function announcementOf({ client, deployment, head }: Desk, { call, signer }: CheckedAct, delayS: number) {
  const data = dataOf(call);
  const { accessManager } = deployment.contracts;
  const id = await readOperationId(client, accessManager, { caller: signer.address, target: call.to, data });
  return {
    // 0: as soon as the delay is over.
    call: callOf(deployment, "accessManager", "schedule", [call.to, data, 0]),
    announced: { id, readyAt: head.time + delayS },
  };
}

/** What trying the call says: its cost, or who refuses it. */
async function trial({ client }: Desk, { call, signer }: CheckedAct): Promise<Pick<CheckedAct, "cost" | "refusal">> {
  const { address } = signer;
  try {
    await tryCall(client, call, address);
  } catch (failure) {
    return { refusal: refusalOf(failure) };
  }
  const [cost, balance] = await Promise.all([
    estimateCost(client, call, address),
    reach(client.getBalance({ address })),
  ]);
  return balance < cost.wei ? { cost, refusal: insufficientFunds(balance, cost.wei) } : { cost };
}
