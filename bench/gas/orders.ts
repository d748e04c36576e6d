import { encodeFunctionData, type Hex, keccak256, stringToHex } from "viem";
import { catalogueAbi } from "../../src/chain/generated/catalogue.ts";
import { redemptionDeskAbi } from "../../src/chain/generated/redemptionDesk.ts";
import { type StonesLeaf, signingDomain, typedDigest } from "../../src/protocol/index.ts";
import type { Bench, Sent } from "./chain.ts";
import type { Day } from "./days.ts";
import type { Owner } from "./owners.ts";

const PRICE = 1_000_000n;
const DAY_S = 86_400;

/** Lists the item that the owners order. */
export async function listItem(bench: Bench): Promise<void> {
  const now = bench.now();
  const terms = {
    sku: keccak256(stringToHex("seat heating")),
    price: PRICE,
    stock: 1_000,
    opensAt: now,
    closesAt: now + 365 * DAY_S,
    fulfilmentS: 30 * DAY_S,
    minDaysPaired: 0,
    maxRank: 0,
    milestone: 0,
  };
  const data = encodeFunctionData({ abi: catalogueAbi, functionName: "listItem", args: [terms] });
  await bench.send(bench.roles.catalogue, bench.deployment.contracts.catalogue, data);
}

function intentOf({ account, vehicle }: Owner, nonce: number) {
  return { account: account.address, item: 1, vehicle, maxPrice: PRICE, nonce: BigInt(nonce), deadline: 0 };
}

/** Orders by the owner's own transaction. */
export async function order(bench: Bench, owner: Owner, nonce: number): Promise<Sent> {
  const args = [intentOf(owner, nonce)] as const;
  const data = encodeFunctionData({ abi: redemptionDeskAbi, functionName: "placeOrder", args });
  return bench.send(owner.account, bench.deployment.contracts.redemptionDesk, data);
}

/** Credits by proof and orders, in one transaction. */
export async function creditAndOrder(
  bench: Bench,
  { owner, index, nonce }: { owner: Owner; index: number; nonce: number },
  { day, leaves, tree }: Day,
): Promise<Sent> {
  const args = [BigInt(day), leaves[index] as StonesLeaf, tree.proof(index), intentOf(owner, nonce)] as const;
  const data = encodeFunctionData({ abi: redemptionDeskAbi, functionName: "creditAndPlaceOrder", args });
  return bench.send(owner.account, bench.deployment.contracts.redemptionDesk, data);
}

/** The operator delivers an order and the owner accepts. */
export async function deliver(bench: Bench, owner: Owner, nonce: number): Promise<{ fulfil: Sent; accept: Sent }> {
  const desk = bench.deployment.contracts.redemptionDesk;
  const id = typedDigest(signingDomain(bench.deployment, "OrderIntent"), "OrderIntent", intentOf(owner, nonce));
  const evidence: Hex = keccak256(stringToHex("evidence"));
  const fulfilling = encodeFunctionData({ abi: redemptionDeskAbi, functionName: "fulfilOrder", args: [id, evidence] });
  const accepting = encodeFunctionData({ abi: redemptionDeskAbi, functionName: "acceptOrder", args: [id] });
  return {
    fulfil: await bench.send(bench.roles.operator, desk, fulfilling),
    accept: await bench.send(owner.account, desk, accepting),
  };
}
