import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import type { Logger } from "pino";
import { VERSION } from "../version.ts";
import type { App } from "./app-type.ts";
import { installErrorHandling } from "./errors.ts";
import { measureRequests } from "./metrics.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { dropAndDayRoutes } from "./routes/drops-and-days.ts";
import { intentRoutes } from "./routes/intents.ts";
import { readingRoutes } from "./routes/readings.ts";
import { stateRoutes } from "./routes/state.ts";
import { MAX_BODY_BYTES } from "./schemas.ts";
import type { Services } from "./services.ts";

/** Builds the HTTP application; it does not listen yet. */
export async function createApp(services: Services, log: Logger): Promise<App> {
  const app: App = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    // Requests are counted, not logged.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    // A body is taken as it is or refused: nothing is coerced, dropped or filled in.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    forceCloseConnections: "idle",
  }).withTypeProvider<TypeBoxTypeProvider>();
  installErrorHandling(app);
  measureRequests(app, services.metrics);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Cairn relayer", version: VERSION, description: "Takes readings and intents; see docs/api.md." },
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  readingRoutes(app, services);
  intentRoutes(app, services);
  accountRoutes(app, services);
  dropAndDayRoutes(app, services);
  stateRoutes(app, services);
  await app.ready();
  return app;
}
