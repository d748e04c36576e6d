import assert from "node:assert/strict";
import type { MilestoneDocument, ProgrammeDocument } from "../../../src/operator/documents/schemas.ts";
import { contentHash, type Hex, hashWords, keccak } from "../../../src/protocol/index.ts";
import { addressOf } from "../../relayer/support/keys.ts";
import { signIntent } from "../../relayer/support/owners.ts";
import { repeat } from "../../relayer/support/stubborn.ts";
import type { OperatorApi } from "./running.ts";
import { AWARD_KEY, DESK_KEY, type ServiceStage, TASKS } from "./services.ts";

/** An award as the operator answers. */
export interface AnsweredAward {
  readonly digest: Hex;
  readonly occurrence: Hex;
  readonly crystals: number;
  readonly state: string;
  readonly reason?: string;
}

/** A vote's receipt as the operator answers. */
export interface VoteAnswer {
  readonly receipt: { readonly voteDigest: Hex; readonly receivedAt: number };
  readonly receiptSignature: Hex;
}

/** Those who send requests to the operator: desk, task service and owners. They ask until an operator answers. */
export class Participants {
  readonly #stage: ServiceStage;
  readonly #api: OperatorApi;

  constructor(stage: ServiceStage, api: OperatorApi) {
    this.#stage = stage;
    this.#api = api;
  }

  /** The desk hands in the texts of the tasks. */
  async publishTasks(): Promise<void> {
    for (const task of TASKS) await this.#ask<object>("/v1/documents", task, DESK_KEY);
  }

  /** The desk has a poll or a round opened. */
  async have(kind: "polls" | "rounds", document: ProgrammeDocument): Promise<void> {
    await this.#ask<object>(`/v1/${kind}`, document, DESK_KEY);
  }

  /** The desk hands in a milestone's text. */
  async publishMilestone(milestone: MilestoneDocument): Promise<void> {
    await this.#ask<object>("/v1/documents", milestone, DESK_KEY);
  }

  async defineMilestone(milestone: MilestoneDocument): Promise<void> {
    await this.#stage.writer("rules").call("milestones", "defineMilestone", [contentHash(milestone)]);
  }

  /** The task service has seen that an owner did something. */
  award(task: string, owner: string, occurrence: string): Promise<AnsweredAward> {
    return this.#award(task, owner, keccak(new TextEncoder().encode(occurrence)));
  }

  /** What the operator has awarded for a vote; asking again gives the same. */
  awardOfVote(owner: string, poll: number): Promise<AnsweredAward> {
    return this.#award("co-creation-vote", owner, hashWords([poll]));
  }

  vote(owner: string, vote: { poll: number; option: number; castAt: number }): Promise<VoteAnswer> {
    const message = { account: addressOf(owner), ...vote };
    const { signature } = signIntent(this.#stage, "Vote", message, { owner });
    return this.#ask("/v1/votes", { vote: message, signature });
  }

  #award(task: string, owner: string, occurrence: Hex): Promise<AnsweredAward> {
    return this.#ask(`/v1/tasks/${task}/awards`, { account: addressOf(owner), occurrence }, AWARD_KEY);
  }

  async #ask<T>(path: string, body: unknown, key?: string): Promise<T> {
    const answer = await repeat(() => this.#api.post(path, body, key));
    assert.ok(answer.status < 300, answer.text);
    return answer.body as T;
  }
}
