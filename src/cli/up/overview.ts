import { type Deployment, DROPS_PER_DAY, type Hex } from "../../protocol/index.ts";
import { CAIRN } from "../invocation.ts";
import { formatFields, formatTime, print } from "../output.ts";
import type { Workspace } from "../workspace.ts";
import type { UpOptions } from "./options.ts";

/** Where everything is. */
export interface OverviewParts {
  readonly workspace: Workspace;
  readonly deployment: Deployment;
  readonly rpcUrl: string;
  readonly apiUrl: string;
  readonly chain: string;
  /** Whether the programme was deployed just now. */
  readonly fresh: boolean;
  readonly options: UpOptions;
  /** The drop of chain time. */
  readonly drop: number;
  /** One of the simulated owners. */
  readonly owner: Hex | undefined;
}

/** Says where everything is and what can be done next. */
export function overview(parts: OverviewParts): void {
  const { workspace, deployment, rpcUrl, apiUrl, chain, fresh, options, drop, owner } = parts;
  print(`\nCairn is running. ${fresh ? "A new programme was deployed." : "The programme goes on."} Ctrl-C stops it.\n`);
  print(
    formatFields([
      ["chain", `${rpcUrl}  ${chain}, id ${deployment.chainId}`],
      ["API", apiUrl],
      ["API page", `${apiUrl}/docs`],
      ["deployment", workspace.deploymentFile],
      ["published files", workspace.filesDir],
      ["keys (secret)", workspace.keysFile],
      ["genesis", `${formatTime(deployment.genesis)}, a drop every 10 minutes`],
      ["cars", options.fleet === 0 ? "none; --fleet 12 simulates some" : `${options.fleet} simulated, driving now`],
    ]),
  );
  const work = options.work === ".cairn" ? "" : ` --work ${options.work}`;
  print("\nIn another terminal:\n");
  const commands: (readonly [string, string])[] = [
    [`${CAIRN} account ${owner ?? "ADDRESS"}${work}`, "an account's stones, consents and vehicles"],
    [`${CAIRN} drop ${drop}${work}`, "the drop that is open now; anchored after its end"],
    [`${CAIRN} day ${Math.floor(drop / DROPS_PER_DAY)}${work}`, "today, settled after its end"],
    [`${CAIRN} audit${work}`, "recompute every number"],
    [`curl ${apiUrl}/v1/status`, "the relayer's view"],
  ];
  print(formatFields(commands.map(([command, what]) => [`  ${command}`, what])));
  print();
}
