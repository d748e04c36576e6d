import type { AwardRefusalCode } from "../../../src/protocol/index.ts";
import { awardDigest, type Hex, keccak, type SignedAward, signingDomain } from "../../../src/protocol/index.ts";
import { createSigner } from "../../../src/service/signer.ts";
import { addressOf, keyOf } from "./keys.ts";
import type { TestProgramme } from "./programme.ts";
import type { RunningRelayer } from "./running.ts";

/** What a test says of an award; the rest is the same for all. */
export interface TestAward {
  readonly task: number;
  readonly owner: string;
  readonly crystals: number;
  readonly awardedAt: number;
  /** Names the occurrence. Default: "once". */
  readonly occurrence?: string;
  /** Names the key that signs. Default: the task key. */
  readonly by?: string;
}

/** An award as the task service signs it, with its digest. */
export function awardOf(programme: TestProgramme, given: TestAward): SignedAward & { readonly digest: Hex } {
  const { task, owner, crystals, awardedAt, occurrence = "once", by = "tasks" } = given;
  const award = { task, account: addressOf(owner), occurrence: occurrenceOf(occurrence), crystals, awardedAt };
  const digest = awardDigest(signingDomain(programme.deployment, "TaskAward"), award);
  return { ...award, digest, signature: createSigner(keyOf(by)).sign(digest) };
}

function occurrenceOf(name: string): Hex {
  return keccak(new TextEncoder().encode(name));
}

/** What the relayer answers for one award. */
export interface AwardAnswer {
  readonly digest: Hex;
  readonly drop?: number;
  readonly refusal?: AwardRefusalCode;
}

/** Delivers awards in one request. */
export async function deliverAwards(
  relayer: Pick<RunningRelayer, "post">,
  awards: readonly (SignedAward & { readonly digest?: Hex })[],
): Promise<AwardAnswer[]> {
  const bodies = awards.map(({ digest: _, ...award }) => award);
  const { status, body } = await relayer.post("/v1/awards", { awards: bodies });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return (body as { results: AwardAnswer[] }).results;
}

/** Terms of a task from the first day on which one can be. */
export function termsOf(crystals: number, perDay: number, untilDay = 0) {
  return { crystals, perDay, fromDay: 1, untilDay, contentHash: keyOf(`task of ${crystals}`) };
}

/** Defines tasks, numbered from 1 in their order, and the task key that signs their awards. */
export async function defineTasks(
  programme: TestProgramme,
  terms: readonly ReturnType<typeof termsOf>[],
): Promise<void> {
  const rules = programme.writer("rules");
  await rules.call("taskBook", "setTaskKey", [addressOf("tasks"), 1, 0]);
  for (const each of terms) await rules.call("taskBook", "defineTask", [each]);
}
