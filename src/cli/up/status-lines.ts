import { formatCount, formatTime } from "../output.ts";
import type { RelayerStatus } from "../relayer-api.ts";

/** Shortest time between two lines that only tell of more readings, milliseconds. */
const QUIET_MS = 30_000;

/** Tells in one line what has changed, when something worth telling has. */
export class StatusLines {
  #last: RelayerStatus | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @returns Nothing when there is nothing to tell. */
  next(status: RelayerStatus, nowMs: number): string | undefined {
    const last = this.#last;
    const steps =
      last === undefined ||
      last.currentDrop !== status.currentDrop ||
      last.nextDrop !== status.nextDrop ||
      last.settledDays !== status.settledDays ||
      last.creditedThroughDay !== status.creditedThroughDay ||
      (last.readings.accepted === 0 && status.readings.accepted > 0);
    const more = last !== undefined && last.readings.accepted !== status.readings.accepted;
    if (!steps && !(more && nowMs - this.#toldAt >= QUIET_MS)) return undefined;
    this.#last = status;
    this.#toldAt = nowMs;
    return line(status);
  }
}

function line({ chainTime, currentDrop, nextDrop, settledDays, creditedThroughDay, readings }: RelayerStatus): string {
  const refused = Object.values(readings.refused).reduce((sum, count) => sum + count, 0);
  const parts = [
    currentDrop < 0 ? "before genesis" : `drop ${currentDrop}`,
    `${formatCount(readings.accepted)} readings accepted${refused === 0 ? "" : `, ${formatCount(refused)} refused`}`,
    nextDrop === 0 ? "no drop closed yet" : `closed through drop ${nextDrop - 1}`,
    settledDays === 0 ? "no day settled yet" : `settled through day ${settledDays - 1}`,
    ...(creditedThroughDay === null ? [] : [`credited through day ${creditedThroughDay}`]),
  ];
  return `${formatTime(chainTime)}  ${parts.join(" · ")}`;
}
