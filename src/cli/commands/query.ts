import type { Command } from "commander";
import type { QueryAnswer, View } from "../../auditor/index.ts";
import { CairnError } from "../../protocol/index.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readTextFile } from "../files.ts";
import { formatTable, print, printJson } from "../output.ts";
import { plainOf, textOf } from "../plain-value.ts";
import { auditedIn, workspaceAt } from "../workspace.ts";
import { auditProgress, collect } from "./audit.ts";

const EXAMPLES = `
SQL is DuckDB's. Views and their columns: \`cairn query --views\`, and docs/query.md with example questions. Nothing is checked:
that is what \`cairn audit\` is for.

Examples:
  cairn query --views
  cairn query "SELECT day, sum(counted_m) / 1000 AS km FROM readings GROUP BY day ORDER BY day"
  cairn query --file questions.sql --json`;

interface QueryCommandOptions extends ConnectionOptions {
  readonly files?: readonly string[];
  readonly file?: string;
  readonly views?: boolean;
}

/** `cairn query`: published files and events as SQL views. */
export function queryCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("query"))
    .argument("[sql]", "a statement")
    .description("ask about a programme in SQL, over its published files and events")
    .option("--files <dir>", "folder of the published files; again for the operator's", collect)
    .option("--file <sql>", "file with a statement")
    .option("--views", "list the views and their columns")
    .addHelpText("after", EXAMPLES)
    .action(async (sql: string | undefined, options: QueryCommandOptions) => {
      // Loaded when it is needed: every other command starts faster without it.
      const { query, VIEWS } = await import("../../auditor/index.ts");
      if (options.views === true) {
        showViews(VIEWS, options.json === true);
        return done(EXIT.ok);
      }
      const statement = statementOf(sql, options.file);
      const { rpcUrl, deployment } = await connect(options);
      const filesDirs = options.files ?? auditedIn(workspaceAt(options.work)).filesDirs;
      const progress = auditProgress(options.json === true);
      const [answer] = await query({ rpcUrl, deployment, filesDirs, onProgress: progress.update }, [statement]).finally(
        progress.stop,
      );
      show(answer as QueryAnswer, options.json === true);
      return done(EXIT.ok);
    });
}

function statementOf(sql: string | undefined, file: string | undefined): string {
  if ((sql === undefined) === (file === undefined)) {
    throw new CairnError("ARGUMENT_INVALID", "either a statement or --file with one");
  }
  if (sql !== undefined) return sql;
  return readTextFile(file as string);
}

function show({ columns, rows }: QueryAnswer, asJson: boolean): void {
  const values = rows.map((row) => row.map(plainOf));
  if (asJson) printJson(values.map((row) => Object.fromEntries(row.map((value, at) => [columns[at], value]))));
  else
    print(
      formatTable(
        columns,
        values.map((row) => row.map(textOf)),
      ),
    );
}

function showViews(views: readonly View[], asJson: boolean): void {
  if (asJson) {
    printJson(views.map(({ name, says, columns }) => ({ name, says, columns })));
    return;
  }
  for (const { name, says, columns } of views) {
    print(`${name}: ${says}`);
    print(
      formatTable(
        ["  column", "what"],
        Object.entries(columns).map(([column, what]) => [`  ${column}`, what]),
      ),
    );
    print();
  }
}
