import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createTestClient,
  encodeAbiParameters,
  http,
  keccak256,
  pad,
  publicActions,
  toHex,
  walletActions,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ABIS } from "../../src/chain/contracts.ts";
import { deployProgramme, type RuleSet } from "../../src/chain/write/deploy.ts";
import { deviceKeyFromSeed, signPairing } from "../../src/device/signer.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import {
  DAY_S,
  type Deployment,
  DROP_S,
  DROPS_PER_DAY,
  dataDigest,
  dayFilePath,
  dropFilePath,
  type Reading,
  type Receipt,
  readingDigest,
  signingDomain,
  typedDigest,
  ZERO_HASH,
} from "../../src/protocol/codec/index.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { Books, type DayBook, type DropBook, type Planned, type Scheme } from "./dishonest-books.ts";
import { Publisher } from "./dishonest-files.ts";

export const MIDNIGHT = 1_750_003_200;
const HOUR_S = 3_600;
/** Consent to mileage and driving behaviour. */
const MASK = 0b11;
export const DAYS = 3;
export const RULES: RuleSet = {
  dailyCapM: 20_000,
  windowDays: 2,
  maxUnitsPerMetre: 5_000_000_000n,
  challengeWindowS: HOUR_S,
  noticeS: DAY_S,
  redemptionDelayDays: 0,
  readingMaxAgeS: DAY_S,
  receiptDeadlineS: 2 * DAY_S,
  objectionS: HOUR_S,
  maxFulfilmentS: DAY_S,
  pushIntervalDays: 1,
  maxCrystalsPerDay: 1_000,
  maxRegistrationsPerDay: 10,
};

const RUBBISH: Hex = `0x${"fe".repeat(32)}`;
const fill = (byte: string): Hex => `0x${byte.repeat(20)}`;
const ROLES = {
  admin: fill("01"),
  relayer: fill("02"),
  guardian: fill("03"),
  manufacturer: fill("04"),
  operator: fill("05"),
  catalogue: fill("06"),
  arbiter: fill("07"),
  rules: fill("08"),
} as const;
const RECIPIENT = fill("09");
const DEPLOYER_KEY: Hex = `0x${"11".repeat(32)}`;
export const RECEIPT_SIGNER = privateKeyToAccount(`0x${"22".repeat(32)}`);
export const STRANGER = privateKeyToAccount(`0x${"33".repeat(32)}`);

/** Three cars; their owners' addresses are not in the order of the cars. */
export const CARS = [makeCar(0, "c3"), makeCar(1, "a1"), makeCar(2, "b2")] as const;
export type Car = ReturnType<typeof makeCar>;

function makeCar(number: number, owner: string) {
  return {
    vehicle: `0x${`${number + 1}e`.repeat(32)}` as Hex,
    account: fill(owner),
    key: deviceKeyFromSeed(Buffer.from(`dishonest producer car ${number}`)),
  };
}

type Client = ReturnType<typeof createClient>;

function createClient(rpcUrl: string) {
  return createTestClient({ mode: "anvil", transport: http(rpcUrl), cacheTime: 0, pollingInterval: 10 })
    .extend(publicActions)
    .extend(walletActions);
}

/** A chain with contracts, three paired cars and their owners' consents; every run starts from there again. */
export class DishonestProducer {
  readonly rpcUrl: string;
  readonly #anvil: Anvil;
  readonly #client: Client;
  readonly #folders: string[] = [];
  #deployment: Deployment | undefined;
  #snapshot: Hex | undefined;

  private constructor(anvil: Anvil) {
    this.#anvil = anvil;
    this.rpcUrl = anvil.rpcUrl;
    this.#client = createClient(anvil.rpcUrl);
  }

  static async start(): Promise<DishonestProducer> {
    const args = ["--auto-impersonate", "--chain-id", "31337"];
    const producer = new DishonestProducer(await startAnvil({ timestamp: MIDNIGHT - HOUR_S, args }));
    await producer.#setUp();
    return producer;
  }

  async stop(): Promise<void> {
    await this.#anvil.stop();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  get deployment(): Deployment {
    return this.#deployment as Deployment;
  }

