import type { EventOf } from "../../chain/read/events.ts";
import { fromHex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";
import { type Play, readPlay } from "./plays.ts";

/** Of a prize that is crystals: its place in the contract's enum. */
const PRIZE_OF_CRYSTALS = 2;

/** Applies what accounts play with: boxes and crystals. */
export async function applyBox(tx: Tx, event: EventOf<"mineBox">): Promise<void> {
  switch (event.name) {
    case "SeasonOpened": {
      const { season, terms } = event.args;
      const crystals = terms.prizes.map(({ kind, amount }) => (kind === PRIZE_OF_CRYSTALS ? Number(amount) : 0));
      await tx
        .insertInto("chain_seasons")
        .values({ season, price: terms.price, crystals: JSON.stringify(crystals) })
        .execute();
      return;
    }
    case "CrystalsCredited": {
      const { account, crystals, credited } = event.args;
      return changePlay(tx, account, (play) => ({ crystals: play.crystals + crystals, credited }));
    }
    case "BoxesRequested": {
      const { account, season, firstBox, count } = event.args;
      const cost = BigInt(await priceOf(tx, season)) * BigInt(count);
      const boxes = firstBox + BigInt(count);
      return changePlay(tx, account, (play) => ({ boxes, season, crystals: play.crystals - cost }));
    }
    case "BoxesOpened": {
      const { account, count, tiers } = event.args;
      const { season } = await readPlay(tx, lowerHex(account));
      const won = await crystalsOf(tx, season, [...fromHex(tiers)].slice(0, count));
      return changePlay(tx, account, (play) => ({ crystals: play.crystals + won }));
    }
    case "CrystalsFollowed": {
      const { account, to, crystals } = event.args;
      await changePlay(tx, account, (play) => ({ crystals: play.crystals - crystals }));
      return changePlay(tx, to, (play) => ({ crystals: play.crystals + crystals }));
    }
  }
}

async function changePlay(tx: Tx, address: string, change: (play: Play) => Partial<Play>): Promise<void> {
  const account = lowerHex(address);
  const before = await readPlay(tx, account);
  const { boxes, season, crystals, credited } = { ...before, ...change(before) };
  const values = {
    ...{ boxes: boxes.toString(), season },
    ...{ crystals: crystals.toString(), credited: credited.toString() },
  };
  await tx
    .insertInto("chain_boxes")
    .values({ account, ...values })
    .onConflict((conflict) => conflict.column("account").doUpdateSet(values))
    .execute();
}

async function priceOf(tx: Tx, season: number): Promise<number> {
  const row = await tx.selectFrom("chain_seasons").select("price").where("season", "=", season).executeTakeFirst();
  return row?.price ?? 0;
}

/** The crystals that boxes of these tiers give. */
async function crystalsOf(tx: Tx, season: number, tiers: readonly number[]): Promise<bigint> {
  const row = await tx.selectFrom("chain_seasons").select("crystals").where("season", "=", season).executeTakeFirst();
  const given = JSON.parse(row?.crystals ?? "[]") as number[];
  return tiers.reduce((sum, tier) => sum + BigInt(given[tier] ?? 0), 0n);
}
