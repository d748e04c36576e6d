import type { Hex } from "../../protocol/codec/bytes.ts";
import { readMigrated } from "./migrated.ts";
import { currentAccount } from "./moves.ts";
import type { Tx } from "./open.ts";
import type { ChainOrdersTable } from "./schema-chain.ts";

/** The ledger's four sums of an account, in units. */
interface Sums {
  readonly mined: bigint;
  readonly received: bigint;
  readonly out: bigint;
  readonly reserved: bigint;
}

const NOTHING: Sums = { mined: 0n, received: 0n, out: 0n, reserved: 0n };

async function readSums(tx: Tx, account: Hex): Promise<Sums> {
  const row = await tx.selectFrom("chain_stones").selectAll().where("account", "=", account).executeTakeFirst();
  if (row === undefined) return NOTHING;
  const { mined, received, out, reserved } = row;
  return { mined: BigInt(mined), received: BigInt(received), out: BigInt(out), reserved: BigInt(reserved) };
}

/** Adds to an account's sums. */
async function addToSums(tx: Tx, account: Hex, change: Partial<Sums>): Promise<void> {
  const before = await readSums(tx, account);
  const sum = (name: keyof Sums) => (before[name] + (change[name] ?? 0n)).toString();
  const values = { mined: sum("mined"), received: sum("received"), out: sum("out"), reserved: sum("reserved") };
  await tx
    .insertInto("chain_stones")
    .values({ account, ...values })
    .onConflict((conflict) => conflict.column("account").doUpdateSet(values))
    .execute();
}

/**
 * A Transfer of the ledger: from address 0 a credit or a prize, to address 0 a spend or a migration, and between accounts a
 * move, which takes the reservations along.
 */
export async function applyTransfer(
  tx: Tx,
  { from, to, value }: { from: Hex; to: Hex; value: bigint },
  isCredit: boolean,
): Promise<void> {
  if (BigInt(from) === 0n) return addToSums(tx, to, isCredit ? { mined: value } : { received: value });
  if (BigInt(to) === 0n) return addToSums(tx, from, { out: value });
  const { reserved } = await readSums(tx, from);
  await addToSums(tx, from, { out: value, reserved: -reserved });
  await addToSums(tx, to, { received: value, reserved });
}

/** An order takes what pays for it: stones are set aside, or a voucher is gone. */
export async function takePayment(tx: Tx, order: { account: Hex; item: number; price: bigint }): Promise<void> {
  const { account, item, price } = order;
  if (price === 0n) await addVouchers(tx, { account, item, count: -1 });
  else await addToSums(tx, account, { reserved: price });
}

/**
 * An order ends. Its stones are no longer set aside with the account that stands for the order's by now: they were spent, or
 * are free again. A voucher comes back to the account that ordered, unless the order is completed.
 */
export async function endPayment(tx: Tx, order: Hex, status: ChainOrdersTable["status"]): Promise<void> {
  const row = await tx
    .selectFrom("chain_orders")
    .select(["account", "item", "price"])
    .where("order_id", "=", order)
    .executeTakeFirstOrThrow();
  const { account, item } = row;
  const price = BigInt(row.price);
  if (price !== 0n) await addToSums(tx, await currentAccount(tx, account), { reserved: -price });
  else if (status !== "completed") await addVouchers(tx, { account, item, count: 1 });
}

/** Adds to an account's vouchers for an item. */
export async function addVouchers(tx: Tx, { account, item, count }: { account: Hex; item: number; count: number }) {
  await tx
    .insertInto("chain_vouchers")
    .values({ account, item, count })
    .onConflict((conflict) =>
      conflict
        .columns(["account", "item"])
        .doUpdateSet((eb) => ({ count: eb("chain_vouchers.count", "+", eb.ref("excluded.count")) })),
    )
    .execute();
}

/** Adds to what an account migrated to a successor. */
export async function addMigrated(tx: Tx, to: { account: Hex; successor: Hex; units: bigint }): Promise<void> {
  const { account, successor } = to;
  const units = ((await readMigrated(tx, account, successor)) + to.units).toString();
  await tx
    .insertInto("chain_migrations")
    .values({ account, successor, units })
    .onConflict((conflict) => conflict.columns(["account", "successor"]).doUpdateSet({ units }))
    .execute();
}
