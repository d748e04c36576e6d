import type { LocalAccount } from "viem";
import { type ChainClient, createChainClient } from "../chain/client.ts";
import { type ContractWriter, createContractWriter } from "../chain/write/contract-writer.ts";
import { CairnError, type Deployment, type Hex, lowerHex } from "../protocol/index.ts";
import { createOperatorApi, type OperatorApi } from "./operator-http.ts";
import { createRelayerApi, type RelayerApi } from "./relayer-http.ts";
import type { CairnClientOptions, OwnerAccount } from "./types.ts";

/** What the actions share. */
export interface SdkContext {
  readonly chain: ChainClient;
  readonly deployment: Deployment;
  readonly account: OwnerAccount | undefined;
  readonly relayer: RelayerApi | undefined;
  readonly operator: OperatorApi | undefined;
  readonly pollMs: number;
  readonly timeoutMs: number;
  /** @throws ARGUMENT_INVALID when the client's account cannot send transactions. */
  writer(): ContractWriter;
}

const DEFAULT_POLL_MS = 500;
const DEFAULT_TIMEOUT_MS = 120_000;

/** Makes what the actions share. @throws ARGUMENT_INVALID for a URL that is not http or https. */
export function createContext(options: CairnClientOptions): SdkContext {
  const chain = createChainClient(options.rpcUrl);
  const { account, deployment } = options;
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  let writer: ContractWriter | undefined;
  return {
    chain,
    deployment,
    account,
    relayer: options.relayerUrl === undefined ? undefined : createRelayerApi(options.relayerUrl),
    operator: options.operatorUrl === undefined ? undefined : createOperatorApi(options.operatorUrl),
    pollMs,
    timeoutMs,
    writer() {
      if (account === undefined || !isLocal(account)) {
        throw new CairnError("ARGUMENT_INVALID", "this needs an account that can send transactions");
      }
      writer ??= createContractWriter({
        client: chain,
        rpcUrl: options.rpcUrl,
        deployment,
        account,
        pollMs,
        timeoutMs,
      });
      return writer;
    },
  };
}

/** The acting account. @throws ARGUMENT_INVALID when the client has none. */
export function actingAccount(context: SdkContext): OwnerAccount {
  if (context.account === undefined) throw new CairnError("ARGUMENT_INVALID", "the client was made without an account");
  return context.account;
}

/** The acting account's address in lower case. @throws ARGUMENT_INVALID when the client has none. */
export function actingAddress(context: SdkContext): Hex {
  return lowerHex(actingAccount(context).address);
}

/** An account in lower case: the one that was asked about, else the acting one. @throws ARGUMENT_INVALID when there is neither. */
export function askedAccount(context: SdkContext, account: Hex | undefined): Hex {
  return account === undefined ? actingAddress(context) : lowerHex(account);
}

/** The relayer. @throws ARGUMENT_INVALID when the client was made without one. */
export function relayerOf(context: SdkContext): RelayerApi {
  if (context.relayer === undefined) throw new CairnError("ARGUMENT_INVALID", "the client was made without a relayer");
  return context.relayer;
}

/** The operator. @throws ARGUMENT_INVALID when the client was made without one. */
export function operatorOf(context: SdkContext): OperatorApi {
  if (context.operator === undefined)
    throw new CairnError("ARGUMENT_INVALID", "the client was made without an operator");
  return context.operator;
}

function isLocal(account: OwnerAccount): account is LocalAccount {
  return "signTransaction" in account && account.type === "local";
}
