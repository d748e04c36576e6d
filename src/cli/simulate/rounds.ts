import { deployPlayToken } from "../../chain/write/play-token.ts";
import { CairnError, dayStart } from "../../protocol/index.ts";
import type { BenefitClaimFile } from "../../sdk/index.ts";
import { addressOf, type ProgrammeKeys } from "../keys.ts";
import { inParallel } from "./in-parallel.ts";
import type { PlannedOwner } from "./plan.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** What the company shares, in the token's smallest units. */
const AMOUNT = 1_000_000n * 10n ** 18n;
/** A round needs settled stones, and time to be claimed. */
const LEAST_DAYS = 8;
/** Days after the shared one until it is creditable for sure, and until a round of it can be claimed. */
const CREDITABLE_AFTER_DAYS = 3;
const CLAIMABLE_AFTER_DAYS = 2;
const OPEN_DAYS = 60;
/** Of ten owners so many claim; what the others leave goes back after the deadline. */
const CLAIMING_OF_TEN = 8;
const AT_ONCE = 8;
const IN_ONE_TRANSACTION = 20;

/** What became of the round. */
export interface RoundCounts {
  readonly rounds: number;
  readonly claims: number;
}

interface RoundParts {
  readonly world: World;
  readonly keys: ProgrammeKeys;
  readonly owners: readonly PlannedOwner[];
  readonly days: number;
}

/** The benefit round of a simulation: the company pays an amount in, and most owners claim their parts. */
export class RoundScenario implements Scenario {
  readonly #parts: RoundParts;
  /** Whose stones count: those at the end of this day. */
  readonly #day: number;
  #rounds = 0;
  #claims = 0;

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.#day = Math.floor(parts.days / 2);
  }

  async prepare(): Promise<void> {}

  async step({ day }: Moment): Promise<void> {
    if (this.#parts.days < LEAST_DAYS) return;
    if (day === this.#day + CREDITABLE_AFTER_DAYS) await this.#fund(day);
    if (day === this.#day + CREDITABLE_AFTER_DAYS + CLAIMABLE_AFTER_DAYS) await this.#claim();
  }

  async isOver(): Promise<boolean> {
    return true;
  }

  /** What became of it. */
  get counts(): RoundCounts {
    return { rounds: this.#rounds, claims: this.#claims };
  }

  async #fund(day: number): Promise<void> {
    const { world, keys } = this.#parts;
    const { chain, deployment, operator } = world;
    const token = await deployPlayToken(chain.rpcUrl, {
      by: keys.anyone,
      holder: addressOf(keys.treasurer),
      supply: AMOUNT,
    });
    await operator.postAsDesk("/v1/rounds", {
      type: "cairn.round/1",
      title: { zh: "年度权益", en: "Benefit of the year" },
      description: { zh: "按结算日的原石比例分享。", en: "Shared in proportion to the stones of a settled day." },
      ...{ token, amount: AMOUNT.toString(), day: this.#day },
      deadline: dayStart(deployment.genesis, day + OPEN_DAYS),
    });
    this.#rounds++;
  }

  /** Owners have nothing of the chain's coin: they sign, and somebody else sends. */
  async #claim(): Promise<void> {
    const { world, keys, owners } = this.#parts;
    const signed: BenefitClaimFile[] = [];
    await inParallel(
      owners.filter((_, i) => i % 10 < CLAIMING_OF_TEN),
      AT_ONCE,
      async (owner) => signed.push(...(await this.#signFor(owner))),
    );
    const sender = world.clientOf({ key: keys.anyone, address: addressOf(keys.anyone) });
    for (let from = 0; from < signed.length; from += IN_ONE_TRANSACTION) {
      const { claims } = await sender.submitBenefitClaims({ claims: signed.slice(from, from + IN_ONE_TRANSACTION) });
      const skipped = claims.find(({ state }) => state === "skipped");
      if (skipped !== undefined) throw new CairnError("UNEXPECTED", `a claim was skipped: ${skipped.error}`);
      this.#claims += claims.length;
    }
  }

  /** An owner's claim; none of one who had no stones on that day. */
  async #signFor(owner: PlannedOwner): Promise<BenefitClaimFile[]> {
    try {
      return [await this.#parts.world.clientOf(owner).signBenefitClaim({ round: 1 })];
    } catch (error) {
      if (error instanceof CairnError && error.code === "NOT_FOUND") return [];
      throw error;
    }
  }
}
