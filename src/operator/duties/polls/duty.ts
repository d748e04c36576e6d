import { CairnError } from "../../../protocol/errors.ts";
import type { Duty, DutyContext } from "../../duty.ts";
import { pollMirror } from "./mirror.ts";
import { openRequestedPolls } from "./open-polls.ts";
import { publishResults } from "./publish-results.ts";
import { pollRoutes } from "./routes.ts";

/** Co-creation (docs/operator.md, "Co-creation"): opens polls, takes votes and proposals, publishes results. */
export async function openPollsDuty(context: DutyContext): Promise<Duty> {
  const { accounts, receipts } = context.keys;
  if (accounts.has("polls") && receipts === undefined) {
    throw new CairnError("CONFIG_INVALID", "the polls' key is given, and receiptKey is not", {
      details: { field: "receiptKey" },
    });
  }
  return {
    name: "polls",
    mirror: pollMirror,
    async step(snapshot, sender) {
      return (await publishResults(context, snapshot, sender)) || (await openRequestedPolls(context, sender));
    },
    routes: (app) => pollRoutes(app, context, receipts),
  };
}
