import { diskReserve } from "../../service/config.ts";
import type { App } from "../../service/http/app-type.ts";
import { createBaseApp } from "../../service/http/base-app.ts";
import { VERSION } from "../../service/version.ts";
import type { Duty, DutyContext } from "../duty.ts";
import { accountRoutes } from "./accounts.ts";
import { documentRoutes } from "./documents.ts";
import { type StateServices, stateRoutes } from "./state.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Builds the HTTP application; it does not listen yet. */
export async function createApp(
  services: StateServices,
  { duties, context }: { duties: readonly Duty[]; context: DutyContext },
): Promise<App> {
  const app = await createBaseApp({
    ...{
      log: context.log,
      title: "Cairn operator",
      description: "The programme's duties; see docs/operator.md.",
      version: VERSION,
    },
    bodyLimit: MAX_BODY_BYTES,
    reserve: diskReserve(context.config, [context.config.workDir]),
  });
  stateRoutes(app, services);
  documentRoutes(app, context);
  accountRoutes(app, context);
  for (const duty of duties) duty.routes?.(app);
  await app.ready();
  return app;
}
