import { DAY_S, DROP_S } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";
import type { FileKind } from "../hash/layout.ts";

/** When what published files tell of was over: the end of a drop or day, a poll's close, the end of a round's day. */
export interface FilePlaces {
  /** Unix seconds; undefined for a poll or round that the chain does not know. */
  overAt(kind: FileKind, number: number): number | undefined;
  /** The day in which it ended; without bound for what the chain does not know. */
  dayOf(kind: FileKind, number: number): number;
}

/** Reads when polls and rounds were over; drops and days tell it by their numbers. */
export async function readPlaces({
  database,
  deployment,
}: Pick<AuditContext, "database" | "deployment">): Promise<FilePlaces> {
  const { genesis } = deployment;
  const polls = await timesOf("SELECT poll AS number, closes_at AS over_at FROM ev_poll");
  const rounds = await timesOf(`SELECT round AS number, day_start(${genesis}, day + 1) AS over_at FROM ev_round`);
  return { overAt, dayOf };

  async function timesOf(sql: string): Promise<Map<number, number>> {
    return new Map((await database.rows(sql)).map((row) => [Number(row.number), Number(row.over_at)]));
  }

  function overAt(kind: FileKind, number: number): number | undefined {
    if (kind === "poll") return polls.get(number);
    if (kind === "round") return rounds.get(number);
    return genesis + (number + 1) * (kind === "day" ? DAY_S : DROP_S);
  }

  function dayOf(kind: FileKind, number: number): number {
    const over = overAt(kind, number);
    return over === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((over - 1 - genesis) / DAY_S));
  }
}
