import { readMigrated, readSuccession } from "../../chain/read/stones.ts";
import { CairnError } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** How the migration goes to the chain. */
export type MigrateStonesParameters = ActionOptions;

/**
 * Takes all available stones of the acting account to the ledger's announced successor, once its 60 days of notice are over.
 * What is reserved stays for its orders.
 * @throws INTENT_REJECTED when no successor is announced or the ledger refuses, ARGUMENT_INVALID without an account,
 * CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function migrateStones(
  context: SdkContext,
  parameters: MigrateStonesParameters = {},
): Promise<ActionResult> {
  const { chain, deployment } = context;
  const account = actingAddress(context);
  const succession = await readSuccession(chain, deployment);
  if (succession === undefined) throw new CairnError("INTENT_REJECTED", "no successor is announced");
  const { successor } = succession;
  const message = {
    account,
    successor,
    migrated: await readMigrated(chain, deployment, account, successor),
    deadline: await deadlineOf(context, parameters),
  };
  return perform(
    context,
    {
      kind: "StoneMigration",
      message,
      direct: () => context.writer().call("stoneLedger", "migrateStones", [message]),
    },
    parameters,
  );
}
