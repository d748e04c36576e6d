import type { SignedAward } from "../../protocol/codec/award.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Reading } from "../../protocol/codec/reading.ts";

/** A reading that was accepted into the drop. */
export interface AcceptedReading extends Reading {
  readonly digest: Hex;
  /** `r ‖ s`, 64 bytes, s in the low half. */
  readonly signature: Hex;
  readonly account: Hex;
}

/** A task award that was accepted into the drop. */
export interface AcceptedAward extends SignedAward {
  readonly digest: Hex;
}

/** Where a vehicle's chain of leaves stands. `day` is the last day driven, `countedM` what counted of it. */
export interface VehicleHead {
  readonly leaf: Hex;
  readonly day: number;
  readonly countedM: number;
}

/** Where an account's two chains of leaves stand. */
export interface AccountHead {
  /** Of its last reading, or zero. */
  readonly leaf: Hex;
  /** Metres counted ever. */
  readonly metres: number;
  /** Of its last award, or zero. */
  readonly awardLeaf: Hex;
  /** Crystals awarded ever. */
  readonly crystals: bigint;
  readonly key: Hex;
}

/** What a drop is closed with. Heads are looked up by vehicle and by account. */
export interface DropInput {
  readonly drop: number;
  readonly genesis: number;
  readonly readings: readonly AcceptedReading[];
  readonly awards: readonly AcceptedAward[];
  readonly vehicles: ReadonlyMap<Hex, VehicleHead>;
  readonly accounts: ReadonlyMap<Hex, AccountHead>;
  /** Metres that count per vehicle on a day driven. */
  readonly dailyCapM: (day: number) => number;
  /** Whether an account is excluded on the day of the drop. */
  readonly isExcluded: (account: Hex) => boolean;
}

/** A leaf of the drop with the row that is published of it. */
export interface ClosedRow<R> {
  readonly row: R;
  /** Of what was signed. */
  readonly digest: Hex;
  readonly leafHash: Hex;
  readonly rowSalt: Hex;
  readonly rowHash: Hex;
}
