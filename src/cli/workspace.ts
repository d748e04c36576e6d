import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CairnError, type Deployment, parseDeployment } from "../protocol/index.ts";
import { readJsonFile, toJsonFile } from "./files.ts";
import type { ServicePlace } from "./service-process.ts";

/** Where `up` works when it is not told otherwise. */
export const DEFAULT_WORK_DIR = ".cairn";

/** The places in a work folder. */
export interface Workspace {
  readonly root: string;
  readonly deploymentFile: string;
  /** Files that the relayer publishes. */
  readonly filesDir: string;
  /** The embedded chain's state. */
  readonly chainDir: string;
  /** Secrets. */
  readonly keysFile: string;
  readonly relayer: ServicePlace;
  /** The operator's own work folder: its store, and what it publishes. */
  readonly operatorDir: string;
  readonly operatorFilesDir: string;
  readonly operator: ServicePlace;
  /** Where the programme can be reached while `up` runs. */
  readonly endpointsFile: string;
  /** Keys with which owners of simulated and recorded cars open their samples, a file for each vehicle. Secrets. */
  readonly samplesKeysDir: string;
  /** Odometers and sequences of the cars that `up --fleet` drives. */
  readonly fleetFile: string;
  /** A contribution file to try `cairn verify` on. */
  readonly exampleFile: string;
}

/** Names the places in a work folder. Nothing is made. */
export function workspaceAt(directory: string): Workspace {
  const root = resolve(directory);
  const operatorDir = join(root, "operator");
  return {
    root,
    deploymentFile: join(root, "deployment.json"),
    filesDir: join(root, "files"),
    chainDir: join(root, "chain"),
    keysFile: join(root, "keys.json"),
    relayer: {
      command: ["relayer"],
      configFile: join(root, "relayer-config.json"),
      logFile: join(root, "relayer.log"),
      listeningFile: join(root, "relayer.json"),
      away: "RELAYER_UNREACHABLE",
    },
    operatorDir,
    operatorFilesDir: join(operatorDir, "files"),
    operator: {
      command: ["operator", "serve"],
      configFile: join(root, "operator-config.json"),
      logFile: join(root, "operator.log"),
      listeningFile: join(operatorDir, "operator.json"),
      away: "OPERATOR_UNREACHABLE",
    },
    endpointsFile: join(root, "endpoints.json"),
    samplesKeysDir: join(root, "samples-keys"),
    fleetFile: join(root, "fleet.json"),
    exampleFile: join(root, "example-contribution.json"),
  };
}

/** Where the papers lie whose hashes stand on the chain. */
export function documentsOf({ operatorFilesDir }: Pick<Workspace, "operatorFilesDir">): string {
  return join(operatorFilesDir, "documents");
}

/** What an auditor finds in a work folder: of the operator's only what is there already. */
export function auditedIn(workspace: Workspace): { filesDirs: string[]; documentsDir?: string } {
  const { filesDir, operatorFilesDir } = workspace;
  const hasOperator = existsSync(join(operatorFilesDir, "manifest.jsonl"));
  const documentsDir = documentsOf(workspace);
  return {
    filesDirs: hasOperator ? [filesDir, operatorFilesDir] : [filesDir],
    ...(existsSync(documentsDir) ? { documentsDir } : {}),
  };
}

/** A work folder that this process alone works in. */
export interface HeldWorkspace extends Workspace {
  release(): void;
}

/**
 * Makes a work folder and takes its lock: an open SQLite transaction, which the operating system ends with the process.
 * @throws WORK_DIR_IN_USE when another process holds it, FILE_UNREADABLE when it cannot be made.
 */
export function holdWorkspace(directory: string): HeldWorkspace {
  const workspace = workspaceAt(directory);
  try {
    mkdirSync(workspace.chainDir, { recursive: true });
    mkdirSync(workspace.filesDir, { recursive: true });
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", `${workspace.root}: it cannot be made`, { cause });
  }
  const database = new DatabaseSync(join(workspace.root, "cairn.lock"));
  try {
    database.exec("pragma busy_timeout = 0");
    database.exec("begin exclusive");
  } catch (cause) {
    database.close();
    throw new CairnError("WORK_DIR_IN_USE", workspace.root, { cause });
  }
  return { ...workspace, release: () => database.close() };
}

/**
 * The deployment in a file.
 * @throws FILE_UNREADABLE, DEPLOYMENT_INVALID.
 */
export function readDeployment(path: string): Deployment {
  return parseDeployment(readJsonFile(path, "DEPLOYMENT_INVALID"));
}

/** Where a running programme can be reached. */
export interface Endpoints {
  readonly rpcUrl: string;
  /** The relayer. */
  readonly apiUrl: string;
  readonly operatorUrl: string;
}

/** Says where the programme can be reached. */
export function writeEndpoints(workspace: Workspace, endpoints: Endpoints): void {
  toJsonFile(workspace.endpointsFile, endpoints);
}

/** Where the programme of a work folder can be reached; nothing when `up` does not run. */
export function readEndpoints(workspace: Workspace): Endpoints | undefined {
  if (!existsSync(workspace.endpointsFile)) return undefined;
  return readJsonFile(workspace.endpointsFile) as Endpoints;
}

/** The programme can no longer be reached. */
export function removeEndpoints(workspace: Workspace): void {
  rmSync(workspace.endpointsFile, { force: true });
}
