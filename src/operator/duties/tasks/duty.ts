import { CairnError } from "../../../protocol/errors.ts";
import { createRelayerApi } from "../../../sdk/relayer-http.ts";
import type { Duty, DutyContext } from "../../duty.ts";
import { deliverAwards } from "./deliver.ts";
import { taskMirror } from "./mirror.ts";
import { awardParticipation } from "./participation.ts";
import { taskRoutes } from "./routes.ts";

/** Tasks (docs/operator.md, "Tasks"): signs awards with the task key, stores them, and delivers them to the relayer. */
export async function openTasksDuty(context: DutyContext): Promise<Duty> {
  const { config } = context;
  const signer = context.keys.awards;
  if (signer !== undefined && config.relayerUrl === undefined) {
    throw new CairnError("CONFIG_INVALID", "the tasks' key is given, and relayerUrl is not", {
      details: { field: "relayerUrl" },
    });
  }
  const relayer = config.relayerUrl === undefined ? undefined : createRelayerApi(config.relayerUrl);
  return {
    name: "tasks",
    mirror: taskMirror,
    async step() {
      if (signer === undefined || relayer === undefined) return false;
      return (await deliverAwards(context, relayer)) || (await awardParticipation(context, signer));
    },
    routes: (app) => taskRoutes(app, context, signer),
  };
}
