import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import type { Programme } from "../support/contracts.ts";
import { digestOf, signIntent } from "../support/contracts-intents.ts";
import { actAs, now } from "./fixture.ts";
import type { Orderable } from "./orderable.ts";

export interface VoucherIntent {
  readonly account: string;
  readonly item: number;
  readonly vehicle: string;
  readonly nonce: bigint;
  readonly deadline: number;
}

/** The order by voucher of an owner without stones. */
export function voucherIntentOf({ poor, poorVehicle }: Orderable, change: Partial<VoucherIntent> = {}): VoucherIntent {
  return { account: poor.address, item: 1, vehicle: poorVehicle, nonce: 0n, deadline: 0, ...change };
}

export function voucherOrderIdOf({ p }: Orderable, intent: VoucherIntent): string {
  return digestOf("VoucherOrder", intent, { contracts: p });
}

/** The mine box gives vouchers for item 1. */
export async function grantVouchers(p: Programme, account: string, count = 1): Promise<ContractTransactionResponse> {
  return p.redemptionDesk.connect(await actAs(p.mineBox)).grantVouchers(account, 1, count);
}

/** Orders by a voucher given for it. @returns The order's id. */
export async function placeByVoucher(o: Orderable): Promise<string> {
  await grantVouchers(o.p, o.poor.address);
  const intent = voucherIntentOf(o);
  await o.p.redemptionDesk.connect(o.poor).placeVoucherOrder(intent);
  return voucherOrderIdOf(o, intent);
}

/** An account moves to another one, by both signatures. */
export async function move(p: Programme, from: HardhatEthersSigner, to: HardhatEthersSigner): Promise<void> {
  const message = { account: from.address, to: to.address, deadline: (await now()) + 3_600 };
  const signature = await signIntent(to, "AccountMove", message, { contracts: p });
  await p.accountMoves.connect(from).moveAccount(message, signature);
}
