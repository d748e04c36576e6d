import type { Logger } from "pino";
import type { ChainClient } from "../chain/client.ts";
import type { ProgrammeEvent } from "../chain/read/events.ts";
import type { BlockRef } from "../chain/read/head.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import type { Alerts } from "../service/alerts.ts";
import type { App } from "../service/http/app-type.ts";
import type { SaltKeys } from "../service/salt-keys.ts";
import type { DutyName, OperatorConfig } from "./config.ts";
import type { DayFiles } from "./files/day-files.ts";
import type { Publisher } from "./files/publisher.ts";
import type { OperatorKeys } from "./keys.ts";
import type { Sender } from "./sender.ts";
import type { Store, Tx } from "./store/open.ts";

/** The chain as it was last looked at. */
export interface ChainSnapshot {
  readonly head: BlockRef;
  /** The last final block; its events are in the store. */
  readonly final: BlockRef;
}

/** What a duty works with. */
export interface DutyContext {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly config: OperatorConfig;
  readonly keys: OperatorKeys;
  readonly store: Store;
  readonly alerts: Alerts;
  readonly log: Logger;
  /** The chain now; undefined until it was looked at for the first time. */
  readonly snapshot: () => ChainSnapshot | undefined;
  /** Called when something was stored that is to be acted on: duties take their turns at once. */
  readonly wake: () => void;
  /** The operator's own published files. */
  readonly publisher: Publisher;
  /** The relayer's published days. */
  readonly days: DayFiles;
  readonly saltKeys: SaltKeys;
}

/** What a duty keeps of final blocks' events in tables of its own; it can be made again at any time. */
export interface Mirror {
  /** Takes whole blocks, once each, in the order of the chain, in the transaction that moves the cursor. */
  apply(tx: Tx, events: readonly ProgrammeEvent[]): Promise<void>;
  clear(tx: Tx): Promise<void>;
}

/** One of the operator's duties. */
export interface Duty {
  readonly name: DutyName;
  /**
   * Does what is due: one effect at most, found by what the chain says now, so that it does not matter where the last process
   * stopped and whether another one does the same. It is not called without the duty's key.
   * @returns Whether it did something, so that it is called again at once.
   */
  step(snapshot: ChainSnapshot, sender: Sender): Promise<boolean>;
  /** Kept with and without a key. */
  readonly mirror?: Mirror;
  /** Adds what the duty tells over HTTP, with and without a key. */
  routes?(app: App): void;
}

/** Prepares a duty; what it needs durably is in order when it returns. */
export type OpenDuty = (context: DutyContext) => Promise<Duty>;
