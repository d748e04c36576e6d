import type { Hex } from "../../../protocol/codec/bytes.ts";
import type { VoteLeaf } from "../../../protocol/codec/leaves.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { DutyContext } from "../../duty.ts";
import type { CountedPoll } from "./count-poll.ts";
import { type Poll, readPoll } from "./polls.ts";
import { countedPoll } from "./publish-results.ts";

/** Counted polls that are kept in memory. */
const POLLS_KEPT = 4;

/** What a voter needs to see that the own vote was counted. */
export interface VoteProof {
  readonly poll: number;
  readonly leaf: Omit<VoteLeaf, "weight"> & { readonly weight: string };
  readonly root: Hex;
  readonly proof: readonly Hex[];
}

/** Proofs of counted votes. */
export class VoteProofs {
  readonly #context: DutyContext;
  readonly #kept = new Map<number, CountedPoll>();

  constructor(context: DutyContext) {
    this.#context = context;
  }

  /** @throws NOT_FOUND for an unknown poll, one without a count, or an account without a vote in it. */
  async prove(number: number, account: Hex): Promise<VoteProof> {
    const { db } = this.#context.store;
    const poll = await readPoll(db, number);
    const isCounted = await db.selectFrom("poll_counts").select("poll").where("poll", "=", number).executeTakeFirst();
    if (isCounted === undefined) throw new CairnError("NOT_FOUND", `poll ${number} is not counted yet`);
    const { leaves, tree } = this.#kept.get(number) ?? (await this.#count(poll));
    const index = leaves.findIndex((leaf) => leaf.account === account);
    const leaf = leaves[index];
    if (leaf === undefined) throw new CairnError("NOT_FOUND", "the account has no vote in this poll");
    return {
      poll: number,
      leaf: { ...leaf, weight: leaf.weight.toString() },
      root: tree.root,
      proof: tree.proof(index),
    };
  }

  async #count({ poll, options }: Poll): Promise<CountedPoll> {
    const counted = await countedPoll(this.#context, poll, options);
    this.#kept.set(poll, counted);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > POLLS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return counted;
  }
}
