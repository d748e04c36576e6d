import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { CairnError } from "../../protocol/index.ts";
import type { CopiedTable } from "../../storage/copy.ts";
import type { StoreKind } from "../../storage/kind.ts";
import { isDatabaseUrl } from "../../storage/postgres.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatCount, print, printJson } from "../output.ts";
import { createProgress } from "../progress.ts";

const EXAMPLES = `
Everything goes over in one transaction and is read again before it counts. A store that runs, or a database that has one already,
is refused. Afterwards start the services with the same databaseUrl or DATABASE_URL; the files stay as they are and must not be
started again.

Examples:
  cairn store copy --from .cairn --to postgres://cairn@localhost/cairn
  DATABASE_URL=postgres://cairn:…@db/cairn cairn store copy --from relayer.sqlite      keeps the password off the command line`;

interface CopyCommandOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `cairn store …`: what is done with stores as a whole. */
export function storeCommand(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("store")
    .description("move the stores of a programme")
    .command("copy")
    .description("copy SQLite stores to PostgreSQL")
    .requiredOption("--from <path>", "a work folder, or one SQLite file of it")
    .option("--to <url>", "the database (default: DATABASE_URL)")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: CopyCommandOptions) => {
      const databaseUrl = targetOf(options.to);
      const results: { store: string; tables: CopiedTable[] }[] = [];
      for (const { kind, path } of await storesIn(resolve(options.from))) {
        results.push({
          store: kind.name,
          tables: await copy(kind, path, { databaseUrl, quiet: options.json === true }),
        });
      }
      if (options.json) printJson(results);
      else for (const result of results) print(inWords(result));
      done(EXIT.ok);
    });
}

/** The address may hold a password: what is wrong with it is said without it. */
function targetOf(given: string | undefined): string {
  const url = given ?? process.env.DATABASE_URL ?? "";
  if (isDatabaseUrl(url)) return url;
  throw new CairnError("ARGUMENT_INVALID", "--to or DATABASE_URL is not a postgres:// or postgresql:// URL");
}

/** The stores of a work folder: a relayer's, an operator's, or those of `cairn up`, where the operator has a folder in it. */
async function storesIn(from: string): Promise<{ kind: StoreKind; path: string }[]> {
  const { RELAYER_STORE } = await import("../../relayer/index.ts");
  const { OPERATOR_STORE } = await import("../../operator/index.ts");
  const kinds = [RELAYER_STORE, OPERATOR_STORE];
  if (existsSync(from) && statSync(from).isFile()) {
    const kind = kinds.find(({ file }) => file === basename(from));
    if (kind !== undefined) return [{ kind, path: from }];
  }
  const found = kinds
    .flatMap((kind) => [from, join(from, "operator")].map((folder) => ({ kind, path: join(folder, kind.file) })))
    .filter(({ path }) => existsSync(path));
  if (found.length > 0) return found;
  throw new CairnError("FILE_UNREADABLE", `${from}: there is no store in it`, { details: { path: from } });
}

async function copy(
  kind: StoreKind,
  path: string,
  { databaseUrl, quiet }: { databaseUrl: string; quiet: boolean },
): Promise<CopiedTable[]> {
  const { copyStore } = await import("../../storage/copy.ts");
  let progress: ReturnType<typeof createProgress> | undefined;
  try {
    return await copyStore({
      ...{ kind, path, databaseUrl },
      onProgress(done, total, table) {
        progress ??= createProgress(`${kind.name}'s store`, total, { quiet });
        progress.update(done, table);
      },
    });
  } finally {
    progress?.stop();
  }
}

function inWords({ store, tables }: { store: string; tables: readonly CopiedTable[] }): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `the ${store}'s store: ${formatCount(rows)} rows of ${tables.length} tables copied and compared`;
}
