import { type Hex, ZERO_ADDRESS } from "../../protocol/codec/bytes.ts";
import { DROPS_PER_DAY, PURPOSE } from "../../protocol/codec/codes.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import type { Reading, Receipt } from "../../protocol/codec/reading.ts";
import type { RefusalCode } from "../../protocol/errors.ts";
import { dropOf, dropStart } from "../../protocol/schedule.ts";
import type { Signer } from "../../service/signer.ts";
import {
  checkState,
  deviceKeyAt,
  holderThroughout,
  type IntakeMoment,
  type MiningConsent,
  type VehicleSituation,
} from "../domain/intake.ts";
import { restrictConsent, restrictVehicle } from "../domain/restrictions.ts";
import { type RuleSet, rulesOn } from "../domain/rules.ts";
import { type ChainSnapshot, rulesForIntake } from "../jobs/chain-view.ts";
import type { Programme } from "../programme.ts";
import { addToCounters } from "../store/counters.ts";
import type { Tx } from "../store/open.ts";
import { columnsOf, findReadings, insertReadings } from "../store/readings.ts";
import { insertRefusals, type Refusal } from "../store/refusals.ts";
import type { ReadingsTable } from "../store/schema.ts";
import { accountsWithdrawing, loadConsents, loadSituations, vehiclesReleasing } from "../store/situations.ts";
import { type Candidate, type ReadingResult, refusalOf } from "./candidate.ts";
import { keepSamples } from "./keep-samples.ts";

/** What accepting works with. */
export interface AcceptParts {
  readonly programme: Programme;
  readonly signer: Signer;
  /** How long sealed samples are kept, seconds. */
  readonly samplesRetentionS: number;
}

/** Everything that the rules ask about, as it stands when the transaction begins. */
interface Scene {
  readonly moment: IntakeMoment;
  readonly rules: RuleSet;
  readonly accepted: Map<Hex, ReadingsTable>;
  readonly vehicles: Map<Hex, VehicleSituation>;
  readonly consents: Map<Hex, MiningConsent>;
}

/**
 * Judges candidates one after the other and stores what comes of it, in the caller's transaction. What is returned may be
 * answered once that transaction is durable.
 * @param nextDrop The first drop that is not closed.
 */
export async function acceptReadings(
  tx: Tx,
  parts: AcceptParts,
  by: { snapshot: ChainSnapshot; nextDrop: number },
  candidates: readonly Candidate[],
): Promise<ReadingResult[]> {
  const scene = await setScene(tx, parts.programme, by, candidates);
  const fresh: ReadingsTable[] = [];
  const refusals: Refusal[] = [];
  const results = candidates.map((candidate): ReadingResult => {
    const known = scene.accepted.get(candidate.digest);
    if (known !== undefined && isSameOrProven(candidate, known)) return receiptOf(known);
    const vehicle = scene.vehicles.get(candidate.reading.vehicle);
    const code = known === undefined ? judge(candidate, vehicle, scene) : "READING_SIGNATURE_INVALID";
    if (code !== undefined) {
      const account = ownerOf(vehicle, candidate.reading);
      const { digest, reading } = candidate;
      refusals.push({ account, digest, vehicle: reading.vehicle, code, at: scene.moment.chainTime });
      return refusalOf(digest, code);
    }
    const row = rowOf(parts, candidate, vehicle as VehicleSituation, scene);
    fresh.push(row);
    scene.accepted.set(row.digest, row);
    scene.vehicles.set(row.vehicle, { ...(vehicle as VehicleSituation), last: lastOf(row) });
    return receiptOf(row);
  });
  await insertReadings(tx, fresh);
  await count(tx, fresh.length, await insertRefusals(tx, refusals));
  const { programme, samplesRetentionS: retentionS } = parts;
  const policy = { operator: programme.operator, retentionS, snapshot: by.snapshot };
  return keepSamples(tx, policy, { candidates, results, fresh, accepted: scene.accepted });
}