  async #setUp(): Promise<void> {
    const client = this.#client;
    await client.setBlockTimestampInterval({ interval: 0 });
    const actors = [
      ...Object.values(ROLES),
      ...CARS.map(({ account }) => account),
      privateKeyToAccount(DEPLOYER_KEY).address,
    ];
    for (const address of actors) await client.setBalance({ address, value: 10n ** 21n });
    const genesis = MIDNIGHT;
    this.#deployment = await deployProgramme({
      rpcUrl: this.rpcUrl,
      deployerKey: DEPLOYER_KEY,
      roles: ROLES,
      operator: RECIPIENT,
      receiptKey: RECEIPT_SIGNER.address,
      genesis,
      rules: RULES,
      notices: [zeroHash],
    });
    const registrations = CARS.map(({ vehicle, key }) => ({ vehicle, keyX: key.publicKey.x, keyY: key.publicKey.y }));
    await this.send("manufacturer", "vehicleRegistry", "registerVehicles", [registrations]);
    for (const car of CARS) {
      const pairing = { vehicle: car.vehicle, account: car.account, deadline: genesis };
      const signature = signPairing(car.key, signingDomain(this.deployment, "VehiclePairing"), pairing);
      await this.send(car.account, "vehicleRegistry", "pairVehicle", [pairing, signature]);
      await this.grant(car, 1);
    }
    const terms = {
      sku: `0x${"77".repeat(32)}`,
      price: 1_000_000_000n,
      stock: 3,
      opensAt: genesis,
      closesAt: genesis + 100 * DAY_S,
      fulfilmentS: HOUR_S,
      minDaysPaired: 1,
      maxRank: 0,
    };
    await this.send("catalogue", "redemptionDesk", "listItem", [terms]);
    this.#snapshot = await client.snapshot();
  }

  /** Sends a call from a role or an address and waits for its success. */
  async send(
    from: keyof typeof ROLES | Hex,
    contract: keyof typeof ABIS,
    functionName: string,
    args: unknown[],
  ): Promise<Hex> {
    const account = from.startsWith("0x") ? (from as Hex) : ROLES[from as keyof typeof ROLES];
    const hash = await this.#client.writeContract({
      address: this.deployment.contracts[contract],
      abi: ABIS[contract] as readonly unknown[],
      functionName,
      args,
      account,
      chain: null,
    });
    const receipt = await this.#client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${contract}.${functionName} reverted`);
    return hash;
  }

  async grant(car: Car, version: number, categories = MASK): Promise<void> {
    const grant = {
      account: car.account,
      recipient: RECIPIENT,
      purpose: 1,
      categories: BigInt(categories),
      expires: 0,
      notice: 1,
      version,
      deadline: 0,
      recordHash: zeroHash,
    };
    await this.send(car.account, "consentRegistry", "grantConsent", [grant]);
  }

  async withdraw(car: Car, version: number): Promise<void> {
    const withdrawal = { account: car.account, recipient: RECIPIENT, purpose: 1, version };
    await this.send(car.account, "consentRegistry", "withdrawConsent", [withdrawal]);
  }

  /** Moves chain time. */
  async moveTo(time: number): Promise<void> {
    await this.#client.setNextBlockTimestamp({ timestamp: BigInt(time) });
    await this.#client.mine({ blocks: 1 });
  }

  /** Writes an account's mined stones into the ledger's storage, behind the contract's back. */
  async writeStones(account: Hex, mined: bigint): Promise<void> {
    // Slot 0 is AccessManaged's authority, slot 1 is _accounts; its word has mined in the lowest 64 bits.
    const index = keccak256(encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [account, 1n]));
    const value = pad(toHex(mined), { size: 32 });
    await this.#client.setStorageAt({ address: this.deployment.contracts.stoneLedger, index, value });
    await this.#client.mine({ blocks: 1 });
  }

  /** A signed reading of a car, for the drop in which it ends or a later one. */
  planned(car: Car, facts: Partial<Reading> & { startedAt: number }, drop?: number): Planned {
    const reading: Reading = {
      vehicle: car.vehicle,
      sequence: facts.startedAt - MIDNIGHT,
      endedAt: facts.startedAt + 540,
      odometerStart: 1_000_000,
      odometerEnd: 1_000_000,
      takeovers: 0,
      categories: MASK,
      payload: `0x${"ab".repeat(32)}`,
      ...facts,
    };
    const digest = readingDigest(signingDomain(this.deployment, "Reading"), reading);
    const own = Math.floor((reading.endedAt - MIDNIGHT) / DROP_S);
    return { drop: drop ?? own, reading, digest, account: car.account, signature: car.key.signDigest(digest) };
  }

  /** Three trips a day and car. The third of car 0 passes the daily cap; the last of day 0 of car 1 comes a day late. */
  honestPlan(): Planned[] {
    const plan: Planned[] = [];
    CARS.forEach((car, c) => {
      let odometer = 10_000;
      for (let trip = 0; trip < 3 * DAYS; trip++) {
        const day = Math.floor(trip / 3);
        const startedAt = MIDNIGHT + day * DAY_S + (8 + 2 * (trip % 3)) * HOUR_S + 7 * c;
        const metres = 7_001 - 500 * c;
        const facts = { startedAt, odometerStart: odometer, odometerEnd: odometer + metres };
        const late = c === 1 && trip === 2;
        plan.push(this.planned(car, facts, late ? DROPS_PER_DAY + 3 : undefined));
        odometer += metres;
      }
    });
    return plan;
  }

  /** Signs a receipt for a planned reading. */
  async receiptFor(planned: Planned, changes: Partial<Receipt> & { signer?: typeof STRANGER } = {}) {
    const { signer, ...rest } = changes;
    const receipt: Receipt = {
      readingDigest: planned.digest,
      account: planned.account,
      drop: planned.drop,
      deadline: MIDNIGHT + DROP_S * (planned.drop + 1) + RULES.receiptDeadlineS,
      ...rest,
    };
    const hash = typedDigest(signingDomain(this.deployment, "Receipt"), "Receipt", receipt);
    return { receipt, signature: await (signer ?? RECEIPT_SIGNER).sign({ hash }) };
  }

  /** Goes back to the start and begins a run with its own folder. */
  async begin(scheme: Scheme = {}): Promise<Run> {
    await this.#client.revert({ id: this.#snapshot as Hex });
    this.#snapshot = await this.#client.snapshot();
    await this.#client.setBlockTimestampInterval({ interval: 0 });
    const folder = await mkdtemp(join(tmpdir(), "cairn-dishonest-"));
    this.#folders.push(folder);
    const filesDir = join(folder, "files");
    await mkdir(filesDir, { recursive: true });
    await writeFile(join(filesDir, "manifest.jsonl"), "");
    const to = { folder: filesDir, deployment: this.deployment, signer: RECEIPT_SIGNER };
    return new Run(this, { folder, filesDir, publisher: await Publisher.open(to), scheme });
  }
}

