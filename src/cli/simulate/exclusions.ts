import { hashOf } from "./hash.ts";
import type { PlannedOwner } from "./plan.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** What becomes of an exclusion. */
const COURSES = ["borne", "lifted", "lapsed"] as const;
type Course = (typeof COURSES)[number];

const FIRST_DAY = 2;
/** Longer than an arbiter may take, so that one that nobody decides ends by itself. */
const DAYS = 8;
const FALSE_READINGS = 1;
/** An exclusion ends, and what was driven then is settled, before the programme does. */
const LEAST_DAYS = 6;

/** How many exclusions there were, by course. */
export type ExclusionCounts = Readonly<Partial<Record<Course, number>>>;

/**
 * The exclusions of a simulation: one that the owner bears, one whose appeal the arbiter grants, one whose appeal nobody decides.
 */
export class ExclusionScenario implements Scenario {
  readonly #world: World;
  readonly #excluded: readonly { readonly course: Course; readonly owner: PlannedOwner; readonly exclusion: number }[];

  /** @param owners Owners who keep their cars. @param days Days that are driven. */
  constructor(world: World, owners: readonly PlannedOwner[], days: number) {
    this.#world = world;
    const chosen = days < LEAST_DAYS || owners.length < 2 * COURSES.length ? [] : owners.slice(-COURSES.length);
    this.#excluded = chosen.map((owner, i) => ({ owner, course: COURSES[i] as Course, exclusion: i + 1 }));
  }

  async prepare(): Promise<void> {}

  async step({ day }: Moment): Promise<void> {
    if (day === FIRST_DAY) await this.#exclude(day);
    if (day === FIRST_DAY + 1)
      for (const { course, owner } of this.#excluded) if (course !== "borne") await this.#appeal(owner);
    if (day === FIRST_DAY + 2) await this.#lift();
  }

  async isOver(): Promise<boolean> {
    return true;
  }

  /** How many there were, by course. */
  get counts(): ExclusionCounts {
    return Object.fromEntries(this.#excluded.map(({ course }) => [course, 1]));
  }

  async #exclude(day: number): Promise<void> {
    for (const { owner } of this.#excluded) {
      const evidence = hashOf(`readings of ${owner.address} that cannot be`);
      const args = [owner.address, FALSE_READINGS, evidence, day + 1 + DAYS] as const;
      await this.#world.writers.excluder.call("exclusions", "excludeAccount", args);
    }
  }

  async #appeal(owner: PlannedOwner): Promise<void> {
    await this.#world.clientOf(owner).appealExclusion({ statementHash: hashOf(`${owner.address} did not`) });
  }

  async #lift(): Promise<void> {
    const lifted = this.#excluded.find(({ course }) => course === "lifted");
    if (lifted === undefined) return;
    const args = [lifted.owner.address, lifted.exclusion, false] as const;
    await this.#world.writers.arbiter.call("exclusions", "decideAppeal", args);
  }
}
