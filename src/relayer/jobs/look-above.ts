import type { ChainClient } from "../../chain/client.ts";
import { readEvents } from "../../chain/read/events.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { askAgain } from "../../service/ask-again.ts";
import { restrictionsOf } from "../domain/restrictions.ts";
import type { Db } from "../store/open.ts";
import { readRules } from "../store/rules.ts";
import type { ChainSnapshot } from "./chain-view.ts";

/**
 * Completes a look at the chain: what the blocks above the final one do, and the rules of those up to it.
 * @throws CHAIN_UNREACHABLE.
 */
export async function lookAbove(
  { client, deployment, db }: { readonly client: ChainClient; readonly deployment: Deployment; readonly db: Db },
  seen: Pick<ChainSnapshot, "head" | "final" | "mirroredBlock">,
): Promise<ChainSnapshot> {
  const range = { fromBlock: seen.final.number + 1, toBlock: seen.head.number };
  const newer = range.toBlock < range.fromBlock ? [] : await askAgain(() => readEvents(client, deployment, range));
  return { ...seen, newer, restrictions: restrictionsOf(newer, deployment.operator), rules: await readRules(db) };
}
