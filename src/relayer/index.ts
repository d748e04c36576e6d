import { mkdir } from "node:fs/promises";
import { type Service, startService } from "../service/start.ts";
import type { RelayerConfig } from "./config.ts";
import { openEngine } from "./engine.ts";
import { armFailpoints } from "./failpoints.ts";
import { createApp } from "./http/app.ts";

export { parseRelayerConfig, type RelayerConfig } from "./config.ts";

/** A running relayer. */
export type Relayer = Service;

/**
 * Starts a relayer on a work folder that holds a `deployment.json`. Writes `relayer.json` {url, pid} there once it listens.
 * @throws CONFIG_INVALID, DEPLOYMENT_INVALID, FILE_UNREADABLE, WORK_DIR_IN_USE, STORE_DAMAGED, STORE_FULL, CHAIN_UNREACHABLE,
 * CHAIN_MISMATCH, PORT_IN_USE, STORE_UNAVAILABLE.
 */
export function startRelayer(config: RelayerConfig): Promise<Relayer> {
  return startService("relayer", config, async (input) => {
    if (config.failpoints) armFailpoints(process.env.CAIRN_FAILPOINTS, input.deployment.chainId);
    await mkdir(config.filesDir, { recursive: true });
    const { worker, services, close } = await openEngine(input);
    return {
      createApp: () => createApp(services, input.log),
      start: () => worker.start(),
      close,
    };
  });
}
