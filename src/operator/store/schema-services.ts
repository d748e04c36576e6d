import type { Generated } from "kysely";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { ManifestEntry } from "../../protocol/codec/rows.ts";
import type { DocumentType } from "../documents/schemas.ts";

// Units, weights and amounts stand as decimal text: they pass 2^53. Times are unix seconds.

/** A document whose hash stands on the chain, or will. */
interface DocumentsTable {
  id: Generated<number>;
  hash: Hex;
  type: DocumentType;
  json: string;
}

/** Keys under which the salts of an account's rows are derived. */
interface AccountKeysTable {
  account: Hex;
  key: Hex;
}

interface VehiclesTable {
  vehicle: Hex;
  rank: number;
  /** The account of its pairing, whoever holds it now; null before. */
  first_account: Hex | null;
  since: number | null;
  /** 0 = it is paired. */
  until: number | null;
}

/** Who held a vehicle from when until when; an account has one tenure of a vehicle at most. */
interface TenuresTable {
  vehicle: Hex;
  account: Hex;
  since: number;
  /** 0 = still. */
  until: number;
}

interface TasksTable {
  task: number;
  content_hash: Hex;
  crystals: number;
  per_day: number;
  from_day: number;
  until_day: number;
}

/** What the relayer said of an award. */
export type AwardState = "waiting" | "taken" | "refused";

interface AwardsTable {
  id: Generated<number>;
  task: number;
  account: Hex;
  occurrence: Hex;
  crystals: number;
  awarded_at: number;
  day: number;
  digest: Hex;
  signature: Hex;
  state: AwardState;
  /** Why it was refused. */
  reason: string | null;
}

interface PollsTable {
  poll: number;
  content_hash: Hex;
  options: number;
  weighting: number;
  snapshot_day: number;
  opens_at: number;
  closes_at: number;
  /** Of the result that stands; null when there is none. */
  root: Hex | null;
  counts_from: number | null;
  /** How many results were taken back. */
  vetoes: number;
}

/** A poll that the desk asked for. */
interface PollRequestsTable {
  content_hash: Hex;
  /** Why the contract refused it. */
  reason: string | null;
  /** Vetoes after which the desk wanted the result published again. */
  acknowledged_vetoes: number;
}

interface PollCountsTable {
  poll: number;
  root: Hex;
  /** JSON: weights as decimal text. */
  tallies: string;
  voters: number;
  data_digest: Hex;
}

interface VotesTable {
  digest: Hex;
  poll: number;
  account: Hex;
  option: number;
  cast_at: number;
  signature: Hex;
  weight: string;
  received_at: number;
  receipt_signature: Hex;
  /** What became of the task of taking part: `awarded`, or why not; null until it was looked at. */
  participation: string | null;
}

interface ProposalsTable {
  digest: Hex;
  account: Hex;
  topic: number;
  content_hash: Hex;
  submitted_at: number;
  signature: Hex;
  received_at: number;
  day: number;
  /** Both null once the text was deleted: then nobody can tell what the hash is of. */
  salt: Hex | null;
  text: string | null;
  /** As in {@link VotesTable}. */
  participation: string | null;
}

interface MilestonesTable {
  milestone: number;
  content_hash: Hex;
}

interface AttestationsTable {
  milestone: number;
  account: Hex;
  counts_from: number;
  revoked: 0 | 1;
}

/** How far a milestone's rule has been evaluated. */
interface MilestoneProgressTable {
  milestone: number;
  next_day: number;
}

interface MilestoneReachedTable {
  milestone: number;
  account: Hex;
}

interface RoundsTable {
  round: number;
  content_hash: Hex;
  root: Hex;
  token: Hex;
  amount: string;
  day: number;
  accounts: number;
  total_weight: string;
  deadline: number;
  claimable_from: number;
  cancelled: 0 | 1;
  /** Paid out so far. */
  claimed: string;
  /** What went back after the deadline; null before. */
  returned: string | null;
}

/** A round that the desk asked for; its tree once it was laid out and published. */
interface RoundRequestsTable {
  id: Generated<number>;
  content_hash: Hex;
  number: number | null;
  root: Hex | null;
  total_weight: string | null;
  accounts: number | null;
  /** Why the contract refused it. */
  reason: string | null;
}

/** The tables of the duties besides the mine box. Those that begin with `chain_` are a projection of final blocks. */
export interface ServicesSchema {
  documents: DocumentsTable;
  files: ManifestEntry;
  account_keys: AccountKeysTable;
  chain_vehicles: VehiclesTable;
  chain_tenures: TenuresTable;
  chain_tasks: TasksTable;
  awards: AwardsTable;
  chain_polls: PollsTable;
  poll_requests: PollRequestsTable;
  poll_counts: PollCountsTable;
  votes: VotesTable;
  proposals: ProposalsTable;
  chain_milestones: MilestonesTable;
  chain_attestations: AttestationsTable;
  milestone_progress: MilestoneProgressTable;
  milestone_reached: MilestoneReachedTable;
  chain_rounds: RoundsTable;
  round_requests: RoundRequestsTable;
}
