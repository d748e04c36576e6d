import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_S } from "../../../src/protocol/index.ts";
import { keyOf } from "../../relayer/support/keys.ts";
import { carOf, grantOf, pairingOf, registerCars, type TestCar } from "../../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../../relayer/support/programme.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";
import { type FaultyProxy, startProxy } from "../../support/rpc-proxy.ts";
import { RelayerChild } from "../support/relayer-child.ts";
import { carryOut } from "../support/world.ts";

/** Blocks below the head that are final. */
export const FINALITY_DEPTH = 6;
/** How long a leader may be silent. Shorter than a halt, so that halted leaders are taken over from. */
export const LEASE_MS = 4_000;
const CALLS_OF = 50;

/** Everything that a soak runs on: a node behind a proxy that can spoil calls, PostgreSQL, and two relayers on it. */
export interface Scene {
  readonly programme: TestProgramme;
  readonly proxy: FaultyProxy;
  readonly postgres: Postgres;
  /** The second one is never killed, so that its memory can be watched. */
  readonly relayers: readonly [RelayerChild, RelayerChild];
  readonly filesDir: string;
  readonly cars: readonly TestCar[];
  stop(): Promise<void>;
}

/** Deploys a programme with so many cars, all with consent and pairing, and starts two relayers. */
export async function setScene(count: number, say: (what: string) => void): Promise<Scene> {
  const programme = await startProgramme({
    // A receipt that is kept late is a finding of its own; faults may make them late.
    rules: { receiptDeadlineS: DAY_S, challengeWindowS: 3_600 },
  });
  const cars = Array.from({ length: count }, (_, at) => carOf(`${at}`, `owner ${at}`));
  for (let at = 0; at < count; at += CALLS_OF) {
    const some = cars.slice(at, at + CALLS_OF);
    await registerCars(programme, some);
    const consents = some.map(({ owner }) => grantOf(programme, owner, { deadline: GENESIS }));
    await carryOut(programme, consents);
    const pairings = some.map((car) => pairingOf(programme, car, GENESIS));
    await carryOut(programme, pairings);
    if (at % 500 === 0) say(`${at} of ${count} cars are paired`);
  }
  const proxy = await startProxy(programme.rpcUrl);
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  const folder = await mkdtemp(join(tmpdir(), "cairn-soak-"));
  const filesDir = join(programme.workDir, "files");
  const relayerOn = (workDir: string) =>
    new RelayerChild(workDir, {
      ...{ workDir, filesDir, databaseUrl, leaseMs: LEASE_MS, rpcUrl: proxy.url, pollMs: 50 },
      ...{ finalityDepth: FINALITY_DEPTH, anchorEveryDrops: 3, logLevel: "warn" },
      ...{ relayerKey: keyOf("relayer"), receiptKey: keyOf("receipts") },
    });
  await writeFile(join(folder, "deployment.json"), JSON.stringify(programme.deployment));
  const relayers = [relayerOn(programme.workDir), relayerOn(folder)] as const;
  for (const relayer of relayers) await relayer.start();
  return {
    ...{ programme, proxy, postgres, relayers, filesDir, cars },
    async stop() {
      for (const relayer of relayers) if (relayer.isRunning) await relayer.kill();
      await proxy.stop();
      await postgres.stop();
      await programme.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
