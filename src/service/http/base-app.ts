import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import type { Logger } from "pino";
import { CairnError } from "../../protocol/errors.ts";
import { ADMISSION, type DiskReserve, limitAdmission } from "./admission.ts";
import type { App } from "./app-type.ts";
import { installErrorHandling } from "./errors.ts";

/** What differs between the HTTP applications of services. */
export interface BaseAppOptions {
  readonly log: Logger;
  /** Named in the OpenAPI document. */
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Most bytes of a body. */
  readonly bodyLimit: number;
  /** Of the disk that requests write to. */
  readonly reserve: DiskReserve;
  /** Adds hooks that hold for every route, those of the documentation included. */
  readonly addHooks?: (app: App) => void;
}

/** How long a client may take to send a whole request: who holds connections open and sends nothing is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;

/** How long a connection may stand still: who does not read answers keeps no place for ever. */
const CONNECTION_TIMEOUT_MS = 60_000;

/** An HTTP application without routes: errors in one form, bounded load, bodies taken as they are, its own documentation. */
export async function createBaseApp(options: BaseAppOptions): Promise<App> {
  const { log, title, description, version, bodyLimit, reserve, addHooks } = options;
  const app: App = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    // Requests are counted, not logged.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    // Refused below, in the form of every error.
    return503OnClosing: false,
    // A body is taken as it is or refused: nothing is coerced, dropped or filled in.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    forceCloseConnections: "idle",
  }).withTypeProvider<TypeBoxTypeProvider>();
  installErrorHandling(app);
  addHooks?.(app);
  refuseWhileClosing(app);
  limitAdmission(app, ADMISSION, reserve);
  await app.register(swagger, { openapi: { openapi: "3.1.0", info: { title, version, description } } });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  return app;
}

function refuseWhileClosing(app: App): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async () => {
    if (isClosing) throw new CairnError("PROGRAMME_STOPPED");
  });
}
