import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TransactionReceipt } from "viem";
import { ABIS } from "../../../src/chain/contracts.ts";
import {
  DAY_S,
  DROP_S,
  DROPS_PER_DAY,
  type Hex,
  type SignedReading,
  type SignedReceipt,
} from "../../../src/protocol/index.ts";
import type { StatusReport } from "../../../src/relayer/jobs/status.ts";
import { keyOf } from "../../relayer/support/keys.ts";
import { carOf, readingOf, signReading, type TestCar, type TestIntent } from "../../relayer/support/owners.ts";
import { GENESIS, type TestProgramme } from "../../relayer/support/programme.ts";
import { connect, type ReadingAnswer, type RunningRelayer } from "../../relayer/support/running.ts";
import type { Anvil } from "../../support/anvil.ts";
import { type FaultyProxy, startProxy } from "../../support/rpc-proxy.ts";
import { eventually } from "./eventually.ts";
import { RelayerChild, type StartOptions } from "./relayer-child.ts";
import { mount, unmount } from "./small-disk.ts";
import { openStageDatabase, type StageDatabase } from "./stage-database.ts";
import { CARS, CHALLENGE_WINDOW_S, openWorld, startNode, type World } from "./world.ts";

/** Blocks that are mined ahead of what the relayer has seen, while it is waited for. */
const MOST_BLOCKS_AHEAD = 2;
/** About how many looks it takes, while it is waited for, until a block is final. */
const LOOKS_UNTIL_FINAL = 8;

/** How a scenario's stage differs from the usual one. */
export interface StageOptions {
  /** Blocks below the head that are final. Default 2. */
  readonly finalityDepth?: number;
  /** Fields of the relayer's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Puts the work folder on a disk of so many kilobytes. */
  readonly diskKb?: number;
  /** Starts the relayer again whenever it is found dead. */
  readonly revives?: boolean;
  /** Keeps the store in a PostgreSQL server of the stage's own. */
  readonly hasDatabase?: boolean;
}

interface StageParts {
  readonly world: World;
  readonly node: Anvil;
  readonly programme: TestProgramme;
  readonly proxy: FaultyProxy;
  readonly database: StageDatabase | undefined;
}

/** How long a relayer on a shared database leads without being heard of, milliseconds. */
const LEASE_MS = 2_000;

/** What relayers on one database have in common. */
function sharedConfig({ url }: StageDatabase, { workDir }: TestProgramme): Readonly<Record<string, unknown>> {
  return { databaseUrl: url, leaseMs: LEASE_MS, filesDir: join(workDir, "files") };
}

/** What stands on every stage: a node, a proxy before it, a relayer behind the proxy, and four cars that remember receipts. */
export class Stage {
  readonly world: World;
  readonly programme: TestProgramme;
  readonly proxy: FaultyProxy;
  /** The server of the store, if it is in one. */
  readonly database: StageDatabase | undefined;
  readonly #relayers: RelayerChild[] = [];
  #asked: RelayerChild;
  readonly finalityDepth: number;
  /** Every receipt that a car was given, by the reading's digest. */
  readonly receipts = new Map<Hex, SignedReceipt>();
  /** Ids of intents that the relayer took. */
  readonly intents = new Set<Hex>();
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #hasDisk: boolean;
  readonly #revives: boolean;
  #node: Anvil;
  #drop = 0;
  /** Readings that no relayer was there for. */
  readonly #kept: SignedReading[] = [];
  readonly #odometers = new Map<TestCar, number>();

