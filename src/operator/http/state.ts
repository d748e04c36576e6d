import type { Alert } from "../../service/alerts.ts";
import type { App } from "../../service/http/app-type.ts";
import { VERSION } from "../../service/version.ts";
import type { DutyName } from "../config.ts";

/** How far the operator is, as `GET /v1/status` answers. Times in unix seconds. */
export interface StatusReport {
  /** Time of the newest block that was looked at; null before the first. */
  readonly chainTime: number | null;
  readonly headBlock: number | null;
  readonly finalBlock: number | null;
  /** Everything that is due at chain time is done. */
  readonly idle: boolean;
  readonly duties: readonly {
    readonly name: DutyName;
    readonly running: boolean;
    /** Why it does not run. */
    readonly reason?: string;
    /** The address of its key, which needs the chain's coin. */
    readonly address?: string;
  }[];
  readonly alerts: readonly Alert[];
}

/** What the routes of the frame work with. */
export interface StateServices {
  readonly status: () => StatusReport;
  /** Why the operator is not ready; undefined when it is. */
  readonly unready: () => Promise<string | undefined>;
}

/** `GET /v1/status`, `/healthz` and `/readyz`. */
export function stateRoutes(app: App, services: StateServices): void {
  app.get(
    "/v1/status",
    { schema: { summary: "How far the operator is, which duties run, and what needs a person" } },
    () => ({
      version: VERSION,
      ...services.status(),
    }),
  );
  app.get("/healthz", { schema: { summary: "The process is alive" } }, () => ({ alive: true }));
  app.get(
    "/readyz",
    { schema: { summary: "The chain is reachable and the store can be written" } },
    async (_request, reply) => {
      const reason = await services.unready();
      if (reason === undefined) return { ready: true };
      return reply.status(503).header("retry-after", "1").send({ ready: false, reason });
    },
  );
}
