import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../src/cli/service-process.ts";
import { eventually } from "../faults/support/eventually.ts";

/** Stands in every address; whoever finds it in a log has found a leak. */
export const PASSWORD = "password-of-tests";
const USER = "cairn";

// Counts come as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A PostgreSQL server of its own for a test, with everything that makes a commit durable. */
export interface Postgres {
  /** Makes an empty database. @returns Its address. */
  createDatabase(): Promise<string>;
  /** Runs statements in a database, as its owner. */
  query<R extends object = Record<string, unknown>>(databaseUrl: string, sql: string): Promise<R[]>;
  /** Ends the server as a power cut does, all its connections with it. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and takes everything away. */
  stop(): Promise<void>;
}

/** Where PostgreSQL's programs are; undefined when it is not installed. */
function binaries(): string | undefined {
  const folders = globSync("/usr/lib/postgresql/*/bin").sort(
    (a, b) => Number(b.split("/")[4]) - Number(a.split("/")[4]),
  );
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

/** Why tests that need PostgreSQL cannot run here; false when they can. */
export function withoutPostgres(): string | false {
  return binaries() === undefined ? "PostgreSQL is not installed: node scripts/postgres.mjs" : false;
}

/** PostgreSQL refuses to be root: then it runs as the user that its package has made. */
function asServer(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  const user = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--inh-caps=-all"];
  return ["setpriv", [...user, "--", program, ...args]];
}

/** Starts a server on a free port of the loopback. Its language is one that does not sort byte by byte. */
export async function startPostgres(): Promise<Postgres> {
  const bin = binaries();
  if (bin === undefined) throw new Error("PostgreSQL is not installed");
  const folder = await mkdtemp(join(tmpdir(), "cairn-postgres-"));
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, `${PASSWORD}\n`);
  if (process.getuid?.() === 0) {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })));
    for (const path of [folder, passwordFile]) chownSync(path, uid as number, gid as number);
  }
  const initialised = ["-D", data, "-U", USER, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
  const [program, args] = asServer(join(bin, "initdb"), [
    ...initialised,
    ...["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"],
  ]);
  execFileSync(program, args, { stdio: "ignore" });
  const server = new Server({ bin, folder, data, port: await freePort() });
  await server.start();
  return server;
}

class Server implements Postgres {
  readonly #place: { readonly bin: string; readonly folder: string; readonly data: string; readonly port: number };
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #databases = 0;

  constructor(place: { bin: string; folder: string; data: string; port: number }) {
    this.#place = place;
  }

  async createDatabase(): Promise<string> {
    const name = `programme_${++this.#databases}`;
    await this.query(this.#url("postgres"), `create database ${name}`);
    return this.#url(name);
  }

  async query<R extends object>(databaseUrl: string, sql: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: databaseUrl });
    // The server may end at any moment; whoever asks it something gets the error.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGQUIT");
    await this.#ended;
  }

  async start(): Promise<void> {
    const { bin, data, port } = this.#place;
    const settings = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=60",
      "shared_buffers=32MB",
    ];
    const [program, args] = asServer(join(bin, "postgres"), [
      ...["-D", data, "-p", `${port}`],
      ...settings.flatMap((setting) => ["-c", setting]),
    ]);
    const child = spawn(program, args, { stdio: "ignore" });
    this.#child = child;
    // Whoever breaks a run off leaves nothing behind.
    const abandon = () => child.kill("SIGQUIT");
    process.once("exit", abandon);
    this.#ended = new Promise((resolve) =>
      child.once("exit", () => {
        process.off("exit", abandon);
        resolve();
      }),
    );
    await eventually(
      "PostgreSQL answers",
      async () => (await this.query(this.#url("postgres"), "select 1")).length === 1,
    );
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#place.folder, { recursive: true, force: true });
  }

  #url(database: string): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${this.#place.port}/${database}`;
  }
}
