import { setTimeout as sleep } from "node:timers/promises";
import { createCairnClient } from "../../sdk/index.ts";
import { Cleanup, warn } from "../cleanup.ts";
import { toJsonFile } from "../files.ts";
import { CAIRN } from "../invocation.ts";
import { note } from "../output.ts";
import { dutyWriters } from "../programme.ts";
import type { RelayerStatus } from "../relayer-api.ts";
import { untilAskedToStop } from "../signals.ts";
import { type LiveFleet, ownerOfCar, startLiveFleet } from "./live-fleet.ts";
import type { UpOptions } from "./options.ts";
import { overview } from "./overview.ts";
import { SignIns } from "./sign-ins.ts";
import { DEFAULT_POLL_MS, type Programme, startProgramme } from "./start-programme.ts";
import { StatusLines } from "./status-lines.ts";

const STATUS_EVERY_MS = 1_000;

/**
 * Runs a programme until it is asked to stop.
 * @throws WORK_DIR_IN_USE, PORT_IN_USE, CHAIN_UNREACHABLE, CHAIN_MISMATCH, RELAYER_UNREACHABLE and what else keeps it from
 * running; everything is stopped before.
 */
export async function up(options: UpOptions): Promise<void> {
  const asked = untilAskedToStop();
  const cleanup = new Cleanup();
  try {
    await Promise.race([run(options, cleanup, asked), asked]);
    note("Stopping …");
  } finally {
    await cleanup.run();
  }
  note(`Stopped. Start it again with: ${CAIRN} up --work ${options.work}${options.rpc ? ` --rpc ${options.rpc}` : ""}`);
}

async function run(options: UpOptions, cleanup: Cleanup, asked: Promise<void>): Promise<void> {
  const programme = await startProgramme(options, cleanup);
  const { keys, relayer } = programme;
  const drop = Math.max(0, (await relayer.status()).currentDrop);
  const owner = options.fleet === 0 ? undefined : ownerOfCar(keys.fleet, 0);
  overview({ programme, options, drop, owner });
  await Promise.race([
    asked,
    programme.failed,
    tellStatus(programme, asked),
    ...(options.fleet === 0 ? [] : [runFleet(programme, options.fleet, cleanup)]),
  ]);
}

/** Sets the cars up and lets them drive. Never ends by itself. */
async function runFleet(programme: Programme, vehicles: number, cleanup: Cleanup): Promise<never> {
  const { workspace, rpcUrl, deployment, relayer, keys } = programme;
  note(`Setting up ${vehicles} cars: registered, paired and with their owners' consent …`);
  const writers = dutyWriters({ rpcUrl, deployment }, keys, DEFAULT_POLL_MS);
  const seed = keys.fleet;
  const fleet = await startLiveFleet({
    ...{ workspace, rpcUrl, deployment, relayer, writers, seed, vehicles },
    onFailure: warn,
  });
  cleanup.add(() => fleet.stop());
  note("They drive. The first readings come within a minute, their roots after the end of the drop.");
  const owners = Array.from({ length: vehicles }, (_, i) => ownerOfCar(seed, i));
  const { operator } = programme;
  return Promise.race([
    keepExample(programme, fleet),
    signInDaily(new SignIns({ genesis: deployment.genesis, relayer, operator, owners })),
  ]);
}

/** Says what has changed, until asked to stop. */
async function tellStatus(programme: Programme, asked: Promise<void>): Promise<void> {
  const lines = new StatusLines();
  let stopped = false;
  void asked.then(() => {
    stopped = true;
  });
  while (!stopped) {
    const told = await statusOf(programme).then((status) => lines.next(status, Date.now()), warn);
    for (const line of told ?? []) note(line);
    await sleep(STATUS_EVERY_MS, undefined, { ref: false });
  }
}

/** The relayer's status, with what needs a person in either service. */
async function statusOf({ relayer, operator }: Programme): Promise<RelayerStatus> {
  const [status, { alerts }] = await Promise.all([relayer.status(), operator.status()]);
  return { ...status, alerts: [...status.alerts, ...alerts] };
}

/** Never ends by itself. */
async function signInDaily(signIns: SignIns): Promise<never> {
  for (;;) {
    await signIns.look().catch(warn);
    await sleep(10 * STATUS_EVERY_MS, undefined, { ref: false });
  }
}

/** Leaves a contribution file to try `cairn verify` on, once a reading is anchored. Never ends by itself. */
async function keepExample(programme: Programme, fleet: LiveFleet): Promise<never> {
  const { workspace, rpcUrl, deployment, relayer } = programme;
  const cairn = createCairnClient({ rpcUrl, deployment, relayerUrl: relayer.url });
  let written = false;
  for (;;) {
    const digest = fleet.firstDigest;
    if (!written && digest !== undefined) {
      // Until the reading's drop is anchored there is none.
      const contribution = await cairn.getContribution({ digest }).catch(() => undefined);
      if (contribution !== undefined) {
        toJsonFile(workspace.exampleFile, contribution);
        note(`A reading is anchored. See for yourself: ${CAIRN} verify ${workspace.exampleFile}`);
        written = true;
      }
    }
    await sleep(10 * STATUS_EVERY_MS, undefined, { ref: false });
  }
}
