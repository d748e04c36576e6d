import type { Hex } from "../../protocol/codec/bytes.ts";
import type { LeasesTable } from "../../storage/lease.ts";
import type { MetaTable } from "../../storage/open.ts";
import type { ServicesSchema } from "./schema-services.ts";

// Units of stones and salts stand as decimal text: they pass 2^53. Times are unix seconds.

/** One row: the last final block whose events are in the mirrors. */
interface CursorTable {
  id: 1;
  block: number;
  block_hash: Hex;
  block_time: number;
}

/** A hash chain of the mine box, by what a season commits to. All its links follow from the last one, which is the secret. */
interface BoxChainsTable {
  tip: Hex;
  last_link: Hex;
  links: number;
}

interface BoxSeasonsTable {
  season: number;
  /** The terms of the event, as JSON. */
  terms: string;
  tip: Hex;
  first_drop: number;
  end_drop: number;
  vetoed: number;
  closed: number;
  forced_from: number | null;
}

interface BoxRequestsTable {
  account: Hex;
  first_box: number;
  count: number;
  season: number;
  drop_no: number;
  salt: string;
  block: number;
  tx: Hex;
  /** What they won, as JSON; null until they are opened. */
  tiers: string | null;
  opened_tx: Hex | null;
}

interface BoxRevealsTable {
  season: number;
  /** Which drop with requests of the season it was, counted from 1. */
  position: number;
  drop_no: number;
  link: Hex;
}

/** Units of stone that wait until their account holds a vehicle. */
interface BoxClaimsTable {
  account: Hex;
  units: string;
}

/** Who holds which vehicle. */
interface BoxHoldersTable {
  vehicle: Hex;
  account: Hex;
}

/** Where an account moved. */
interface MovesTable {
  account: Hex;
  to_account: Hex;
}

/** Who was given crystals or waiting stones (item 0), or vouchers for an item, and may have some left. */
interface BoxGainsTable {
  account: Hex;
  item: number;
  /** The block of the last of it. */
  block: number;
}

/** All tables of an operator. Those that begin with `chain_` are a projection of final blocks and can be made again. */
export interface Schema extends ServicesSchema {
  meta: MetaTable;
  leases: LeasesTable;
  chain_cursor: CursorTable;
  box_chains: BoxChainsTable;
  chain_box_seasons: BoxSeasonsTable;
  chain_box_requests: BoxRequestsTable;
  chain_box_reveals: BoxRevealsTable;
  chain_box_claims: BoxClaimsTable;
  chain_box_holders: BoxHoldersTable;
  chain_box_gains: BoxGainsTable;
  chain_moves: MovesTable;
}
