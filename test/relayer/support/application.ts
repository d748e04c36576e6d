import { pino } from "pino";
import { createChainClient } from "../../../src/chain/client.ts";
import { type Engine, openEngine } from "../../../src/relayer/engine.ts";
import { createApp } from "../../../src/relayer/http/app.ts";
import { parseRelayerConfig } from "../../../src/relayer/index.ts";
import type { App } from "../../../src/service/http/app-type.ts";
import type { TestProgramme } from "./programme.ts";
import { testConfig } from "./running.ts";

/** The HTTP application of a relayer whose worker runs, without a port. */
export interface TestApplication {
  readonly app: App;
  readonly engine: Engine;
  close(): Promise<void>;
}

export async function openApplication(programme: TestProgramme): Promise<TestApplication> {
  const config = parseRelayerConfig(testConfig(programme));
  const log = pino({ level: config.logLevel });
  const client = createChainClient(programme.rpcUrl);
  const engine = await openEngine({ config, deployment: programme.deployment, client, log });
  const app = await createApp(engine.services, log);
  engine.worker.start();
  return {
    app,
    engine,
    async close() {
      await app.close();
      await engine.close();
    },
  };
}