/** One run of the programme over {@link DAYS} days. */
export class Run {
  readonly filesDir: string;
  readonly folder: string;
  readonly publisher: Publisher;
  readonly drops: DropBook[] = [];
  readonly days: DayBook[] = [];
  readonly #producer: DishonestProducer;
  readonly #books: Books;
  readonly #scheme: Scheme;
  readonly #plan: readonly Planned[];

  constructor(
    producer: DishonestProducer,
    { folder, filesDir, publisher, scheme }: { folder: string; filesDir: string; publisher: Publisher; scheme: Scheme },
  ) {
    this.#producer = producer;
    this.folder = folder;
    this.filesDir = filesDir;
    this.publisher = publisher;
    this.#scheme = scheme;
    this.#books = new Books({ genesis: MIDNIGHT, ...RULES }, scheme);
    const honest = producer.honestPlan();
    this.#plan = scheme.plan?.(honest) ?? honest;
  }

  get plan(): readonly Planned[] {
    return this.#plan;
  }

  /** Every day from anchoring to settlement. */
  async runDays(days = DAYS): Promise<void> {
    for (let day = this.days.length; day < days; day++) {
      await this.driveDay(day);
      await this.closeDay(day);
    }
  }

  /** What owners do while a day passes: on day 1 the third one withdraws at noon after the trips, and consents again at 14:30. */
  async driveDay(day: number): Promise<void> {
    if (day !== 1) return;
    const car = CARS[2];
    await this.#producer.moveTo(MIDNIGHT + DAY_S + 13 * HOUR_S);
    await this.#producer.withdraw(car, 2);
    await this.#producer.moveTo(MIDNIGHT + DAY_S + 14 * HOUR_S);
    await this.#producer.grant(car, 3);
  }

  async closeDay(day: number): Promise<void> {
    await this.moveToEnd(day);
    await this.anchorDay(day);
    await this.settleDay(day);
  }

  /** Waits for a day to be over. */
  async moveToEnd(day: number): Promise<void> {
    await this.#producer.moveTo(MIDNIGHT + (day + 1) * DAY_S);
  }

  /** Closes and anchors a day's drops in one call, and publishes their files. */
  async anchorDay(day: number, by: "anchorDrops" | "supersede" = "anchorDrops"): Promise<void> {
    const first = day * DROPS_PER_DAY;
    const books: DropBook[] = [];
    for (let drop = first; drop < first + DROPS_PER_DAY; drop++) {
      const book = this.#books.closeDrop(
        drop,
        this.#plan.filter((planned) => planned.drop === drop),
      );
      books.push(book);
      if (book.rows.length > 0) await this.publisher.publish("drop", dropFilePath(drop), book.rows);
    }
    this.drops.push(...books);
    const roots = books.map(({ drop, root }) => this.#scheme.dropRoot?.(drop, root) ?? root);
    const honest = dataDigest(books.map(({ rows, digest: own }) => (rows.length > 0 ? own : ZERO_HASH)));
    const digest = this.#scheme.anchorDigest?.(day, honest) ?? honest;
    await this.#producer.send("relayer", "dropAnchor", by, [BigInt(first), roots, digest]);
  }

