import { readPlay } from "../../../chain/read/mine-box.ts";
import { readHolds } from "../../../chain/read/vehicles.ts";
import { type Hex, ZERO_HASH } from "../../../protocol/codec/bytes.ts";
import type { DutyContext } from "../../duty.ts";
import { refusalOf, type Sender } from "../../sender.ts";

/** Accounts of one transaction: with ten vouchers each it stays far below the gas that one may take. */
const BATCH = 25;
/** Requests that are looked at in one step, and at once. */
const MAX_CANDIDATES = 500;
const AT_ONCE = 20;

interface Candidate {
  readonly account: Hex;
  readonly block: number;
}

/** An account with boxes to open, and a vehicle that it holds or 0. */
interface Opening {
  readonly account: Hex;
  readonly vehicle: Hex;
}

/** Opens boxes whose outcome stands: their drop's link is final, or their season was forced. @returns Whether any were. */
export async function openRevealed(context: DutyContext, sender: Sender): Promise<boolean> {
  const openings: Opening[] = [];
  const candidates = await readCandidates(context);
  for (let at = 0; at < candidates.length && openings.length < BATCH; at += AT_ONCE) {
    const looks = candidates.slice(at, at + AT_ONCE).map((candidate) => openingOf(context, candidate));
    openings.push(...(await Promise.all(looks)).flatMap((found) => found ?? []));
  }
  if (openings.length === 0) {
    context.alerts.clear("opening");
    return false;
  }
  return openBatch(context, sender, openings.slice(0, BATCH));
}

async function readCandidates({ store }: DutyContext): Promise<Candidate[]> {
  return store.db
    .selectFrom("chain_box_requests as request")
    .innerJoin("chain_box_seasons as season", "season.season", "request.season")
    .leftJoin("chain_box_reveals as reveal", (join) =>
      join.onRef("reveal.season", "=", "request.season").onRef("reveal.drop_no", "=", "request.drop_no"),
    )
    .select(["request.account", "request.block"])
    .where("request.tiers", "is", null)
    .where(({ or, eb, ref }) =>
      or([eb("reveal.link", "is not", null), eb("season.forced_from", "<=", ref("request.drop_no"))]),
    )
    .orderBy("request.block")
    .orderBy("request.account")
    .limit(MAX_CANDIDATES)
    .execute();
}

/** What is still to be opened of a candidate: maybe newer blocks, which are not in the store, have it opened. */
async function openingOf(
  { client, deployment, store }: DutyContext,
  { account, block }: Candidate,
): Promise<Opening | undefined> {
  const play = await readPlay(client, deployment, account);
  if (play.pending === 0 || play.requestBlock !== block) return undefined;
  const holds = await store.db
    .selectFrom("chain_box_holders")
    .select("vehicle")
    .where("account", "=", account)
    .execute();
  for (const { vehicle } of holds) {
    if (await readHolds(client, deployment, account, vehicle)) return { account, vehicle };
  }
  return { account, vehicle: ZERO_HASH };
}

/** Opens a batch; when it is refused, its halves, so that one account cannot hold up the others. */
async function openBatch(context: DutyContext, sender: Sender, batch: readonly Opening[]): Promise<boolean> {
  try {
    const [accounts, vehicles] = [batch.map(({ account }) => account), batch.map(({ vehicle }) => vehicle)];
    await sender.send("mineBox", "openBoxes", [accounts, vehicles]);
    return true;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    const [only, ...others] = batch;
    if (others.length === 0) {
      context.alerts.raise("opening", `boxes of ${only?.account} cannot be opened: ${refusal}`);
      return false;
    }
    const half = Math.ceil(batch.length / 2);
    const first = await openBatch(context, sender, batch.slice(0, half));
    return (await openBatch(context, sender, batch.slice(half))) || first;
  }
}
