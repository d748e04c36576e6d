import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { hashMileageLeaf } from "../../protocol/codec/leaves.ts";
import { signatureHash } from "../../protocol/codec/reading.ts";
import { type DropRow, hashDropRow, ROW_SALT_KIND } from "../../protocol/codec/rows.ts";
import { deriveSalt } from "../../protocol/salts.ts";
import { dayOf } from "../../protocol/schedule.ts";
import type { AcceptedReading, AccountHead, ClosedRow, DropInput, VehicleHead } from "./drop.ts";

/** The heads of chains of leaves as they stand while a drop is closed; both are changed. */
export interface Heads {
  readonly vehicles: Map<Hex, VehicleHead>;
  readonly accounts: Map<Hex, AccountHead>;
}

/** Closes a drop's readings: order, counted metres, running totals, leaves (docs/protocol.md 6.1). */
export function closeReadings(input: DropInput, heads: Heads): ClosedRow<DropRow>[] {
  return inOrder(input.readings).map((reading, index) => {
    const vehicle = heads.vehicles.get(reading.vehicle) ?? input.vehicles.get(reading.vehicle);
    const account = heads.accounts.get(reading.account) as AccountHead;
    const day = dayOf(input.genesis, reading.startedAt);
    const countedBeforeM = vehicle?.day === day ? vehicle.countedM : 0;
    const countedM = countedMetres(input, reading, { day, countedBeforeM });
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
    const { leafHash, row } = leaf;
    heads.vehicles.set(reading.vehicle, { leaf: leafHash, day, countedM: row.vehicleDayAfterM });
    heads.accounts.set(reading.account, { ...account, leaf: leafHash, metres: row.accountAfterM });
    return leaf;
  });
}

/** What of a reading counts: nothing while its account is excluded, else what the day's cap leaves. */
function countedMetres(
  input: Pick<DropInput, "dailyCapM" | "isExcluded">,
  { account, odometerStart, odometerEnd }: AcceptedReading,
  { day, countedBeforeM }: { day: number; countedBeforeM: number },
): number {
  if (input.isExcluded(account)) return 0;
  return Math.max(0, Math.min(odometerEnd - odometerStart, input.dailyCapM(day) - countedBeforeM));
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

function closeReading(reading: AcceptedReading, { accountKey, ...fields }: LeafFields): ClosedRow<DropRow> {
  const { digest, signature, ...rest } = reading;
  const salt = deriveSalt(accountKey, LEAF_KIND.mileage, fields.drop, fields.index);
  const row: DropRow = { ...rest, ...splitSignature(signature), ...fields, salt };
  const rowSalt = rowSaltOfDrop(accountKey, row);
  const leafHash = hashMileageLeaf({ ...row, readingDigest: digest, signatureHash: signatureHash(signature) });
  return { row, digest, leafHash, rowSalt, rowHash: hashDropRow(row, rowSalt) };
}

/** The salt of a row of a drop's file. */
export function rowSaltOfDrop(accountKey: Hex, row: { drop: number; index: number }): Hex {
  return deriveSalt(accountKey, ROW_SALT_KIND.drop, row.drop, row.index);
}

/** r and s of a signature, as they stand in a row. */
export function splitSignature(signature: Hex): { r: Hex; s: Hex } {
  return { r: signature.slice(0, 66) as Hex, s: `0x${signature.slice(66)}` };
}
