import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keccak256, zeroHash } from "viem";
import type { ABIS } from "../../src/chain/contracts.ts";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import {
  awardFilePath,
  DAY_S,
  type Deployment,
  DROPS_PER_DAY,
  dataDigest,
  dayFilePath,
  dropFilePath,
  signingDomain,
  typedDigest,
} from "../../src/protocol/codec/index.ts";
import { Books, type DayBook, type DropBook, type Planned, type PlannedAward, type Scheme } from "./dishonest-books.ts";
import { CARS, type Car, DAYS, HOUR_S, MIDNIGHT, type ROLES, RULES } from "./dishonest-cast.ts";
import type { Publisher } from "./dishonest-files.ts";

interface Anchoring {
  readonly role: keyof typeof ROLES;
  readonly call: string;
  /** Whole days after the end of the anchored one. */
  readonly daysLate?: number;
}
const OWN_ANCHORING: Anchoring = { role: "relayer", call: "anchorDrops" };
const RUBBISH: Hex = `0x${"fe".repeat(32)}`;

/** What a run does on the chain. */
export interface Stage {
  readonly deployment: Deployment;
  send(from: keyof typeof ROLES | Hex, contract: keyof typeof ABIS, name: string, args: unknown[]): Promise<Hex>;
  moveTo(time: number): Promise<void>;
  now(): Promise<{ time: number }>;
  grant(car: Car, version: number): Promise<void>;
  withdraw(car: Car, version: number): Promise<void>;
  honestPlan(): Planned[];
}

interface RunParts {
  readonly folder: string;
  readonly filesDir: string;
  readonly publisher: Publisher;
  /** What the operator publishes, in a folder of its own. */
  readonly operatorFilesDir: string;
  readonly operator: Publisher;
  readonly scheme: Scheme;
  readonly awards: readonly PlannedAward[];
}

/** One run of the programme over {@link DAYS} days. */
export class Run {
  readonly filesDir: string;
  readonly folder: string;
  readonly publisher: Publisher;
  readonly operator: Publisher;
  /** The relayer's and the operator's folder. */
  readonly filesDirs: readonly string[];
  readonly drops: DropBook[] = [];
  readonly days: DayBook[] = [];
  readonly #producer: Stage;
  readonly #books: Books;
  readonly #scheme: Scheme;
  #meanwhile: ((day: number) => Promise<void>) | undefined;
  #laterRules: { fromDay: number; rules: RuleSet } = { fromDay: DAYS, rules: RULES };
  readonly #plan: readonly Planned[];
  readonly #awards: readonly PlannedAward[];

  constructor(producer: Stage, { folder, filesDir, publisher, operatorFilesDir, operator, scheme, awards }: RunParts) {
    this.#producer = producer;
    this.folder = folder;
    this.filesDir = filesDir;
    this.publisher = publisher;
    this.operator = operator;
    this.filesDirs = [filesDir, operatorFilesDir];
    this.#scheme = scheme;
    this.#books = new Books(
      { genesis: MIDNIGHT, on: (day) => (day < this.#laterRules.fromDay ? RULES : this.#laterRules.rules) },
      scheme,
    );
    const honest = producer.honestPlan();
    this.#plan = scheme.plan?.(honest) ?? honest;
    this.#awards = awards;
  }

  get plan(): readonly Planned[] {
    return this.#plan;
  }

  /** Schedules other rules, from a day on. */
  async scheduleRules(fromDay: number, changes: Partial<RuleSet>): Promise<void> {
    this.#laterRules = { fromDay, rules: { ...RULES, ...changes } };
    await this.#producer.send("rules", "rules", "scheduleRules", [fromDay, this.#laterRules.rules]);
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
    if (day !== 1) return this.#meanwhile?.(day);
    const car = CARS[2];
    await this.#producer.moveTo(MIDNIGHT + DAY_S + 13 * HOUR_S);
    await this.#producer.withdraw(car, 2);
    await this.#producer.moveTo(MIDNIGHT + DAY_S + 14 * HOUR_S);
    await this.#producer.grant(car, 5);
    await this.#meanwhile?.(day);
  }

  /** Has something more happen on each day, after {@link Run.driveDay}. */
  meanwhile(happens: (day: number) => Promise<void>): void {
    this.#meanwhile = happens;
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
        this.#awards.filter((planned) => planned.drop === drop),
      );
      books.push(book);
      await this.#publishDrop(book);
    }
    this.drops.push(...books);
    const roots = books.map(({ drop, root }) => this.#scheme.dropRoot?.(drop, root) ?? root);
    const honest = dataDigest(books.map((book) => book.dropDigest));
    const digest = this.#scheme.anchorDigest?.(day, honest) ?? honest;
    await this.#producer.send("relayer", "dropAnchor", by, [BigInt(first), roots, digest]);
  }