  /** Anchors a day with a root of nothing in its first drop, as a thief of the key might. */
  async anchorRubbish(day: number): Promise<void> {
    await this.moveToEnd(day);
    const roots = Array.from({ length: DROPS_PER_DAY }, (_, i) => (i === 0 ? RUBBISH : zeroHash));
    await this.#producer.send("relayer", "dropAnchor", "anchorDrops", [BigInt(day * DROPS_PER_DAY), roots, zeroHash]);
  }

  /** Settles a day with false roots, which the guardian vetoes; waits until it may be settled again. */
  async vetoFalseDay(day: number): Promise<void> {
    const before = this.days[day - 1]?.settlement;
    const totals = [before?.accounts ?? 0, before?.totalStones ?? 0n, 0n, before?.totalMetres ?? 0n, zeroHash];
    await this.#producer.send("relayer", "stoneLedger", "settleDay", [BigInt(day), zeroHash, zeroHash, ...totals]);
    await this.#producer.send("guardian", "stoneLedger", "vetoDay", [BigInt(day)]);
    await this.#producer.moveTo(MIDNIGHT + (day + 1) * DAY_S + RULES.challengeWindowS);
  }

  /** Closes and settles a day, and publishes its file. */
  async settleDay(day: number): Promise<void> {
    const book = this.#books.closeDay(day);
    this.days.push(book);
    if (book.rows.length > 0) await this.publisher.publish("day", dayFilePath(day), book.rows);
    await this.settle(book);
  }

  /** Calls settleDay with a day's numbers. */
  async settle({ day, settlement: s }: DayBook): Promise<void> {
    const totals = [s.accounts, s.totalStones, s.totalCrystals, s.totalMetres, s.dataDigest];
    await this.#producer.send("relayer", "stoneLedger", "settleDay", [
      BigInt(day),
      s.stonesRoot,
      s.metresRoot,
      ...totals,
    ]);
  }

  /** Waits until a day may be credited. */
  async moveToCreditable(day: number): Promise<void> {
    await this.#producer.moveTo(MIDNIGHT + (day + 1) * DAY_S + RULES.challengeWindowS);
  }

  /** Credits everybody from a settled day, after its challenge window. */
  async credit(day: number): Promise<void> {
    await this.moveToCreditable(day);
    const { leaves, stonesTree } = this.days[day] as DayBook;
    const { order, proof, proofFlags } = stonesTree.multiProof(leaves.map(({ index }) => index));
    const ordered = order.map((index) => leaves[index]);
    await this.#producer.send("relayer", "stoneLedger", "creditMany", [BigInt(day), ordered, proof, proofFlags]);
  }

  /** Car 0's owner orders three times: one is fulfilled and accepted, one objected to and refunded, one refunded when overdue. */
  async order(): Promise<void> {
    const car = CARS[0];
    const domain = signingDomain(this.#producer.deployment, "OrderIntent");
    const ids: Hex[] = [];
    for (const nonce of [1n, 2n, 3n]) {
      const intent = {
        account: car.account,
        item: 1,
        vehicle: car.vehicle,
        maxPrice: 2_000_000_000n,
        nonce,
        deadline: 0,
      };
      await this.#producer.send(car.account, "redemptionDesk", "placeOrder", [intent]);
      ids.push(typedDigest(domain, "OrderIntent", intent));
    }
    const [accepted, objected, overdue] = ids;
    await this.#producer.send("operator", "redemptionDesk", "fulfilOrder", [accepted, zeroHash]);
    await this.#producer.send(car.account, "redemptionDesk", "acceptOrder", [accepted]);
    await this.#producer.send("operator", "redemptionDesk", "fulfilOrder", [objected, zeroHash]);
    await this.#producer.send(car.account, "redemptionDesk", "objectOrder", [objected, zeroHash]);
    await this.#producer.send("arbiter", "redemptionDesk", "decideOrder", [objected, true]);
    await this.#producer.moveTo(MIDNIGHT + DAYS * DAY_S + RULES.challengeWindowS + HOUR_S + 1);
    await this.#producer.send(car.account, "redemptionDesk", "refundOrder", [overdue]);
  }

  /** Writes receipts where an audit finds them. @returns The folder. */
  async writeReceipts(receipts: readonly unknown[]): Promise<string> {
    const folder = join(this.folder, "receipts");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "receipts.json"), JSON.stringify(receipts));
    return folder;
  }
}
