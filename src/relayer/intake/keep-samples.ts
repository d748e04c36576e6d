import type { Hex } from "../../protocol/codec/bytes.ts";
import { PURPOSE } from "../../protocol/codec/codes.ts";
import { type ConsentPeriod, standingConsent } from "../domain/consents.ts";
import type { ChainSnapshot } from "../jobs/chain-view.ts";
import type { Tx } from "../store/open.ts";
import type { ReadingsTable, SealedSamplesTable } from "../store/schema.ts";
import { insertSealedSamples, type KeepingMoment, readingsWithSamples } from "../store/sealed-samples.ts";
import { accountsWithdrawing, loadConsents } from "../store/situations.ts";
import type { Candidate, ReadingResult, SamplesOutcome } from "./candidate.ts";

/** By what samples are kept. */
interface KeepingPolicy {
  readonly operator: Hex;
  /** Seconds of chain time. */
  readonly retentionS: number;
  readonly snapshot: ChainSnapshot;
}

/** What was judged, and what came of it. */
interface Judged {
  readonly candidates: readonly Candidate[];
  /** One for each candidate. */
  readonly results: readonly ReadingResult[];
  readonly fresh: readonly ReadingsTable[];
  /** Every accepted reading among the candidates, by digest. */
  readonly accepted: ReadonlyMap<Hex, ReadingsTable>;
}

/**
 * Stores the sealed samples of readings that have just been accepted, as far as their owners consent to it, in the same
 * transaction. Samples come with their reading or not at all: a later delivery changes nothing.
 * @returns The results; each says what became of the samples that came along.
 */
export async function keepSamples(tx: Tx, policy: KeepingPolicy, judged: Judged): Promise<ReadingResult[]> {
  const { candidates, results } = judged;
  if (candidates.every(({ sealedSamples }) => sealedSamples === undefined)) return [...results];
  const offers = offersIn(judged);
  const rows = await rowsToKeep(tx, policy, offers);
  await insertSealedSamples(tx, rows);
  const accepted = results.flatMap(({ digest }) => judged.accepted.get(digest) ?? []);
  const kept = await readingsWithSamples(tx, accepted, keepingMoment(policy.snapshot));
  return results.map((result, at): ReadingResult => {
    const candidate = candidates[at];
    if ("refusal" in result || candidate?.sealedSamples === undefined) return result;
    const samples: SamplesOutcome = kept.has(result.digest)
      ? "kept"
      : offers.get(result.digest)?.candidate === candidate
        ? "notConsented"
        : "notKept";
    return { ...result, samples };
  });
}

/** By what samples are kept or not in a block. */
export function keepingMoment({ head, restrictions }: ChainSnapshot): KeepingMoment {
  return { chainTime: head.time, withdrawals: restrictions.samplesWithdrawals };
}

interface Offer {
  readonly candidate: Candidate;
  readonly row: ReadingsTable;
  readonly sealed: string;
}

/** Samples that came with the delivery by which their reading was accepted, by digest. */
function offersIn({ candidates, results, fresh }: Judged): Map<Hex, Offer> {
  const rows = new Map(fresh.map((row) => [row.digest, row]));
  const offers = new Map<Hex, Offer>();
  for (const [at, candidate] of candidates.entries()) {
    const row = rows.get(candidate.digest);
    const result = results[at];
    if (row === undefined || result === undefined || "refusal" in result) continue;
    rows.delete(candidate.digest);
    const { sealedSamples: sealed } = candidate;
    if (sealed !== undefined) offers.set(candidate.digest, { candidate, row, sealed });
  }
  return offers;
}

async function rowsToKeep(
  tx: Tx,
  { operator, retentionS, snapshot }: KeepingPolicy,
  offers: ReadonlyMap<Hex, Offer>,
): Promise<SealedSamplesTable[]> {
  const chainTime = snapshot.head.time;
  const accounts = [...new Set([...offers.values()].map(({ row }) => row.account))];
  const scope = { recipient: operator, purpose: PURPOSE.ownEvidence };
  const consents = await loadConsents(tx, accounts, scope);
  const withdrawing = await accountsWithdrawing(tx, accounts, scope, consents);
  return [...offers.values()].flatMap(({ row, sealed }) => {
    const { account, drop_no, vehicle, sequence, categories } = row;
    if (withdrawing.has(account) || snapshot.restrictions.samplesWithdrawals.has(account)) return [];
    const consent = standingConsent(consents.get(account) ?? [], categories, chainTime);
    if (consent === undefined) return [];
    const keep_until = endOfKeeping(consent, chainTime + retentionS);
    return [{ drop_no, vehicle, sequence, account, consent_version: consent.version, keep_until, sealed }];
  });
}

/** Nothing is kept beyond the consent for it. */
function endOfKeeping({ expires }: ConsentPeriod, retained: number): number {
  return expires === 0 ? retained : Math.min(expires, retained);
}