  async #publishDrop({ drop, files }: DropBook, erased?: readonly Hex[]): Promise<void> {
    if (files.drop.length > 0) await this.publisher.publish("drop", dropFilePath(drop), files.drop, erased);
    if (files.award.length > 0) await this.publisher.publish("award", awardFilePath(drop), files.award, erased);
  }

  /** Publishes accounts' rows of all drops and days as their hashes alone. */
  async erase(...accounts: readonly Hex[]): Promise<void> {
    await this.eraseFromDays(...accounts);
    for (const book of this.drops) await this.#publishDrop(book, accounts);
  }

  /** The first half of {@link Run.erase}: the days' files. */
  async eraseFromDays(...accounts: readonly Hex[]): Promise<void> {
    for (const { day, rows } of this.days) await this.publisher.publish("day", dayFilePath(day), rows, accounts);
  }

  /** Anchors a day's drops a second time, as they were. */
  async anchorAgain(day: number): Promise<void> {
    const first = day * DROPS_PER_DAY;
    const books = this.drops.slice(first, first + DROPS_PER_DAY);
    const digest = dataDigest(books.map((book) => book.dropDigest));
    await this.#producer.send("relayer", "dropAnchor", "supersede", [
      BigInt(first),
      books.map(({ root }) => root),
      digest,
    ]);
  }

  /** Anchors a day with a root of nothing in one of its drops, the first unless told, as a thief of the key might. */
  async anchorRubbish(day: number, by: Anchoring = OWN_ANCHORING, nth = 0): Promise<void> {
    await this.moveToEnd(day + (by.daysLate ?? 0));
    const roots = Array.from({ length: DROPS_PER_DAY }, (_, i) => (i === nth ? RUBBISH : zeroHash));
    await this.#producer.send(by.role, "dropAnchor", by.call, [BigInt(day * DROPS_PER_DAY), roots, zeroHash]);
  }

  /** Settles a day with false roots, which the guardian vetoes; waits until it may be settled again. */
  async vetoFalseDay(day: number): Promise<void> {
    const before = this.days[day - 1]?.settlement;
    const { accounts = 0, totalStones = 0n, totalCrystals = 0n, totalMetres = 0n } = before ?? {};
    const totals = [accounts, totalStones, totalCrystals, totalMetres, zeroHash];
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

  /** Waits until a day may be credited, unless it may already. */
  async moveToCreditable(day: number): Promise<void> {
    const creditableAt = MIDNIGHT + (day + 1) * DAY_S + RULES.challengeWindowS;
    const { time } = await this.#producer.now();
    if (time < creditableAt) await this.#producer.moveTo(creditableAt);
  }

  /** Credits everybody from a settled day, after its challenge window. */
  async credit(day: number): Promise<void> {
    await this.moveToCreditable(day);
    const { leaves, stonesTree } = this.days[day] as DayBook;
    const { order, proof, proofFlags } = stonesTree.multiProof(leaves.map(({ index }) => index));
    const ordered = order.map((index) => leaves[index]);
    await this.#producer.send("relayer", "stoneLedger", "creditMany", [BigInt(day), ordered, proof, proofFlags]);
  }

  /** Credits everybody's crystals from a settled day, after its challenge window. */
  async creditCrystals(day: number): Promise<void> {
    await this.moveToCreditable(day);
    const { leaves, stonesTree } = this.days[day] as DayBook;
    const { order, proof, proofFlags } = stonesTree.multiProof(leaves.map(({ index }) => index));
    const ordered = order.map((index) => leaves[index]);
    await this.#producer.send("relayer", "mineBox", "creditCrystalsMany", [BigInt(day), ordered, proof, proofFlags]);
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

  /** Excludes an account from tomorrow on; the books count nothing for it on these days unless told to ignore it. */
  async exclude(account: Hex, days: { from: number; until: number }, ignored = false): Promise<void> {
    const evidence = keccak256(account);
    await this.#producer.send("excluder", "exclusions", "excludeAccount", [account, 1, evidence, days.until]);
    if (!ignored) this.#books.exclude(account, days);
  }

  /** Writes documents where an audit finds them. @returns The folder. */
  async writeDocuments(documents: Readonly<Record<string, unknown>>): Promise<string> {
    const folder = join(this.folder, "documents");
    await mkdir(folder, { recursive: true });
    for (const [name, document] of Object.entries(documents)) {
      await writeFile(join(folder, `${name}.json`), JSON.stringify(document, undefined, 2));
    }
    return folder;
  }

  /** Writes receipts where an audit finds them. @returns The folder. */
  async writeReceipts(receipts: readonly unknown[]): Promise<string> {
    const folder = join(this.folder, "receipts");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "receipts.json"), JSON.stringify(receipts));
    return folder;
  }
}
