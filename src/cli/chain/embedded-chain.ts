import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BlockRef } from "../../chain/read/head.ts";
import { CairnError, fromHex, type Hex } from "../../protocol/index.ts";
import { readJsonFile, toJsonFile } from "../files.ts";
import type { Rpc } from "../rpc.ts";
import { type AnvilProcess, startAnvil } from "./anvil-process.ts";
import { saveState, unpackState } from "./chain-state.ts";

/** The chain id of every embedded chain: that of local development networks. */
export const EMBEDDED_CHAIN_ID = 31337;

/**
 * Who moves the time. `real`: it runs. `driven`: it stands still until {@link EmbeddedChain.advanceTo}, and blocks repeat the
 * last one's time. Transactions are mined at once, on a real chain until {@link EmbeddedChain.mineRegularly}.
 */
export type ChainClock = { readonly kind: "real" } | { readonly kind: "driven"; readonly startsAt: number };

/** A chain that belongs to a work folder. */
export interface EmbeddedChain {
  readonly rpcUrl: string;
  readonly rpc: Rpc;
  readonly pid: number;
  /** Resolves when its process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Whether the chain was there before. */
  readonly resumed: boolean;
  /** From now on there is a block every two seconds, with whatever was sent meanwhile. */
  mineRegularly(): Promise<void>;
  /** Moves a driven clock to a time, unix seconds, with one empty block. */
  advanceTo(time: number): Promise<void>;
  /** Saves the chain now, when it has moved since it was last saved. */
  save(): Promise<void>;
  /** Saves every few seconds from now on. */
  keepSaving(onFailure: (error: unknown) => void): void;
  /** Saves and ends it. */
  stop(): Promise<void>;
  /** Ends it without saving. */
  kill(): Promise<void>;
}

/** What survives with the chain besides its state. */
interface ChainMemory {
  readonly port: number;
  /** A simulated chain goes on from its last block's time; a real one catches up with the clock. */
  readonly simulated: boolean;
}

const BLOCK_TIME_S = 2;
const SAVE_EVERY_MS = 2_000;
/** Saving takes the chain's time: at most one part in this many. */
const SAVE_SHARE = 10;

/**
 * Starts a work folder's chain, new or where it was saved last.
 * @param directory The folder of its state.
 * @throws CONFIG_INVALID, CHAIN_UNREACHABLE, STORE_DAMAGED.
 */
export async function startEmbeddedChain(directory: string, clock: ChainClock): Promise<EmbeddedChain> {
  const memory = readMemory(directory);
  const saved = unpackState(directory);
  const args = ["--chain-id", String(EMBEDDED_CHAIN_ID), "--accounts", "1", "--balance", "1000000"];
  if (saved !== undefined) args.push("--load-state", saved.path);
  const startsAt = firstTime(clock, saved?.head, memory?.simulated ?? false);
  args.push("--timestamp", String(startsAt));
  const anvil = await startOnPort(directory, memory?.port ?? 0, args);
  rmSync(join(directory, "loading.json"), { force: true });
  // Blocks of a driven clock repeat the last block's time unless they are told another.
  if (clock.kind === "driven") await anvil.rpc.call("anvil_setBlockTimestampInterval", 0);
  toJsonFile(memoryFile(directory), {
    port: anvil.port,
    simulated: clock.kind === "driven" || (memory?.simulated ?? false),
  } satisfies ChainMemory);
  return chainOf(directory, anvil, saved?.head);
}

/** A saved state can hold a block or two beyond the head that it is named by, so a simulated time goes on a little later. */
const BEYOND_HEAD_S = 10;

/** A chain that is started again must not make a block that is older than its parent. */
function firstTime(clock: ChainClock, head: BlockRef | undefined, simulated: boolean): number {
  const now = clock.kind === "driven" ? clock.startsAt : Math.floor(Date.now() / 1000);
  if (head === undefined) return now;
  return simulated ? head.time + BEYOND_HEAD_S : Math.max(head.time, now);
}

async function startOnPort(directory: string, port: number, args: string[]): Promise<AnvilProcess> {
  try {
    return await startAnvil({ directory, port, arguments: args });
  } catch (error) {
    // The port of last time is only a convenience: when somebody else has it now, any other will do.
    if (port === 0 || !(error instanceof CairnError) || error.code !== "PORT_IN_USE") throw error;
    return startAnvil({ directory, port: 0, arguments: args });
  }
}

function chainOf(directory: string, anvil: AnvilProcess, loaded: BlockRef | undefined): EmbeddedChain {
  const { rpc } = anvil;
  let savedHash = loaded?.hash;
  let saving: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const saveNow = async () => {
    // The head is read first: everything up to it is then certainly in the dump.
    const head = await readBlock(rpc);
    if (head.hash === savedHash) return;
    const dump = fromHexFast((await rpc.call("anvil_dumpState")) as Hex);
    saveState(directory, head, dump);
    savedHash = head.hash;
  };
  const save = () => {
    saving = saving.catch(() => undefined).then(saveNow);
    return saving;
  };
  const keepSaving = (onFailure: (error: unknown) => void) => {
    const again = async () => {
      const startedAt = performance.now();
      await save().catch(onFailure);
      const took = performance.now() - startedAt;
      if (timer !== undefined) timer = setTimeout(again, Math.max(SAVE_EVERY_MS, SAVE_SHARE * took));
    };
    timer = setTimeout(again, SAVE_EVERY_MS);
  };
  const stopSaving = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    rpcUrl: rpc.url,
    rpc,
    pid: anvil.pid,
    exited: anvil.exited,
    resumed: loaded !== undefined,
    async mineRegularly() {
      await rpc.call("evm_setIntervalMining", BLOCK_TIME_S);
    },
    async advanceTo(time) {
      await rpc.call("evm_setNextBlockTimestamp", time);
      await rpc.call("evm_mine");
    },
    save,
    keepSaving,
    async stop() {
      stopSaving();
      try {
        await save();
      } finally {
        await anvil.kill();
      }
    },
    async kill() {
      stopSaving();
      await anvil.kill();
    },
  };
}

async function readBlock(rpc: Rpc): Promise<BlockRef> {
  const block = (await rpc.call("eth_getBlockByNumber", "latest", false)) as { number: Hex; hash: Hex; timestamp: Hex };
  return { number: Number(block.number), hash: block.hash, time: Number(block.timestamp) };
}

/** Megabytes of hex: the strict decoder of the protocol is for short values. */
function fromHexFast(hex: Hex): Uint8Array {
  return hex.length > 2 ? Buffer.from(hex.slice(2), "hex") : fromHex(hex);
}

function memoryFile(directory: string): string {
  return join(directory, "chain.json");
}

function readMemory(directory: string): ChainMemory | undefined {
  const path = memoryFile(directory);
  return existsSync(path) ? (readJsonFile(path) as ChainMemory) : undefined;
}
