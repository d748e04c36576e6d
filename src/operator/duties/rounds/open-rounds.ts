import { readFunds, readRound, readRoundCount, TOKEN_ABI } from "../../../chain/read/rounds.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { RoundDocument } from "../../documents/schemas.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { refusalOf, type Sender } from "../../sender.ts";
import { readDocument } from "../../store/documents.ts";
import { type PlannedRound, planRound } from "./plan.ts";

/** A round that the desk asked for and that is not on the chain by final blocks. */
interface Request {
  readonly id: number;
  readonly hash: Hex;
  readonly document: RoundDocument;
  readonly plan: PlannedRound | undefined;
}

/**
 * Opens the rounds that the desk asked for, one after the other: weights and file, then the allowance, then the round, one a step.
 * A round's number stands in its leaves, so a plan holds only while the number is the next one; a round with the plan's root is
 * the plan's own, and is not paid in again.
 * @returns Whether something was done.
 */
export async function openRequestedRounds(
  context: DutyContext,
  snapshot: ChainSnapshot,
  sender: Sender,
): Promise<boolean> {
  const { client, deployment } = context;
  const request = await nextRequest(context);
  if (request === undefined) return false;
  const { id, document, plan } = request;
  const nonce = await sender.nextNonce();
  const count = await readRoundCount(client, deployment);
  if (plan !== undefined && plan.number <= count) {
    const opened = await readRound(client, deployment, plan.number);
    // Its block is not final yet.
    if (opened.root === plan.root) return false;
  }
  const number = count + 1;
  if (plan?.number === number) {
    await payIn(context, sender, { ...request, plan, nonce });
    return true;
  }
  const planned = await planRound(context, snapshot, { id, number, document });
  if (planned === "NO_STONES") await refuse(context, id, planned);
  return planned !== "waits";
}

async function nextRequest({ store }: DutyContext): Promise<Request | undefined> {
  const row = await store.db
    .selectFrom("round_requests")
    .leftJoin("chain_rounds", "chain_rounds.content_hash", "round_requests.content_hash")
    .selectAll("round_requests")
    .where("chain_rounds.round", "is", null)
    .where("round_requests.reason", "is", null)
    .orderBy("round_requests.id")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { id, content_hash: hash, number, root, total_weight, accounts } = row;
  const document = await readDocument(store.db, hash, "cairn.round/1");
  if (document === undefined) throw new CairnError("STORE_DAMAGED", "a round's document is missing");
  const isPlanned = number !== null && root !== null && total_weight !== null && accounts !== null;
  return {
    id,
    hash,
    document,
    plan: isPlanned ? { number, root, totalWeight: BigInt(total_weight), accounts } : undefined,
  };
}

/** The next of the two transactions: the allowance when it is missing, else the round. */
async function payIn(
  context: DutyContext,
  sender: Sender,
  { id, hash, document, plan, nonce }: Request & { plan: PlannedRound; nonce: number },
): Promise<void> {
  const { client, deployment } = context;
  const { token, day, deadline } = document;
  const amount = BigInt(document.amount);
  const { balance, allowance } = await readFunds(client, deployment, { token, funder: sender.address });
  if (balance < amount)
    throw new CairnError("CONFIG_INVALID", `the treasurer has ${balance} of ${amount} of the token`);
  if (allowance < amount) {
    const args = [deployment.contracts.benefitRounds, amount];
    return sender.sendTo(token, { abi: TOKEN_ABI, functionName: "approve", args }, nonce);
  }
  const { root, totalWeight, accounts } = plan;
  const terms = { token, amount, day, accounts, totalWeight, deadline, root, contentHash: hash };
  try {
    await sender.send("benefitRounds", "openRound", [terms], nonce);
  } catch (error) {
    // Terms that the contract does not take stay as they are.
    if (refusalOf(error) !== "BenefitRounds_InvalidTerms") throw error;
    await refuse(context, id, "BenefitRounds_InvalidTerms");
  }
}

async function refuse({ store }: DutyContext, id: number, reason: string): Promise<void> {
  await store.transaction((tx) => tx.updateTable("round_requests").set({ reason }).where("id", "=", id).execute());
}
