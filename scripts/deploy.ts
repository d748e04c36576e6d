// `npm run deploy -- --network <name> --config <file>`: deploys a programme by Hardhat Ignition, and writes deployment.json.
// docs/deployment.md describes it. Exit codes: 0 done, 2 it could not run or is not complete.
import { existsSync, mkdirSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Command, Option } from "commander";
import { type ChainClient, reach } from "../src/chain/client.ts";
import { assertSuitable } from "../src/chain/read/requirements.ts";
import { EXIT, reportFailure } from "../src/cli/failure.ts";
import { readJsonFile, toJsonFile } from "../src/cli/files.ts";
import { note, print } from "../src/cli/output.ts";
import { readDeployment } from "../src/cli/workspace.ts";
import { CairnError } from "../src/protocol/index.ts";
import { lockWorkDir } from "../src/storage/lock.ts";
import { parseDeployConfig } from "./deployment/config.ts";
import { carryOut, deploymentFolder } from "./deployment/ignite.ts";
import { NETWORKS, type NetworkName, openHardhat, openNetwork } from "./deployment/network.ts";
import { showPlan } from "./deployment/overview.ts";
import { addressesOf, type Plan, preparePlan, savePlan } from "./deployment/plan.ts";
import { assertUndisturbed, recordOf } from "./deployment/progress.ts";

interface Options {
  readonly network: NetworkName;
  readonly config: string;
  readonly out: string;
  readonly id?: string;
  readonly ignition?: string;
  readonly yes?: boolean;
}

async function deploy(options: Options): Promise<void> {
  const config = parseDeployConfig(readJsonFile(options.config, "CONFIG_INVALID"));
  const hre = await openHardhat(options.ignition);
  const network = await openNetwork(hre, options.network);
  await assertSuitable(network.client);
  const id = options.id ?? (await idOfChain(network.client, network.chainId));
  const folder = deploymentFolder(hre.config.paths.ignition, id);
  mkdirSync(folder, { recursive: true });
  const lock = lockWorkDir(folder, "cairn.lock");
  const prepared = await preparePlan(folder, config, network);
  const { plan } = prepared;
  assertFree(options.out, plan);
  await assertUndisturbed(network.client, plan);
  await showPlan(network, prepared, id);
  if (!options.yes && !(await agreed())) return note("Nothing was sent.");
  savePlan(folder, plan);
  await carryOut(network, plan, id);
  const deployment = await recordOf(network.client, plan);
  toJsonFile(options.out, deployment);
  lock.release();
  print(`\nThe programme stands since block ${deployment.block}. ${options.out} says where.`);
  print(
    `Compare it with the sources: npm run check:deployment -- --deployment ${options.out} --config ${options.config}`,
  );
}

/** A name that a restarted development chain does not share with the one before it. */
async function idOfChain(client: ChainClient, chainId: number): Promise<string> {
  const { hash } = await reach(client.getBlock({ blockNumber: 0n }));
  return `chain-${chainId}-${hash.slice(2, 10)}`;
}

/** The file of another programme may be the only place that says where that one stands. */
function assertFree(out: string, plan: Plan): void {
  if (!existsSync(out)) return;
  const { chainId, contracts } = readDeployment(out);
  if (chainId === plan.chainId && contracts.accessManager === addressesOf(plan).accessManager) return;
  throw new CairnError("ARGUMENT_INVALID", `${out} is of another programme: give another file with --out`);
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CairnError("ARGUMENT_INVALID", "nobody can be asked here: give --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Deploy it? [y/N] ");
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function identifier(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text)) return text;
  throw new CairnError("ARGUMENT_INVALID", "--id is not a letter followed by letters, digits, - or _");
}

const program = new Command("npm run deploy --")
  .description("Deploy a programme by Hardhat Ignition. After an interruption the same command goes on.")
  .addOption(new Option("--network <name>", "network of hardhat.config.ts").choices(NETWORKS).makeOptionMandatory())
  .requiredOption("--config <file>", "roles, keys, genesis and rules, as in ignition/parameters/example.json")
  .option("--out <file>", "where to write the record of the deployment", "deployment.json")
  .option("--id <name>", "the deployment's name for Ignition; the chain's unless given", identifier)
  .option("--ignition <dir>", "folder in which Ignition keeps its journals; ./ignition unless given")
  .option("--yes", "do not ask")
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .action(deploy);

let code: number = EXIT.ok;
try {
  await program.parseAsync();
} catch (error) {
  code = reportFailure(error, false);
}
// Hardhat keeps connections open.
process.stdout.write("", () => process.exit(code));