async function setScene(
  tx: Tx,
  programme: Programme,
  { snapshot, nextDrop }: { snapshot: ChainSnapshot; nextDrop: number },
  candidates: readonly Candidate[],
): Promise<Scene> {
  const { genesis, operator } = programme;
  const chainTime = snapshot.head.time;
  // A chain that lost its tail shows an earlier time again; a closed drop stays closed all the same.
  const drop = Math.max(dropOf(genesis, chainTime), nextDrop);
  const rules = rulesOn(rulesForIntake(snapshot), Math.floor(drop / DROPS_PER_DAY));
  const vehicles = await loadSituations(tx, unique(candidates.map(({ reading }) => reading.vehicle)));
  const { keyEnds, releases, withdrawals } = snapshot.restrictions;
  const signedReleases = await vehiclesReleasing(tx);
  for (const [id, vehicle] of vehicles) {
    const ends = { keyEnd: keyEnds.get(id), released: releases.get(id) ?? signedReleases.get(id) };
    vehicles.set(id, restrictVehicle(vehicle, ends));
  }
  const accounts = unique([...vehicles.values()].flatMap(({ holders }) => holders.map(({ account }) => account)));
  const scope = { recipient: operator, purpose: PURPOSE.productIteration };
  const periods = await loadConsents(tx, accounts, scope);
  const withdrawing = await accountsWithdrawing(tx, accounts, scope, periods);
  const consents = accounts.map((account): [Hex, MiningConsent] => [
    account,
    {
      periods: restrictConsent(periods.get(account) ?? [], withdrawals.get(account)),
      withdrawalPending: withdrawing.has(account),
    },
  ]);
  return {
    moment: { genesis, chainTime, drop, readingMaxAgeS: rules.readingMaxAgeS },
    rules,
    accepted: await findReadings(tx, unique(candidates.map(({ digest }) => digest))),
    vehicles,
    consents: new Map(consents),
  };
}

/** The same signature again needs no proof; another one over the same reading does. */
function isSameOrProven(candidate: Candidate, known: ReadingsTable): boolean {
  return candidate.signature === known.signature || candidate.provenKey !== undefined;
}

/** The account that a reading is counted for, or whose owner is told why it is not: then it may be the last holder's. */
function ownerOf(vehicle: VehicleSituation | undefined, reading: Reading): Hex {
  if (vehicle === undefined) return ZERO_ADDRESS;
  return holderThroughout(vehicle, reading) ?? vehicle.holders.at(-1)?.account ?? ZERO_ADDRESS;
}

const NO_CONSENT: MiningConsent = { periods: [], withdrawalPending: false };

function judge(
  { reading, signature, problem, provenKey }: Candidate,
  vehicle: VehicleSituation | undefined,
  scene: Scene,
): RefusalCode | undefined {
  if (scene.moment.chainTime < scene.moment.genesis) return "PROGRAMME_NOT_STARTED";
  if (problem !== undefined) return problem;
  if (vehicle === undefined) return "READING_VEHICLE_UNKNOWN";
  const key = deviceKeyAt(vehicle.keys, reading.endedAt);
  if (key === undefined) return "READING_KEY_INVALID";
  // A key that changed between proof and judgement proves nothing; the car sends the reading again.
  if (signature === undefined || provenKey?.x !== key.x || provenKey.y !== key.y) return "READING_SIGNATURE_INVALID";
  const consent = scene.consents.get(ownerOf(vehicle, reading)) ?? NO_CONSENT;
  return checkState(reading, vehicle, consent, scene.moment);
}

function rowOf(parts: AcceptParts, candidate: Candidate, vehicle: VehicleSituation, scene: Scene): ReadingsTable {
  const { reading, digest, signature } = candidate;
  const { drop, genesis } = scene.moment;
  const receipt: Receipt = {
    readingDigest: digest,
    account: ownerOf(vehicle, reading),
    drop,
    deadline: dropStart(genesis, drop + 1) + scene.rules.receiptDeadlineS,
  };
  return {
    digest,
    ...columnsOf(reading),
    signature: signature as Hex,
    account: receipt.account,
    drop_no: drop,
    deadline: receipt.deadline,
    receipt_signature: parts.signer.sign(typedDigest(parts.programme.domains.Receipt, "Receipt", receipt)),
  };
}

/** The receipt of an accepted reading. */
export function receiptOf(row: ReadingsTable): Extract<ReadingResult, { receipt: unknown }> {
  const { digest, account, drop_no, deadline, receipt_signature } = row;
  return {
    digest,
    receipt: { readingDigest: digest, account, drop: drop_no, deadline },
    signature: receipt_signature,
  };
}

function lastOf(row: ReadingsTable): { sequence: number; endedAt: number; odometerEnd: number } {
  return { sequence: row.sequence, endedAt: row.ended_at, odometerEnd: row.odometer_end };
}

async function count(tx: Tx, accepted: number, refused: readonly { code: string }[]): Promise<void> {
  const amounts = new Map<string, number>();
  if (accepted > 0) amounts.set("accepted", accepted);
  for (const { code } of refused) amounts.set(`refused:${code}`, (amounts.get(`refused:${code}`) ?? 0) + 1);
  await addToCounters(tx, amounts);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
