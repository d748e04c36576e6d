import { randomStream } from "../../fleet/random.ts";
import { CairnError, dayStart } from "../../protocol/index.ts";
import type { VoteFile } from "../../sdk/index.ts";
import { inParallel } from "./in-parallel.ts";
import type { PlannedOwner } from "./plan.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

const TURNOUT = 0.7;
const AT_ONCE = 16;
const OPTIONS = 3;
/** A poll by stones needs settled ones: it is held only when there are so many days. */
const STONES_POLL_FROM_DAYS = 12;

interface PlannedPoll {
  /** Its number on the chain. */
  readonly poll: number;
  readonly weighting: "account" | "stones";
  /** Opens with this day, votes are cast at its noon, closes with the next. */
  readonly day: number;
  readonly snapshotDay: number;
}

/** How many polls there were, and what became of the votes. */
export interface PollCounts {
  readonly polls: number;
  /** Taken, with a receipt that its voter has checked. */
  readonly votes: number;
  readonly refused: number;
  /** Of those that were taken, those whose voters have found them in the result. */
  readonly proven: number;
}

interface PollParts {
  readonly world: World;
  /** Owners who keep their cars. */
  readonly owners: readonly PlannedOwner[];
  readonly seed: string;
  readonly days: number;
}

/** The polls of a simulation: one with a vote for each owner and, in longer simulations, one by settled stones. */
export class PollScenario implements Scenario {
  readonly #parts: PollParts;
  readonly #polls: readonly PlannedPoll[];
  /** What voters keep. */
  readonly #votes: { readonly owner: PlannedOwner; readonly file: VoteFile }[] = [];
  #refused = 0;
  #proven = 0;

  constructor(parts: PollParts) {
    this.#parts = parts;
    const byAccount = { poll: 1, weighting: "account", day: 2, snapshotDay: 0 } as const;
    const byStones = { poll: 2, weighting: "stones", day: 9, snapshotDay: 5 } as const;
    this.#polls = parts.days >= STONES_POLL_FROM_DAYS ? [byAccount, byStones] : [byAccount];
  }

  async prepare(): Promise<void> {
    const { world } = this.#parts;
    const { operator } = world;
    const { genesis } = world.deployment;
    for (const { weighting, day, snapshotDay, poll } of this.#polls) {
      await operator.postAsDesk("/v1/polls", {
        type: "cairn.poll/1",
        title: { zh: `新车色命名 ${poll}`, en: `A name for the new colour, ${poll}` },
        rules: { zh: "得票最多者当选。", en: "The option with most votes is taken." },
        options: Array.from({ length: OPTIONS }, (_, i) => ({ zh: `方案 ${i + 1}`, en: `Option ${i + 1}` })),
        ...{ weighting, snapshotDay },
        opensAt: dayStart(genesis, day),
        closesAt: dayStart(genesis, day + 1),
      });
      // Polls are numbered in the order in which they are opened.
      await world.settleDown();
    }
  }

  async step({ day, time }: Moment): Promise<void> {
    const open = this.#polls.find((poll) => poll.day === day);
    if (open !== undefined) await this.#cast(open, time);
    const counted = this.#polls.find((poll) => poll.day + 1 === day);
    if (counted !== undefined) await this.#prove(counted);
  }

  async isOver(day: number): Promise<boolean> {
    return this.#polls.every((poll) => day > poll.day + 2);
  }

  /** How many votes there were. */
  get counts(): PollCounts {
    return { polls: this.#polls.length, votes: this.#votes.length, refused: this.#refused, proven: this.#proven };
  }

  /** What voters keep. */
  get files(): readonly VoteFile[] {
    return this.#votes.map(({ file }) => file);
  }

  async #cast({ poll }: PlannedPoll, castAt: number): Promise<void> {
    const { seed, owners, world } = this.#parts;
    const voters = owners.filter(({ name }) => randomStream(seed, "poll", poll, name).chance(TURNOUT));
    await inParallel(voters, AT_ONCE, async (owner) => {
      const option = randomStream(seed, "option", poll, owner.name).integer(0, OPTIONS - 1);
      try {
        this.#votes.push({ owner, file: await world.clientOf(owner).vote({ poll, option, castAt }) });
      } catch (error) {
        // Who has no stones yet has no vote in a poll by stones.
        if (!(error instanceof CairnError && error.code === "INTENT_REJECTED")) throw error;
        this.#refused++;
      }
    });
  }

  /** Every voter looks for the own vote in the result. */
  async #prove({ poll }: PlannedPoll): Promise<void> {
    const cast = this.#votes.filter(({ file }) => file.vote.poll === poll);
    await inParallel(cast, AT_ONCE, async ({ owner, file }) => {
      const { valid } = await this.#parts.world.clientOf(owner).verifyVote(file);
      if (valid) this.#proven++;
    });
  }
}
