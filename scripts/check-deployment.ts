// `npm run check:deployment -- --deployment <file> --rpc <url>`: compares a deployment with the sources of this checkout.
// docs/deployment.md describes it. Exit codes: 0 all as it should be, 1 something differs, 2 it could not run.
import { Command, Option } from "commander";
import { createChainClient } from "../src/chain/client.ts";
import { httpUrl } from "../src/cli/arguments.ts";
import { EXIT, reportFailure } from "../src/cli/failure.ts";
import { readJsonFile } from "../src/cli/files.ts";
import { formatTable, print, printJson } from "../src/cli/output.ts";
import { readDeployment } from "../src/cli/workspace.ts";
import { checkDeployment } from "./deployment/check/check.ts";
import type { Report } from "./deployment/check/report.ts";
import { parseDeployConfig } from "./deployment/config.ts";
import { openHardhat } from "./deployment/network.ts";

interface Options {
  readonly deployment: string;
  readonly rpc: string;
  readonly config?: string;
  readonly json?: boolean;
}

function show({ subjects, since, same }: Report): void {
  const rows = subjects.map(({ kind, name, differences }) => [kind, name, differences.length === 0 ? "ok" : "differs"]);
  print(formatTable(["kind", "name", ""], rows));
  for (const { kind, name, differences } of subjects) {
    for (const { what, expected, actual } of differences) {
      print(`\n✗ ${kind} ${name}: ${what}\n    expected ${expected}\n    found    ${actual}`);
    }
  }
  if (since.length > 0) print(`\nSet by the rules role since the deployment:\n${since.join("\n")}`);
  print(same ? "\nThe deployment is what the sources give." : "\nThe deployment is not what the sources give.");
}

let code: number = EXIT.ok;

async function check(options: Options): Promise<void> {
  const deployment = readDeployment(options.deployment);
  const { config: file } = options;
  const config = file === undefined ? undefined : parseDeployConfig(readJsonFile(file, "CONFIG_INVALID"));
  const client = createChainClient(options.rpc);
  const report = await checkDeployment({ hre: await openHardhat(), client, deployment, config });
  if (options.json) printJson(report);
  else show(report);
  if (!report.same) code = EXIT.findings;
}

const program = new Command("npm run check:deployment --")
  .description("Compare the code, roles and settings of a deployment with the sources of this checkout.")
  .option("--deployment <file>", "the record of the deployment", "deployment.json")
  .addOption(
    new Option("--rpc <url>", "HTTP URL of a node of the chain")
      .env("CAIRN_RPC_URL")
      .default("http://127.0.0.1:8545")
      .argParser(httpUrl),
  )
  .option("--config <file>", "the configuration that it was deployed with, or what should hold now")
  .option("--json", "print JSON")
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .action(check);

try {
  await program.parseAsync();
} catch (error) {
  code = reportFailure(error, process.argv.includes("--json"));
}
// Hardhat keeps connections open.
process.stdout.write("", () => process.exit(code));
