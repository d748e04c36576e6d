import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";
import type { RuleSet } from "../write/rule-set.ts";

/**
 * The rules that hold on a day, as things stand now.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRulesAt(client: ChainClient, deployment: Deployment, day: number): Promise<RuleSet> {
  const { rules } = deployment.contracts;
  return reach(client.readContract({ abi: ABIS.rules, address: rules, functionName: "rulesAt", args: [BigInt(day)] }));
}

/**
 * Whether a key may sign receipts dated at a moment.
 * @param time Unix seconds.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readIsReceiptKey(
  client: ChainClient,
  deployment: Deployment,
  key: Hex,
  time: number,
): Promise<boolean> {
  return reach(
    client.readContract({
      abi: ABIS.rules,
      address: deployment.contracts.rules,
      functionName: "isReceiptKey",
      args: [key, BigInt(time)],
    }),
  );
}

/**
 * How many consent notices are published; the newest has this number.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readNoticeCount(client: ChainClient, deployment: Deployment): Promise<number> {
  return reach(
    client.readContract({ abi: ABIS.rules, address: deployment.contracts.rules, functionName: "noticeCount" }),
  );
}
