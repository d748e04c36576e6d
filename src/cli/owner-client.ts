import { type Command, Option } from "commander";
import type { ChainClient } from "../chain/client.ts";
import { type CairnClient, createCairnClient, type OwnerAccount } from "../sdk/index.ts";
import { httpUrl } from "./arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "./connection.ts";

/** Options of commands that ask the programme's operator. */
export interface OwnerOptions extends ConnectionOptions {
  readonly operator?: string;
}

/** A programme in the hands of an owner, or of anybody who looks. */
export interface OwnerConnection {
  readonly cairn: CairnClient;
  readonly client: ChainClient;
  readonly deployment: Awaited<ReturnType<typeof connect>>["deployment"];
}

/** Adds the options of {@link OwnerOptions} to a command. */
export function withOperator(command: Command): Command {
  return withConnection(command).addOption(
    new Option("--operator <url>", "URL of the programme's operator").argParser(httpUrl),
  );
}

/**
 * Opens the programme that the options name, with the SDK's client of it.
 * @param account Who acts; without it the client only reads.
 * @throws as `connect`.
 */
export async function connectOwner(options: OwnerOptions, account?: OwnerAccount): Promise<OwnerConnection> {
  const { client, rpcUrl, deployment, apiUrl, operatorUrl } = await connect(options);
  const operator = options.operator ?? operatorUrl;
  const cairn = createCairnClient({
    ...{ rpcUrl, deployment },
    ...(apiUrl === undefined ? {} : { relayerUrl: apiUrl }),
    ...(operator === undefined ? {} : { operatorUrl: operator }),
    ...(account === undefined ? {} : { account }),
  });
  return { cairn, client, deployment };
}
