import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StorePlace } from "../../src/storage/open.ts";
import type { TestProgramme } from "../../test/relayer/support/programme.ts";
import { testConfig } from "../../test/relayer/support/running.ts";
import { startPostgres, withoutPostgres } from "../../test/support/postgres.ts";
import { type ServerProcess, startServer } from "./child.ts";

/** As configured unless told otherwise. Tests look at the chain every few milliseconds, which would be most of the work here. */
const POLL_MS = 1_000;

/** A server that takes readings, under its name in the report. */
export interface Contestant {
  readonly server: "relayer" | "bare Fastify";
  readonly store: "SQLite" | "PostgreSQL";
  readonly process: ServerProcess;
}

/** All servers, with an empty store each, side by side; only one has work at a time. */
export interface Contest {
  readonly contestants: readonly Contestant[];
  stop(): Promise<void>;
}

/** Starts relayers and bare servers: on SQLite, and on PostgreSQL where that is installed. */
export async function startContest(programme: TestProgramme): Promise<Contest> {
  const postgres = withoutPostgres() === false ? await startPostgres() : undefined;
  const folder = await mkdtemp(join(tmpdir(), "cairn-load-"));
  const contestants: Contestant[] = [await startRelayer(programme, programme.workDir, undefined)];
  contestants.push(await startBare(programme, { path: join(folder, "bare.sqlite") }));
  if (postgres !== undefined) {
    await writeFile(join(folder, "deployment.json"), JSON.stringify(programme.deployment));
    contestants.push(await startRelayer(programme, folder, await postgres.createDatabase()));
    contestants.push(await startBare(programme, { databaseUrl: await postgres.createDatabase(), schema: "bare" }));
  }
  return {
    contestants,
    async stop() {
      for (const { process } of contestants) await process.stop();
      await postgres?.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function startRelayer(
  programme: TestProgramme,
  workDir: string,
  databaseUrl: string | undefined,
): Promise<Contestant> {
  const config = {
    ...testConfig(programme, { workDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) }),
    pollMs: POLL_MS,
  };
  const process = await startServer("relayer-server.ts", config);
  return { server: "relayer", store: databaseUrl === undefined ? "SQLite" : "PostgreSQL", process };
}

async function startBare({ deployment }: TestProgramme, place: StorePlace): Promise<Contestant> {
  const process = await startServer("bare-server.ts", { place, deployment });
  return { server: "bare Fastify", store: "path" in place ? "SQLite" : "PostgreSQL", process };
}
