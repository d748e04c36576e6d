import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import type { TransactionReceipt } from "viem";
import { ABIS } from "../../../src/chain/contracts.ts";
import { DAY_S, DROP_S, DROPS_PER_DAY, type Hex, type SignedReading, type SignedReceipt } from "../../../src/protocol/index.ts";
import type { StatusReport } from "../../../src/relayer/jobs/status.ts";
import { keyOf } from "../../relayer/support/keys.ts";
import { readingOf, signReading, type TestCar, type TestIntent } from "../../relayer/support/owners.ts";
import { GENESIS, type TestProgramme } from "../../relayer/support/programme.ts";
import { connect, type ReadingAnswer, type RunningRelayer } from "../../relayer/support/running.ts";
import type { Anvil } from "../../support/anvil.ts";
import { type FaultyProxy, startProxy } from "../../support/rpc-proxy.ts";
import { eventually } from "./eventually.ts";
import { RelayerChild, type StartOptions } from "./relayer-child.ts";
import { CARS, openWorld, startNode, type World } from "./world.ts";

/** How a scenario's stage differs from the usual one. */
export interface StageOptions {
  /** Blocks below the head that are final. Default 2. */
  readonly finalityDepth?: number;
  /** Fields of the relayer's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further flags of anvil. */
  readonly anvil?: readonly string[];
}

/** What stands on every stage: a node, a proxy before it, a relayer behind the proxy, and four cars that remember receipts. */
export class Stage {
  readonly world: World;
  readonly programme: TestProgramme;
  readonly proxy: FaultyProxy;
  readonly relayer: RelayerChild;
  readonly finalityDepth: number;
  /** Every receipt that a car was given, by the reading's digest. */
  readonly receipts = new Map<Hex, SignedReceipt>();
  /** Ids of intents that the relayer took. */
  readonly intents = new Set<Hex>();
  #node: Anvil;
  #drop = 0;
  /** Readings that no relayer was there for. */
  readonly #kept: SignedReading[] = [];
  readonly #odometers = new Map<TestCar, number>();

  private constructor(world: World, node: Anvil, programme: TestProgramme, proxy: FaultyProxy, options: StageOptions) {
    this.world = world;
    this.#node = node;
    this.programme = programme;
    this.proxy = proxy;
    this.finalityDepth = options.finalityDepth ?? 2;
    this.relayer = new RelayerChild(programme.workDir, {
      ...{ rpcUrl: proxy.url, workDir: programme.workDir, pollMs: 20, finalityDepth: this.finalityDepth },
      ...{ relayerKey: keyOf("relayer"), receiptKey: keyOf("receipts"), logLevel: "debug" },
      ...options.config,
    });
  }

  static async open(world: World, options: StageOptions = {}): Promise<Stage> {
    const node = await startNode(world, { args: options.anvil ?? [] });
    const programme = await openWorld(world, node);
    return new Stage(world, node, programme, await startProxy(node.rpcUrl), options);
  }

  async close(): Promise<void> {
    if (this.relayer.isRunning) await this.relayer.kill();
    await this.proxy.stop();
    await this.#node.stop();
    await rm(this.programme.workDir, { recursive: true, force: true });
  }

  /** The drop of the chain's time, by the last move. */
  get drop(): number {
    return this.#drop;
  }

  get api(): RunningRelayer {
    return connect({ url: this.relayer.url, close: async () => undefined }, this.programme);
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
    for (let block = 0; block < blocks; block++) await this.programme.rpc("evm_mine", []);
  }

  /** Takes the newest blocks away, with all that was in them, and puts as many empty ones in their place. */
  async reorg(depth: number, transactions: readonly (readonly [Hex, number])[] = []): Promise<void> {
    await this.programme.rpc("anvil_reorg", [depth, transactions]);
  }

  /** Ends the node at once and starts it again with a state. */
  async restartNode(options: { statePath?: string; time: number }): Promise<void> {
    await this.#node.stop();
    this.#node = await startNode(this.world, { port: this.#node.port, ...options });
    await this.programme.rpc("anvil_setBlockTimestampInterval", [0]);
  }

  /** The time of the newest block, unix seconds. */
  async time(): Promise<number> {
    return Number((await this.programme.client.getBlock()).timestamp);
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

  /** Until the relayer has processed a block of this time. */
  async untilSeen(time: number): Promise<void> {
    await eventually("the relayer sees the block", async () => ((await this.api.status()).chainTime ?? 0) >= time);
  }

  /** Until nothing is due, while blocks go on being mined. */
  async untilIdle(time = 0): Promise<StatusReport> {
    return eventually("the relayer is idle", async () => {
      const status = await this.api.status();
      if (status.idle && (status.chainTime ?? 0) >= time) return status;
      const head = Number(await this.programme.client.getBlockNumber());
      if (this.finalityDepth > 0 && status.headBlock === head) await this.mine(1);
      return undefined;
    });
  }

  /** Until the relayer's report is as wanted. */
  async untilStatus(what: string, holds: (status: StatusReport) => boolean, timeoutMs?: number): Promise<StatusReport> {
    return eventually(what, async () => {
      const status = await this.api.status();
      return holds(status) && status;
    }, timeoutMs);
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
  async deliver(readings: readonly SignedReading[]): Promise<ReadingAnswer[]> {
    const answers = await eventually("readings are answered", async () => {
      const { status, body } = await this.api.post("/v1/readings", { readings });
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
  async intend(intents: readonly TestIntent[]): Promise<void> {
    const bodies = intents.map(({ id: _, ...intent }) => intent);
    const results = await eventually("intents are taken", async () => {
      const { status, body } = await this.api.post("/v1/intents", { intents: bodies });
      return status === 202 && (body as { results: { id?: Hex; error?: { code: string } }[] }).results;
    });
    for (const [at, { id, error }] of results.entries()) {
      assert.equal(id, intents[at]?.id, JSON.stringify(error));
      this.intents.add(id as Hex);
    }
  }

  /** Time goes on to the end of the present day, and until that day can be credited; the relayer does all that is due. */
  async finishDay(): Promise<StatusReport> {
    const end = GENESIS + (Math.floor(this.#drop / DROPS_PER_DAY) + 1) * DAY_S;
    await this.moveTo(end);
    await this.untilIdle(end);
    const creditable = (await this.time()) + 3_600;
    await this.moveTo(creditable);
    return this.untilIdle(creditable);
  }
}
