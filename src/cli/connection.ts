import { type Command, Option } from "commander";
import { assertChain, type ChainClient, createChainClient } from "../chain/client.ts";
import { CairnError, type Deployment } from "../protocol/index.ts";
import { httpUrl } from "./arguments.ts";
import { DEFAULT_WORK_DIR, readDeployment, readEndpoints, workspaceAt } from "./workspace.ts";

/** Options of every command that reads a chain. */
export interface ConnectionOptions {
  readonly rpc?: string;
  readonly deployment?: string;
  readonly work: string;
  readonly json?: boolean;
}

/** A chain to read from, proved to be the deployment's. */
export interface Connection {
  readonly client: ChainClient;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  /** The relayer of a programme that runs in the work folder. */
  readonly apiUrl: string | undefined;
  /** Its operator. */
  readonly operatorUrl: string | undefined;
}

/** Adds the options of {@link ConnectionOptions} to a command. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option("--rpc <url>", "HTTP URL of a node of the chain").argParser(httpUrl))
    .option("--deployment <file>", "the programme's deployment.json")
    .option("--work <dir>", "work folder of a running `cairn up`, for what is not given", DEFAULT_WORK_DIR)
    .option("--json", "print JSON");
}

/**
 * Opens the chain that the options name. What they do not name comes from the work folder of a running programme.
 * @throws ARGUMENT_INVALID when there is nothing to take it from; FILE_UNREADABLE, DEPLOYMENT_INVALID, CHAIN_UNREACHABLE,
 * CHAIN_MISMATCH.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const workspace = workspaceAt(options.work);
  const endpoints = readEndpoints(workspace);
  const rpcUrl = options.rpc ?? endpoints?.rpcUrl;
  if (rpcUrl === undefined) {
    throw new CairnError("ARGUMENT_INVALID", `--rpc is missing, and no programme runs in ${workspace.root}`);
  }
  const deployment = readDeployment(options.deployment ?? workspace.deploymentFile);
  const client = createChainClient(rpcUrl);
  await assertChain(client, deployment);
  // Another deployment than the work folder's has other services.
  const services = options.deployment === undefined ? endpoints : undefined;
  return { client, rpcUrl, deployment, apiUrl: services?.apiUrl, operatorUrl: services?.operatorUrl };
}
