import { readHistory } from "../../chain/read/events.ts";
import { readHead } from "../../chain/read/head.ts";
import { readPlay, readSeason } from "../../chain/read/mine-box.ts";
import { prepareChain } from "../../operator/index.ts";
import { DROPS_PER_DAY, type Hex, hashChain, UNITS_PER_STONE } from "../../protocol/index.ts";
import { databaseUrlOf } from "../../service/config.ts";
import type { Workspace } from "../workspace.ts";
import { hashOf } from "./hash.ts";
import { inParallel } from "./in-parallel.ts";
import type { PlannedOwner } from "./plan.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

const PRICE = 5;
/** Boxes of one request: as many as there may be. */
const BOXES = 10;
/** An owner requests boxes every so many days, if there are crystals. */
const EVERY_DAYS = 4;
const AT_ONCE = 16;
/** By noon of a day the one so many days before can be credited. */
const CREDITABLE_AFTER_DAYS = 2;
const ADULTS_A_CALL = 100;
const GUARANTEE = 9;
const STONES_PRIZE = UNITS_PER_STONE / 10n;
/** Kinds of prizes as the contract counts them. */
const KIND = { nothing: 0, stones: 1, crystals: 2 } as const;
/** Days between a season's announcement and its first: longer than the challenge window. */
const AHEAD_DAYS = 2;
/** The season whose chain nobody keeps is so long before the end. */
const LOST_DAYS = 6;

/** How many boxes there were, and what became of the seasons. */
export interface BoxCounts {
  readonly requested: number;
  readonly seasons: number;
  readonly forced: number;
}

interface BoxParts {
  readonly world: World;
  readonly workspace: Workspace;
  readonly owners: readonly PlannedOwner[];
  readonly days: number;
}

/**
 * The mine box of a simulation: a season that the operator reveals drop by drop and, in longer simulations, a second one whose
 * hash chain is lost: nobody can reveal, so it is forced, and all who wait get the guaranteed tier.
 */
export class BoxScenario implements Scenario {
  readonly #parts: BoxParts;
  #seasons = 0;

  constructor(parts: BoxParts) {
    this.#parts = parts;
  }

  async prepare(): Promise<void> {
    const { world, owners } = this.#parts;
    const accounts = owners.map(({ address }) => address);
    for (let at = 0; at < accounts.length; at += ADULTS_A_CALL) {
      await world.writers.attester.call("mineBox", "attestAdults", [accounts.slice(at, at + ADULTS_A_CALL), true]);
    }
    const { first, last } = this.#firstSeason();
    const drops = (last - first) * DROPS_PER_DAY;
    const { operatorDir: workDir } = this.#parts.workspace;
    const boxBackupFile = `${workDir}/box-chains.backup.json`;
    const { tip } = await prepareChain({ workDir, databaseUrl: databaseUrlOf(undefined), boxBackupFile }, drops);
    await this.#open(first, last, tip);
  }

  async step({ day }: Moment): Promise<void> {
    const { days } = this.#parts;
    const { first, last } = this.#firstSeason();
    if (this.#hasSecond && day === last - AHEAD_DAYS) {
      // A chain of which only the tip is kept: what a lost disk leaves.
      await this.#open(last, days, hashChain(hashOf("a chain that is lost"), (days - last) * DROPS_PER_DAY).tip);
    }
    if (day < first || day >= days || (day >= last && !this.#hasSecond)) return;
    await this.#request(day, day < last ? 1 : 2);
  }

  async isOver(): Promise<boolean> {
    const pending = await Promise.all(this.#numbers().map((season) => this.#read(season)));
    return pending.every((season) => season?.pending === 0);
  }

  /** How many boxes there were. */
  async counts(): Promise<BoxCounts> {
    const { client, deployment } = this.#parts.world;
    const seasons = await Promise.all(this.#numbers().map((season) => this.#read(season)));
    const events = await readHistory(client, deployment, "mineBox", (await readHead(client)).number);
    // Some requests are skipped: once a season is forced it takes no more.
    const requests = events.flatMap(({ name, args }) => (name === "BoxesRequested" ? [args.count] : []));
    return {
      requested: requests.reduce((sum, count) => sum + count, 0),
      seasons: this.#seasons,
      forced: seasons.filter((season) => season?.forced).length,
    };
  }

  get #hasSecond(): boolean {
    return this.#parts.days >= 3 * LOST_DAYS;
  }

  #firstSeason(): { first: number; last: number } {
    const { days } = this.#parts;
    return { first: AHEAD_DAYS, last: this.#hasSecond ? days - LOST_DAYS : Math.max(days, AHEAD_DAYS + 1) };
  }

  #numbers(): number[] {
    return Array.from({ length: this.#seasons }, (_, i) => i + 1);
  }

  #read(season: number) {
    const { client, deployment } = this.#parts.world;
    return readSeason(client, deployment, season);
  }

  async #open(firstDay: number, lastDay: number, tip: Hex): Promise<void> {
    const { world, days } = this.#parts;
    await world.writers.catalogue.call("mineBox", "openSeason", [
      {
        firstDrop: firstDay * DROPS_PER_DAY,
        endDrop: lastDay * DROPS_PER_DAY,
        price: PRICE,
        guarantee: GUARANTEE,
        guaranteedTier: 1,
        maxBoxes: BOXES * days,
        budget: 1_000_000n * UNITS_PER_STONE,
        vouchers: 0,
        links: (lastDay - firstDay) * DROPS_PER_DAY,
        tip,
        prizes: [
          { kind: KIND.stones, weight: 20, amount: STONES_PRIZE, item: 0 },
          { kind: KIND.stones, weight: 130, amount: STONES_PRIZE / 10n, item: 0 },
          { kind: KIND.crystals, weight: 350, amount: 3n, item: 0 },
          { kind: KIND.nothing, weight: 500, amount: 0n, item: 0 },
        ],
      },
    ]);
    this.#seasons++;
  }

  async #request(day: number, season: number): Promise<void> {
    const { world, owners } = this.#parts;
    const due = owners.filter((_, i) => (day + i) % EVERY_DAYS === 0);
    const able: PlannedOwner[] = [];
    await inParallel(due, AT_ONCE, async (owner) => {
      if (await this.#canPay(owner, day)) able.push(owner);
    });
    await inParallel(able, AT_ONCE, (owner) =>
      world.clientOf(owner).requestBoxes({
        ...{ season, count: BOXES, until: "accepted" as const },
        salt: BigInt(hashOf(`${owner.address} ${day}`)) >> 168n,
      }),
    );
  }

  /** What a creditable day has settled counts too: the relayer credits it before the request. */
  async #canPay(owner: PlannedOwner, day: number): Promise<boolean> {
    const { world } = this.#parts;
    const play = await readPlay(world.client, world.deployment, owner.address);
    if (play.pending > 0) return false;
    const creditableDay = day - CREDITABLE_AFTER_DAYS;
    const proof = await world.clientOf(owner).getProof({ account: owner.address, day: creditableDay });
    const uncredited = (proof?.stonesLeaf.crystals ?? 0n) - play.credited;
    return play.crystals + (uncredited > 0n ? uncredited : 0n) >= BigInt(PRICE * BOXES);
  }
}
