import { createChainClient, reach } from "../../chain/client.ts";
import { readHead } from "../../chain/read/head.ts";
import { finalFile } from "../chain/chain-state.ts";
import { EMBEDDED_CHAIN_ID, startEmbeddedChain } from "../chain/embedded-chain.ts";
import type { RelayerChoices } from "../relayer-config.ts";
import { createRpc } from "../rpc.ts";
import type { Workspace } from "../workspace.ts";

/** The chain that a programme runs on. */
export interface ChainSource {
  readonly rpcUrl: string;
  /** For people: which chain it is. */
  readonly name: string;
  readonly finality: RelayerChoices["finality"];
  /** Rejects when the chain is lost; never resolves. */
  readonly lost: Promise<never>;
  /** Called once the contracts stand: until then transactions need not wait for a block's turn. */
  mineRegularly(): Promise<void>;
  /** Makes what stands on the chain now survive a restart. */
  save(): Promise<void>;
  stop(): Promise<void>;
}

/** Depth below which a block of an unknown chain counts as final. */
const FOREIGN_DEPTH = 12;
/** Development nodes mine when asked and have no clock: they are given a block so often, milliseconds. */
const HEARTBEAT_MS = 2_000;

/** The embedded chain of a work folder. @throws As {@link startEmbeddedChain}. */
export async function embeddedSource(
  workspace: Workspace,
  onFailure: (error: unknown) => void,
  lostError: () => Error,
): Promise<ChainSource> {
  const chain = await startEmbeddedChain(workspace.chainDir, { kind: "real" });
  chain.keepSaving(onFailure);
  let stopping = false;
  const lost = new Promise<never>((_, reject) => {
    void chain.exited.then(() => {
      if (!stopping) reject(lostError());
    });
  });
  lost.catch(() => undefined);
  return {
    rpcUrl: chain.rpcUrl,
    name: chain.resumed ? "embedded (anvil), continued" : "embedded (anvil), new",
    finality: { finalFile: finalFile(workspace.chainDir) },
    lost,
    mineRegularly: () => chain.mineRegularly(),
    save: () => chain.save(),
    stop() {
      stopping = true;
      return chain.stop();
    },
  };
}

/** Somebody else's chain behind a URL. @throws CHAIN_UNREACHABLE, ARGUMENT_INVALID. */
export async function foreignSource(rpcUrl: string, onFailure: (error: unknown) => void): Promise<ChainSource> {
  const client = createChainClient(rpcUrl);
  const chainId = await reach(client.getChainId());
  await readHead(client);
  const rpc = createRpc(rpcUrl);
  const version = String(await rpc.call("web3_clientVersion"));
  const needsHeartbeat = version.startsWith("HardhatNetwork");
  const timer = needsHeartbeat
    ? setInterval(() => void rpc.call("evm_mine").catch(onFailure), HEARTBEAT_MS)
    : undefined;
  return {
    rpcUrl,
    name: `chain ${chainId} (${version.split("/")[0]})`,
    finality: { finalityDepth: chainId === EMBEDDED_CHAIN_ID ? 0 : FOREIGN_DEPTH },
    lost: new Promise(() => undefined),
    mineRegularly: async () => undefined,
    save: async () => undefined,
    async stop() {
      clearInterval(timer);
    },
  };
}
