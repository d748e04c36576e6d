import type { Registry } from "prom-client";
import type { DiskReserve } from "../../service/http/admission.ts";
import type { DayCache } from "../files/day-cache.ts";
import type { AwardQueue } from "../intake/award-queue.ts";
import type { IntakeQueue } from "../intake/queue.ts";
import type { DeliveredIntent } from "../intents/message.ts";
import type { IntentResult } from "../intents/submit.ts";
import type { ChainView } from "../jobs/chain-view.ts";
import type { StatusReport } from "../jobs/status.ts";
import type { Programme } from "../programme.ts";
import type { Db } from "../store/open.ts";
import type { AnchoredDrops } from "./anchored.ts";

/** What the routes work with. */
export interface Services {
  readonly programme: Programme;
  readonly db: Db;
  readonly view: ChainView;
  readonly intake: Pick<IntakeQueue, "take">;
  readonly awards: Pick<AwardQueue, "take">;
  readonly submitIntents: (intents: readonly DeliveredIntent[]) => Promise<IntentResult[]>;
  readonly days: DayCache;
  readonly drops: AnchoredDrops;
  readonly status: () => Promise<StatusReport>;
  /** Why the relayer is not ready; undefined when it is. */
  readonly unready: () => Promise<string | undefined>;
  readonly metrics: Registry;
  readonly reserve: DiskReserve;
}
