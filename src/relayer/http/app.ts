import type { Logger } from "pino";
import type { App } from "../../service/http/app-type.ts";
import { createBaseApp } from "../../service/http/base-app.ts";
import { VERSION } from "../../service/version.ts";
import { measureRequests } from "./metrics.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { awardRoutes } from "./routes/awards.ts";
import { dropAndDayRoutes } from "./routes/drops-and-days.ts";
import { intentRoutes } from "./routes/intents.ts";
import { readingRoutes } from "./routes/readings.ts";
import { stateRoutes } from "./routes/state.ts";
import { vehicleRoutes } from "./routes/vehicles.ts";
import { MAX_BODY_BYTES } from "./schemas.ts";
import type { Services } from "./services.ts";

/** Builds the HTTP application; it does not listen yet. */
export async function createApp(services: Services, log: Logger): Promise<App> {
  const app = await createBaseApp({
    ...{ log, title: "Cairn relayer", description: "Takes readings and intents; see docs/api.md.", version: VERSION },
    bodyLimit: MAX_BODY_BYTES,
    reserve: services.reserve,
    addHooks: (fresh) => measureRequests(fresh, services.metrics),
  });
  readingRoutes(app, services);
  intentRoutes(app, services);
  awardRoutes(app, services);
  accountRoutes(app, services);
  dropAndDayRoutes(app, services);
  vehicleRoutes(app, services);
  stateRoutes(app, services);
  await app.ready();
  return app;
}