  private constructor(parts: StageParts, options: StageOptions) {
    const { world, node, programme, proxy, database } = parts;
    this.world = world;
    this.#node = node;
    this.programme = programme;
    this.proxy = proxy;
    this.database = database;
    this.finalityDepth = options.finalityDepth ?? 2;
    this.#config = {
      ...{ rpcUrl: proxy.url, pollMs: 20, finalityDepth: this.finalityDepth, logLevel: "debug" },
      ...{ relayerKey: keyOf("relayer"), receiptKey: keyOf("receipts") },
      ...(database === undefined ? {} : sharedConfig(database, programme)),
      ...options.config,
    };
    this.#revives = options.revives ?? false;
    this.#hasDisk = options.diskKb !== undefined;
    this.#asked = this.another(programme.workDir);
  }

  /** The relayer that is asked, and that cars and owners deliver to. */
  get relayer(): RelayerChild {
    return this.#asked;
  }

  /** From now on this one is asked. */
  turnTo(relayer: RelayerChild): void {
    this.#asked = relayer;
  }

  /** A relayer with the same configuration on any work folder; not started. */
  another(workDir: string): RelayerChild {
    const relayer = new RelayerChild(workDir, { ...this.#config, workDir });
    this.#relayers.push(relayer);
    return relayer;
  }

  /** A further relayer on the same database, with a work folder of its own; not started. */
  async beside(name: string): Promise<RelayerChild> {
    const workDir = join(this.programme.workDir, name);
    await mkdir(workDir);
    await writeFile(join(workDir, "deployment.json"), JSON.stringify(this.world.deployment));
    return this.another(workDir);
  }

  /** Rows of the relayers' store. */
  async rows<R extends object>(sql: string): Promise<R[]> {
    if (this.database !== undefined) return this.database.rows<R>(sql);
    const database = new DatabaseSync(join(this.programme.workDir, "relayer.sqlite"));
    try {
      return database.prepare(sql).all() as R[];
    } finally {
      database.close();
    }
  }

  static async open(world: World, options: StageOptions = {}): Promise<Stage> {
    const { statePath, time } = world;
    const node = await startNode({ statePath, time });
    const programme = await openWorld(world, node);
    if (options.diskKb !== undefined) {
      mount(programme.workDir, options.diskKb);
      await writeFile(join(programme.workDir, "deployment.json"), JSON.stringify(world.deployment));
    }
    const database = options.hasDatabase ? await openStageDatabase() : undefined;
    return new Stage({ world, node, programme, proxy: await startProxy(node.rpcUrl), database }, options);
  }

  async close(): Promise<void> {
    for (const relayer of this.#relayers.filter(({ isRunning }) => isRunning)) await relayer.kill();
    await this.database?.server.stop();
    await this.proxy.stop();
    await this.#node.stop();
    if (this.#hasDisk) unmount(this.programme.workDir);
    await rm(this.programme.workDir, { recursive: true, force: true });
  }

  /** Starts the relayer again if it is dead and this stage revives it. */
  async revive(): Promise<void> {
    if (this.#revives && !this.relayer.isRunning)
      await eventually("it is revived", () => this.relayer.start().then(() => true));
  }

  /** Asks the relayer until the answer is there. */
  #eventually<T>(what: string, ask: () => Promise<T | undefined | false>, timeoutMs?: number): Promise<T> {
    return eventually(
      what,
      async () => {
        await this.revive();
        return ask();
      },
      timeoutMs,
    );
  }

  /** The drop of the chain's time, by the last move. */
  get drop(): number {
    return this.#drop;
  }

  get api(): RunningRelayer {
    return this.apiOf(this.relayer);
  }

  apiOf({ url }: RelayerChild): RunningRelayer {
    return connect({ url, close: async () => undefined }, this.programme);
  }

  /** Until a relayer leads, or follows. */
  async untilLeading(relayer: RelayerChild, leading = true): Promise<void> {
    await eventually(leading ? "it leads" : "it follows", async () => {
      const status = await this.apiOf(relayer).status();
      return status.leading === leading && status.chainTime !== null;
    });
  }

  /** The relayer is started and has caught up, at genesis. */
  async begin(options: StartOptions = {}): Promise<void> {
    await this.relayer.start(options);
    await this.moveTo(GENESIS);
    await this.untilIdle(GENESIS);
  }

  /** Mines a block at a time, and enough blocks above it that it is final. */
  async moveTo(time: number): Promise<void> {
    await this.programme.moveTo(time);
    await this.mine(this.finalityDepth);
    this.#drop = Math.floor((time - GENESIS) / DROP_S);
  }

  /** Mines blocks; the chain's time stands still. */
  async mine(blocks: number): Promise<void> {
    if (blocks > 0) await this.programme.rpc("anvil_mine", [`0x${blocks.toString(16)}`, "0x0"]);
  }

  /** Takes the newest blocks away, with all that was in them, and puts as many empty ones in their place. */
  async reorg(depth: number, transactions: readonly (readonly [Hex, number])[] = []): Promise<void> {
    await this.programme.rpc("anvil_reorg", [depth, transactions]);
  }

  /** Ends the node at once and starts it again, with a state or as an empty chain. */
  async restartNode(options: { statePath?: string; time: number }): Promise<void> {
    await this.#node.stop();
    this.#node = await startNode({ port: this.#node.port, ...options });
    await this.programme.rpc("anvil_setBlockTimestampInterval", [0]);
  }

  /** The time of the newest block, unix seconds. */
  async time(): Promise<number> {
    return Number((await this.programme.client.getBlock()).timestamp);
  }

  /** Whether the node mines what it is sent at once, as it does at first. */
  async setAutomine(on: boolean): Promise<void> {
    await this.programme.rpc("evm_setAutomine", [on]);
  }

  /** Base fee of the next block, wei; from then on it follows the chain's rule. */
  async setBaseFee(wei: bigint): Promise<void> {
    await this.programme.rpc("anvil_setNextBlockBaseFeePerGas", [`0x${wei.toString(16)}`]);
  }

  /** How many transactions wait in the node's pool: ready ones, and ones behind a gap. */
  async pooled(): Promise<{ ready: number; behindGap: number }> {
    const { pending, queued } = (await this.programme.rpc("txpool_status", [])) as { pending: Hex; queued: Hex };
    return { ready: Number(pending), behindGap: Number(queued) };
  }

  /** Why the relayer says that it is not ready, until it says this. */
  async untilUnready(reason: string): Promise<void> {
    await this.#eventually(`not ready: ${reason}`, async () => {
      const { body } = await this.api.get("/readyz");
      return (body as { reason?: string }).reason === reason;
    });
  }

  /** The receipt of a transaction; undefined while it is not in a block. */
  async receiptOf(hash: Hex | undefined): Promise<TransactionReceipt | undefined> {
    assert.ok(hash !== undefined);
    return this.programme.client.getTransactionReceipt({ hash }).catch((error: Error) => {
      if (error.name === "TransactionReceiptNotFoundError") return undefined;
      throw error;
    });
  }

  /** How many drops are anchored on the chain. */
  async anchoredDrops(): Promise<number> {
    const { client, deployment } = this.programme;
    const address = deployment.contracts.dropAnchor;
    return Number(await client.readContract({ address, abi: ABIS.dropAnchor, functionName: "nextDrop" }));
  }

  /** What the relayer shows a drop as. */
  async shownState(drop: number): Promise<string> {
    const { body } = await this.api.get(`/v1/drops/${drop}`);
    return (body as { state: string }).state;
  }

  /** Until the relayer has processed a block of this time. */
  async untilSeen(time: number, relayer?: RelayerChild): Promise<void> {
    await this.#eventually(
      "the relayer sees the block",
      async () => ((await this.apiOf(relayer ?? this.relayer).status()).chainTime ?? 0) >= time,
    );
  }

  /** Until nothing is due, while blocks go on being mined. */
  async untilIdle(time = 0): Promise<StatusReport> {
    return this.#eventually("the relayer is idle", async () => {
      const status = await this.api.status();
      if (status.idle && (status.chainTime ?? 0) >= time) return status;
      const head = Number(await this.programme.client.getBlockNumber());
      const isBehind = head - (status.headBlock ?? 0) > MOST_BLOCKS_AHEAD;
      if (!isBehind) await this.mine(Math.ceil(this.finalityDepth / LOOKS_UNTIL_FINAL));
      throw new Error(JSON.stringify(status));
    });
  }

  /** Until the relayer's report is as wanted. */
  async untilStatus(what: string, holds: (status: StatusReport) => boolean, timeoutMs?: number): Promise<StatusReport> {
    return this.#eventually(
      what,
      async () => {
        const status = await this.api.status();
        return holds(status) && status;
      },
      timeoutMs,
    );
  }

  /** What all cars drove in the drop that has just ended, signed. */
  drivenReadings(endedAt: number): SignedReading[] {
    return CARS.map((car, at) => {
      const odometerStart = this.#odometers.get(car) ?? 1_000 * (at + 1);
      const odometerEnd = odometerStart + 100 * (at + 1) + this.#drop;
      this.#odometers.set(car, odometerEnd);
      const fields = { sequence: (endedAt - GENESIS) / DROP_S, startedAt: endedAt - DROP_S, endedAt };
      return signReading(this.programme, car, readingOf(car, { ...fields, odometerStart, odometerEnd }));
    });
  }

  /** Time goes on to the next drop, in which the cars deliver what they drove before. */
  async drive(drops = 1): Promise<void> {
    for (let count = 0; count < drops; count++) {
      const readings = await this.endDrop();
      await this.untilSeen(this.dropTime);
      await this.deliver(readings);
    }
  }

  /** Time goes on to the next drop. @returns What the cars drove, undelivered. */
  async endDrop(): Promise<SignedReading[]> {
    await this.moveTo(GENESIS + (this.#drop + 1) * DROP_S);
    return this.drivenReadings(this.dropTime);
  }

  /** Time goes on to the next drop, at which the relayer dies by itself. The cars keep what they drove. */
  async endDropAndDie(): Promise<void> {
    this.#kept.push(...(await this.endDrop()));
    const { signal } = await this.relayer.ended();
    assert.equal(signal, "SIGKILL");
  }

  /** The cars deliver what they kept. */
  async deliverKept(): Promise<void> {
    await this.untilSeen(this.dropTime);
    await this.deliver(this.#kept.splice(0));
  }

  /** Start of the present drop, unix seconds. */
  get dropTime(): number {
    return GENESIS + this.#drop * DROP_S;
  }

  /** Delivers readings as cars do: again and again until they are answered. All must be accepted. */
  async deliver(readings: readonly SignedReading[], relayer?: RelayerChild): Promise<ReadingAnswer[]> {
    const answers = await this.#eventually("readings are answered", async () => {
      const { status, body } = await this.apiOf(relayer ?? this.relayer).post("/v1/readings", { readings });
      return status === 200 && (body as { results: ReadingAnswer[] }).results;
    });
    for (const answer of answers) this.#keep(answer);
    return answers;
  }

  #keep({ digest, receipt, signature, refusal }: ReadingAnswer): void {
    assert.ok(receipt !== undefined, `reading ${digest} was refused: ${refusal}`);
    const known = this.receipts.get(digest as Hex);
    if (known !== undefined) assert.deepEqual(receipt, known.receipt, "a second receipt differs from the first");
    this.receipts.set(digest as Hex, { receipt, signature } as unknown as SignedReceipt);
  }

  /** Delivers intents until they are taken. */
  async intend(intents: readonly TestIntent[], relayer?: RelayerChild): Promise<void> {
    const bodies = intents.map(({ id: _, ...intent }) => intent);
    const results = await this.#eventually("intents are taken", async () => {
      const { status, body } = await this.apiOf(relayer ?? this.relayer).post("/v1/intents", { intents: bodies });
      return status === 202 && (body as { results: { id?: Hex; error?: { code: string } }[] }).results;
    });
    for (const [at, { id, error }] of results.entries()) {
      assert.equal(id, intents[at]?.id, JSON.stringify(error));
      this.intents.add(id as Hex);
    }
  }

  /** A reading of a car that is none of the programme's. */
  foreignReading(sequence: number): SignedReading {
    const car = carOf("stranger", "nobody");
    return signReading(this.programme, car, readingOf(car, { sequence, startedAt: GENESIS, endedAt: GENESIS + 9 }));
  }

  /** What the relayer shows a day as. */
  async dayState(day: number): Promise<string> {
    const { body } = await this.api.get(`/v1/days/${day}`);
    return (body as { state: string }).state;
  }

  /** Time goes on to the end of the present day. */
  async moveToDayEnd(): Promise<void> {
    await this.moveTo(GENESIS + (Math.floor(this.#drop / DROPS_PER_DAY) + 1) * DAY_S);
  }

  /** Time goes on to the end of the present day, and until that day can be credited; the relayer does all that is due. */
  async finishDay(): Promise<StatusReport> {
    await this.moveToDayEnd();
    await this.untilIdle(this.dropTime);
    const creditable = (await this.time()) + CHALLENGE_WINDOW_S;
    await this.moveTo(creditable);
    return this.untilIdle(creditable);
  }
}
