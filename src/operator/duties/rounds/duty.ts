import { CairnError } from "../../../protocol/errors.ts";
import type { Duty, DutyContext } from "../../duty.ts";
import { roundMirror } from "./mirror.ts";
import { openRequestedRounds } from "./open-rounds.ts";
import { roundRoutes } from "./routes.ts";

/** Benefit rounds (docs/operator.md, "Benefit rounds"): weighs the accounts, publishes their parts, and pays the round in. */
export async function openRoundsDuty(context: DutyContext): Promise<Duty> {
  const { receiptKey, relayerFilesDir, keys } = context.config;
  const missing =
    receiptKey === undefined ? "receiptKey" : relayerFilesDir === undefined ? "relayerFilesDir" : undefined;
  if (keys.has("rounds") && missing !== undefined) {
    throw new CairnError("CONFIG_INVALID", `the rounds' key is given, and ${missing} is not`, {
      details: { field: missing },
    });
  }
  return {
    name: "rounds",
    mirror: roundMirror,
    step: (snapshot, sender) => openRequestedRounds(context, snapshot, sender),
    routes: (app) => roundRoutes(app, context),
  };
}
