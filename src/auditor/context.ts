import type { ChainClient } from "../chain/client.ts";
import type { Hex } from "../protocol/codec/bytes.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import type { FindingLog } from "./finding-log.ts";
import type { Pool } from "./hash/pool.ts";
import type { Documents } from "./ingest/documents.ts";
import type { Manifest } from "./ingest/manifest.ts";
import type { AuditDatabase } from "./store/database.ts";

/** What every check works with. */
export interface AuditContext {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly database: AuditDatabase;
  readonly findings: FindingLog;
  readonly pool: Pool;
  readonly manifest: Manifest;
  readonly filesDirs: readonly string[];
  readonly receiptsDir: string | undefined;
  /** What was handed in besides: texts whose hashes stand on the chain, deliveries of orders. */
  readonly documents: Documents;
  /** First day that is judged. */
  readonly fromDay: number;
  /** The block at which the chain is judged. */
  readonly head: { readonly number: number; readonly hash: Hex; readonly time: number };
}

/** What a check says about itself. */
interface CheckOutcome {
  /** How many things it judged. */
  readonly subjects: number;
  /** False when it could not run; then the note says why. Default true. */
  readonly ran?: boolean;
  readonly note?: string;
}

/** One check: what is wrong goes to the context's findings. */
export interface Check {
  readonly name: string;
  run(context: AuditContext): Promise<CheckOutcome>;
}
