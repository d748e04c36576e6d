import type { Command } from "commander";
import { readDeployment } from "../../service/start.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { print, printJson } from "../output.ts";

const EXAMPLES = `
A service does the same when it starts. Here it is done apart: before several relayers are started anew, or to see that it works.
It may run twice at once, and beside services that run.

Examples:
  cairn migrate --config relayer.json
  DATABASE_URL=postgres://cairn@db/cairn cairn migrate --config operator.json --json`;

/** What became of a store. */
interface Migrated {
  readonly store: "relayer" | "operator";
  readonly in: "PostgreSQL" | "SQLite";
  /** Versions that were added. */
  readonly added: readonly string[];
}

/** `cairn migrate`: brings a service's store to the newest version. */
export function migrateCommand(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("migrate")
    .description("bring the store of a relayer or an operator to the newest version")
    .requiredOption("--config <file>", "the service's configuration as JSON")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ config, json }: { config: string; json?: boolean }) => {
      const migrated = await migrateStore(readJsonFile(config, "CONFIG_INVALID"));
      if (json) printJson(migrated);
      else print(inWords(migrated));
      done(EXIT.ok);
    });
}

/** A relayer's configuration names its key; an operator's has none of that name. */
async function migrateStore(config: unknown): Promise<Migrated> {
  const isRelayer = typeof config === "object" && config !== null && "relayerKey" in config;
  let added: readonly string[] = [];
  const onMigrated = (versions: readonly string[]) => {
    added = versions;
  };
  const databaseUrl = await (isRelayer ? migrateRelayer(config, onMigrated) : migrateOperator(config, onMigrated));
  return {
    store: isRelayer ? "relayer" : "operator",
    in: databaseUrl === undefined ? "SQLite" : "PostgreSQL",
    added,
  };
}

type OnMigrated = (versions: readonly string[]) => void;

async function migrateRelayer(value: unknown, onMigrated: OnMigrated): Promise<string | undefined> {
  const { openRelayerStore, parseRelayerConfig, RELAYER_STORE } = await import("../../relayer/index.ts");
  const { placeOf } = await import("../../storage/kind.ts");
  const config = parseRelayerConfig(value);
  const deployment = await readDeployment(config.workDir);
  await (await openRelayerStore(placeOf(RELAYER_STORE, config), deployment, onMigrated)).close();
  return config.databaseUrl;
}

async function migrateOperator(value: unknown, onMigrated: OnMigrated): Promise<string | undefined> {
  const { openOperatorStore, parseOperatorConfig } = await import("../../operator/index.ts");
  const config = parseOperatorConfig(value);
  const deployment = await readDeployment(config.workDir);
  await (await openOperatorStore(config, deployment, onMigrated)).close();
  return config.databaseUrl;
}

function inWords(migrated: Migrated): string {
  const where = `the ${migrated.store}'s store in ${migrated.in}`;
  if (migrated.added.length === 0) return `${where} is at the newest version`;
  return `${where}: added ${migrated.added.join(", ")}`;
}
