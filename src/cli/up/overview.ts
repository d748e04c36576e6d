import { DROPS_PER_DAY, type Hex } from "../../protocol/index.ts";
import { CAIRN } from "../invocation.ts";
import { formatFields, formatTime, print } from "../output.ts";
import type { UpOptions } from "./options.ts";
import type { Programme } from "./start-programme.ts";

/** Where everything is. */
export interface OverviewParts {
  readonly programme: Programme;
  readonly options: UpOptions;
  /** The drop of chain time. */
  readonly drop: number;
  /** One of the simulated owners. */
  readonly owner: Hex | undefined;
}

/** Says where everything is and what can be done next. */
export function overview(parts: OverviewParts): void {
  const { programme, options, drop, owner } = parts;
  const { workspace, deployment, rpcUrl, relayer, operator, chain, fresh } = programme;
  print(`\nCairn is running. ${fresh ? "A new programme was deployed." : "The programme goes on."} Ctrl-C stops it.\n`);
  print(
    formatFields([
      ["chain", `${rpcUrl}  ${chain.name}, id ${deployment.chainId}`],
      ["API", relayer.url],
      ["API page", `${relayer.url}/docs`],
      ["operator", operator.url],
      ["operator's page", `${operator.url}/docs`],
      ["deployment", workspace.deploymentFile],
      ["published files", workspace.filesDir],
      ["keys (secret)", workspace.keysFile],
      ...(options.fleet === 0 ? [] : [["owners' samples keys (secret)", workspace.samplesKeysDir] as const]),
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
    [`${CAIRN} evidence --help`, "a file that proves what a car did, once its drops are anchored"],
    [`curl ${relayer.url}/v1/status`, "the relayer's view"],
    [`curl ${operator.url}/v1/tasks`, "what can be done for crystals"],
  ];
  print(formatFields(commands.map(([command, what]) => [`  ${command}`, what])));
  print();
}
