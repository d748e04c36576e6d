import { dropOf, dropStart } from "../../protocol/schedule.ts";
import type { Alert, Alerts } from "../../service/alerts.ts";
import { VERSION } from "../../service/version.ts";
import type { Programme } from "../programme.ts";
import { nextAnchored, nextSettled } from "../store/anchors.ts";
import { firstDropWithReadings, readProgress } from "../store/closing.ts";
import { readCounters } from "../store/counters.ts";
import { countIntents } from "../store/intents.ts";
import type { Db } from "../store/open.ts";
import { readOutboxFigures } from "../store/outbox.ts";
import type { IntentState, OutboxState } from "../store/schema.ts";
import type { ChainView } from "./chain-view.ts";
import { creditedThrough } from "./push.ts";
import type { Worker } from "./worker.ts";

/** How many came in since the store was made; refused ones by code. */
interface IntakeFigures {
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** How far the relayer is, as `GET /v1/status` answers. Times in unix seconds. */
export interface StatusReport {
  readonly version: string;
  /** Time of the newest block that was fully processed; null before the first. */
  readonly chainTime: number | null;
  /** The newest block that this relayer has looked at. */
  readonly headBlock: number | null;
  /** The newest final one; of a relayer that does not lead, the one up to which the leader has stored, which may lie further back. */
  readonly finalBlock: number | null;
  /** The drop of chain time; negative before genesis. */
  readonly currentDrop: number | null;
  /** The first drop that is not closed. */
  readonly nextDrop: number;
  /** The first drop that is not anchored by final blocks. */
  readonly nextAnchored: number;
  /** Seconds of chain time since the oldest reading's drop began that is not anchored yet; null when all are. */
  readonly oldestUnanchoredS: number | null;
  readonly settledDays: number;
  /** The last day through which everything was pushed; null before the first push. */
  readonly creditedThroughDay: number | null;
  /** Whether this relayer does the work; of several on one store one does. */
  readonly leading: boolean;
  /** Everything that is due at chain time is done and final; only the one that leads can say so. */
  readonly idle: boolean;
  readonly outbox: Readonly<Record<OutboxState, number>>;
  readonly intents: Readonly<Record<IntentState, number>>;
  /** Wei per gas: of the newest block, and the most that this relayer pays. */
  readonly fees: { readonly base: string | null; readonly cap: string };
  /** Gas of what succeeded, by contract function. */
  readonly gas: Readonly<Record<string, { transactions: number; gas: string; items: number }>>;
  readonly readings: IntakeFigures;
  readonly awards: IntakeFigures;
  readonly alerts: readonly Alert[];
}

/** What a status is made from. */
export interface StatusParts {
  readonly db: Db;
  readonly view: ChainView;
  readonly programme: Programme;
  readonly worker: Pick<Worker, "isIdle" | "isLeading" | "changes" | "nudge">;
  readonly alerts: Alerts;
  /** Most that is paid per gas, wei. */
  readonly maxFeePerGas: bigint;
}

type OutboxFigures = Awaited<ReturnType<typeof readOutboxFigures>>;

/** Says how far the relayer is. The outbox is counted again only after the worker did something. */
export class StatusReporter {
  readonly #parts: StatusParts;
  #outbox: { readonly changes: number; readonly figures: OutboxFigures } | undefined;

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  async read(): Promise<StatusReport> {
    const { db, view, programme, worker, alerts, maxFeePerGas } = this.#parts;
    // Looked at first: what follows can then only be newer than what idle speaks of.
    const idle = worker.isIdle;
    const { snapshot } = view;
    worker.nudge();
    const { states, gas } = await this.#outboxFigures();
    const { nextDrop } = await readProgress(db);
    const counters = await readCounters(db);
    const anchored = await nextAnchored(db);
    return {
      version: VERSION,
      chainTime: snapshot?.head.time ?? null,
      headBlock: snapshot?.head.number ?? null,
      finalBlock: snapshot?.final.number ?? null,
      currentDrop: snapshot === undefined ? null : dropOf(programme.genesis, snapshot.head.time),
      nextDrop,
      nextAnchored: anchored,
      oldestUnanchoredS: await this.#oldestUnanchoredS(anchored),
      settledDays: await nextSettled(db),
      creditedThroughDay: await creditedThrough(db),
      leading: worker.isLeading,
      idle,
      outbox: states,
      intents: await countIntents(db),
      fees: { base: snapshot?.head.baseFee.toString() ?? null, cap: maxFeePerGas.toString() },
      gas,
      readings: intakeFigures(counters, "accepted", "refused:"),
      awards: intakeFigures(counters, "awarded", "award-refused:"),
      alerts: alerts.list(),
    };
  }

  async #oldestUnanchoredS(nextDrop: number): Promise<number | null> {
    const { db, view, programme } = this.#parts;
    const drop = await firstDropWithReadings(db, nextDrop);
    if (drop === undefined || view.snapshot === undefined) return null;
    return Math.max(0, view.snapshot.head.time - dropStart(programme.genesis, drop));
  }

  async #outboxFigures(): Promise<OutboxFigures> {
    const { worker, db } = this.#parts;
    const { changes } = worker;
    if (this.#outbox?.changes !== changes || !worker.isIdle) {
      this.#outbox = { changes, figures: await readOutboxFigures(db) };
    }
    return this.#outbox.figures;
  }
}

function intakeFigures(counters: ReadonlyMap<string, number>, accepted: string, prefix: string): IntakeFigures {
  const refused = [...counters]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { accepted: counters.get(accepted) ?? 0, refused: Object.fromEntries(refused) };
}
