import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { isExcluded } from "../../protocol/exclusions.ts";
import { dropOf } from "../../protocol/schedule.ts";
import type { SaltKeys } from "../../service/salt-keys.ts";
import { type ClosedDay, layOutDay, shareDay } from "../domain/close-day.ts";
import { closeDrop } from "../domain/close-drop.ts";
import { type RulesVersion, rulesOn } from "../domain/rules.ts";
import { passFailpoint } from "../failpoints.ts";
import { awardsOfDrop } from "../store/awards.ts";
import {
  dropsWithLeaves,
  type Progress,
  readingsOfDrop,
  readProgress,
  saveDrop,
  saveEmptyDrops,
  writeNextDrop,
} from "../store/closing.ts";
import { giveIndices, loadDayAccounts, readDay, saveDay } from "../store/days.ts";
import { loadExclusions } from "../store/exclusions.ts";
import { loadAccountHeads, loadVehicleHeads } from "../store/heads.ts";
import type { Store, Tx } from "../store/open.ts";
import type { ChainSnapshot } from "./chain-view.ts";

/** What closing works with. */
export interface ClosingParts {
  readonly store: Store;
  readonly genesis: number;
  readonly keys: SaltKeys;
  /** Makes a closed day's file durable before any later drop changes the accounts it is laid out from. */
  readonly publishDay: (closed: ClosedDay) => Promise<void>;
}

/**
 * Closes what has ended by the time of the last final block, in order: the drops of a day, then the day, then the next
 * day's drops. At most one day's drops a step. @returns Whether anything was closed or published.
 */
export async function closeEnded(parts: ClosingParts, snapshot: ChainSnapshot): Promise<boolean> {
  const { store, genesis } = parts;
  const ended = Math.max(0, dropOf(genesis, snapshot.final.time));
  const { nextDrop, nextDay } = await readProgress(store.db);
  if (await publishStrayDay(parts, nextDay)) return true;
  if (nextDrop === (nextDay + 1) * DROPS_PER_DAY) {
    const closed = await closeDay(parts, nextDay, snapshot.rules);
    passFailpoint("day-closed");
    await parts.publishDay(closed);
    return true;
  }
  const to = Math.min(ended, (nextDay + 1) * DROPS_PER_DAY);
  if (nextDrop >= to) return false;
  await store.transaction((tx) => closeDrops(tx, parts, { from: nextDrop, to }, snapshot));
  return true;
}

/** Whether something has ended that is not closed. */
export function isClosingDue(progress: Progress, genesis: number, finalTime: number): boolean {
  const ended = Math.max(0, dropOf(genesis, finalTime));
  return progress.nextDrop < ended || progress.nextDrop === (progress.nextDay + 1) * DROPS_PER_DAY;
}

async function closeDrops(
  tx: Tx,
  parts: ClosingParts,
  range: { from: number; to: number },
  snapshot: ChainSnapshot,
): Promise<void> {
  let next = range.from;
  for (const drop of await dropsWithLeaves(tx, range.from, range.to)) {
    await saveEmptyDrops(tx, next, drop);
    await closeOne(tx, parts, drop, snapshot);
    next = drop + 1;
  }
  await saveEmptyDrops(tx, next, range.to);
  await writeNextDrop(tx, range.to);
}

async function closeOne(tx: Tx, parts: ClosingParts, drop: number, { rules, final }: ChainSnapshot): Promise<void> {
  const { genesis } = parts;
  const readings = await readingsOfDrop(tx, drop);
  const awards = await awardsOfDrop(tx, drop);
  const vehicles = [...new Set(readings.map(({ vehicle }) => vehicle))];
  const accounts = [...new Set([...readings, ...awards].map(({ account }) => account))];
  const exclusions = await loadExclusions(tx, accounts);
  const dropDay = Math.floor(drop / DROPS_PER_DAY);
  const closed = closeDrop({
    drop,
    genesis,
    readings,
    awards,
    vehicles: await loadVehicleHeads(tx, vehicles),
    accounts: await loadAccountHeads(tx, accounts, (account) => parts.keys.ofAccount(account)),
    dailyCapM: (day) => rulesOn(rules, day).dailyCapM,
    // A final block past the drop's end has seen its day begin: what it says of that day never changes again.
    isExcluded: (account) => isExcluded(exclusions.get(account) ?? [], dropDay, { genesis, chainTime: final.time }),
  });
  await saveDrop(tx, closed, dropDay);
}

async function closeDay(parts: ClosingParts, day: number, versions: readonly RulesVersion[]): Promise<ClosedDay> {
  const rules = rulesOn(versions, day);
  return parts.store.transaction(async (tx) => {
    await giveIndices(tx);
    const dayKey = parts.keys.ofDay(day);
    const before = await loadDayAccounts(tx, { from: day - rules.windowDays + 1, to: day });
    const accounts = shareDay({ day, accounts: before, rules, dayKey });
    const closed = layOutDay(day, dayKey, accounts);
    const longestWindow = Math.max(...versions.map((version) => version.rules.windowDays));
    await saveDay(tx, closed, { dayKey, accounts, longestWindow });
    return closed;
  });
}

/** After a stop between a day's closing and its file: the same rows are laid out again, since no later drop is closed. */
async function publishStrayDay(parts: ClosingParts, nextDay: number): Promise<boolean> {
  const row = nextDay === 0 ? undefined : await readDay(parts.store.db, nextDay - 1);
  if (row === undefined || row.published === 1) return false;
  const accounts = await loadDayAccounts(parts.store.db, { from: row.day, to: row.day });
  await parts.publishDay(layOutDay(row.day, row.day_key, accounts));
  return true;
}
