import { formatCount, formatTime } from "../output.ts";
import type { RelayerStatus } from "../relayer-api.ts";

/** Shortest time between two lines that only tell of more readings, milliseconds. */
const QUIET_MS = 30_000;

/** Tells in a line what has changed, when something worth telling has, and each alert when it begins. */
export class StatusLines {
  #last: RelayerStatus | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @returns What is to be told now; mostly nothing. */
  next(status: RelayerStatus, nowMs: number): string[] {
    const last = this.#last;
    const known = new Set(last?.alerts.map(({ subject, message }) => `${subject} ${message}`));
    const alerts = status.alerts.filter(({ subject, message }) => !known.has(`${subject} ${message}`));
    const more = last !== undefined && last.readings.accepted !== status.readings.accepted;
    const due = hasStepped(last, status) || (more && nowMs - this.#toldAt >= QUIET_MS);
    if (!due && alerts.length === 0) return [];
    this.#last = status;
    this.#toldAt = nowMs;
    return [line(status), ...alerts.map(({ subject, message }) => `Attention, ${subject}: ${message}`)];
  }
}

/** Whether the programme has come a step further, or has taken its first reading. */
function hasStepped(last: RelayerStatus | undefined, now: RelayerStatus): boolean {
  if (last === undefined) return true;
  const steps = ["currentDrop", "nextDrop", "settledDays", "creditedThroughDay"] as const;
  return steps.some((step) => last[step] !== now[step]) || (last.readings.accepted === 0 && now.readings.accepted > 0);
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
