import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { hashMileageLeaf } from "../../protocol/codec/leaves.ts";
import { type Reading, signatureHash } from "../../protocol/codec/reading.ts";
import { type DropRow, hashDropRow, ROW_SALT_KIND } from "../../protocol/codec/rows.ts";
import { deriveSalt } from "../../protocol/salts.ts";
import { dayOf } from "../../protocol/schedule.ts";
import { MerkleTree } from "../../protocol/tree.ts";

/** A reading that was accepted into the drop. */
export interface AcceptedReading extends Reading {
  readonly digest: Hex;
  /** `r ‖ s`, 64 bytes, s in the low half. */
  readonly signature: Hex;
  readonly account: Hex;
}

/** Where a vehicle's chain of leaves stands. `day` is the last day driven, `countedM` what counted of it. */
export interface VehicleHead {
  readonly leaf: Hex;
  readonly day: number;
  readonly countedM: number;
}

/** Where an account's chain of leaves stands. */
export interface AccountHead {
  readonly leaf: Hex;
  /** Metres counted ever. */
  readonly metres: number;
  readonly key: Hex;
}

/** What a drop is closed with. Heads are looked up by vehicle and by account. */
export interface DropInput {
  readonly drop: number;
  readonly genesis: number;
  readonly readings: readonly AcceptedReading[];
  readonly vehicles: ReadonlyMap<Hex, VehicleHead>;
  readonly accounts: ReadonlyMap<Hex, AccountHead>;
  /** Metres that count per vehicle on a day driven. */
  readonly dailyCapM: (day: number) => number;
}

/** A leaf of the drop as it is published. */
interface ClosedReading {
  readonly row: DropRow;
  readonly digest: Hex;
  readonly leafHash: Hex;
  readonly rowSalt: Hex;
  readonly rowHash: Hex;
}

/** A closed drop: its leaves in order, and the heads as they stand after it. */
export interface ClosedDrop {
  readonly drop: number;
  readonly leaves: readonly ClosedReading[];
  readonly root: Hex;
  /** Root over the row hashes: the digest of the published file; 0 for an empty drop. */
  readonly digest: Hex;
  readonly vehicles: ReadonlyMap<Hex, VehicleHead>;
  readonly accounts: ReadonlyMap<Hex, AccountHead>;
}

/** Closes a drop: order, counted metres, running totals, leaves and tree (docs/protocol.md 6.1, 12.1). */
export function closeDrop(input: DropInput): ClosedDrop {
  const vehicles = new Map<Hex, VehicleHead>();
  const accounts = new Map<Hex, AccountHead>();
  const leaves = inOrder(input.readings).map((reading, index) => {
    const vehicle = vehicles.get(reading.vehicle) ?? input.vehicles.get(reading.vehicle);
    const account = (accounts.get(reading.account) ?? input.accounts.get(reading.account)) as AccountHead;
    const day = dayOf(input.genesis, reading.startedAt);
    const countedBeforeM = vehicle?.day === day ? vehicle.countedM : 0;
    const drivenM = reading.odometerEnd - reading.odometerStart;
    const countedM = Math.max(0, Math.min(drivenM, input.dailyCapM(day) - countedBeforeM));
    const leaf = closeReading(reading, {
      drop: input.drop,
      index,
      countedM,
      vehicleDayAfterM: countedBeforeM + countedM,
      accountAfterM: account.metres + countedM,
      prevVehicleLeaf: vehicle?.leaf ?? ZERO_HASH,
      prevAccountLeaf: account.leaf,
      accountKey: account.key,
    });
    vehicles.set(reading.vehicle, { leaf: leaf.leafHash, day, countedM: leaf.row.vehicleDayAfterM });
    accounts.set(reading.account, { leaf: leaf.leafHash, metres: leaf.row.accountAfterM, key: account.key });
    return leaf;
  });
  return {
    drop: input.drop,
    leaves,
    root: new MerkleTree(leaves.map(({ leafHash }) => leafHash)).root,
    digest: new MerkleTree(leaves.map(({ rowHash }) => rowHash)).root,
    vehicles,
    accounts,
  };
}

/** Hex of one length in lower case sorts as its bytes do. */
function inOrder(readings: readonly AcceptedReading[]): AcceptedReading[] {
  return [...readings].sort((a, b) =>
    a.vehicle === b.vehicle ? a.sequence - b.sequence : a.vehicle < b.vehicle ? -1 : 1,
  );
}

type LeafFields = Pick<
  DropRow,
  "drop" | "index" | "countedM" | "vehicleDayAfterM" | "accountAfterM" | "prevVehicleLeaf" | "prevAccountLeaf"
> & { accountKey: Hex };

function closeReading(reading: AcceptedReading, { accountKey, ...fields }: LeafFields): ClosedReading {
  const { digest, signature, ...rest } = reading;
  const salt = deriveSalt(accountKey, LEAF_KIND.mileage, fields.drop, fields.index);
  const row: DropRow = { ...rest, ...splitSignature(signature), ...fields, salt };
  return closedReading(row, { digest, signature, rowSalt: rowSaltOfDrop(accountKey, row) });
}

/** The salt of a row of a drop's file. */
export function rowSaltOfDrop(accountKey: Hex, row: { drop: number; index: number }): Hex {
  return deriveSalt(accountKey, ROW_SALT_KIND.drop, row.drop, row.index);
}

/** r and s of a signature, as they stand in a row. */
export function splitSignature(signature: Hex): { r: Hex; s: Hex } {
  return { r: signature.slice(0, 66) as Hex, s: `0x${signature.slice(66)}` };
}

function closedReading(row: DropRow, by: { digest: Hex; signature: Hex; rowSalt: Hex }): ClosedReading {
  const leafHash = hashMileageLeaf({ ...row, readingDigest: by.digest, signatureHash: signatureHash(by.signature) });
  return { row, digest: by.digest, leafHash, rowSalt: by.rowSalt, rowHash: hashDropRow(row, by.rowSalt) };
}
