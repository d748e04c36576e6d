import { tiersOf } from "../../../chain/read/boxes.ts";
import type { EventOf, ProgrammeEvent } from "../../../chain/read/events.ts";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";
import { dropOf } from "../../../protocol/schedule.ts";
import type { Mirror } from "../../duty.ts";
import type { Tx } from "../../store/open.ts";
import { applyGain } from "./gains.ts";
import { stringifyTerms } from "./terms.ts";

const TABLES = [
  "chain_box_seasons",
  "chain_box_requests",
  "chain_box_reveals",
  "chain_box_claims",
  "chain_box_holders",
  "chain_box_gains",
] as const;

/** What the box duty keeps of the chain: seasons, requests with what they won, links, what waits or may follow, who holds what. */
export function boxMirror(genesis: number): Mirror {
  return {
    async apply(tx, events) {
      for (const event of events) await applyEvent(tx, event, genesis);
    },
    async clear(tx) {
      for (const table of TABLES) await tx.deleteFrom(table).execute();
    },
  };
}

async function applyEvent(tx: Tx, event: ProgrammeEvent, genesis: number): Promise<void> {
  if (event.contract === "vehicleRegistry") return applyVehicle(tx, event);
  await applyGain(tx, event);
  if (event.contract !== "mineBox") return;
  switch (event.name) {
    case "SeasonOpened":
    case "SeasonVetoed":
    case "SeasonClosed":
    case "SeasonForced":
      return applySeason(tx, event);
    case "BoxesRequested":
    case "DropRevealed":
    case "BoxesOpened":
      return applyBoxes(tx, event, genesis);
    case "PrizeWaits":
      return addClaim(tx, lowerHex(event.args.account), event.args.units);
    case "PrizeClaimed":
      return endClaim(tx, lowerHex(event.args.account));
    case "CrystalsFollowed":
      await endClaim(tx, lowerHex(event.args.account));
      return addClaim(tx, lowerHex(event.args.to), event.args.units);
  }
}

type BoxEvent<Name extends EventOf<"mineBox">["name"]> = Extract<EventOf<"mineBox">, { name: Name }>;

async function applySeason(
  tx: Tx,
  event: BoxEvent<"SeasonOpened" | "SeasonVetoed" | "SeasonClosed" | "SeasonForced">,
): Promise<void> {
  if (event.name === "SeasonOpened") {
    const { season, terms } = event.args;
    const { tip, firstDrop, endDrop } = terms;
    await tx
      .insertInto("chain_box_seasons")
      .values({
        ...{ season, terms: stringifyTerms(terms), tip, first_drop: firstDrop, end_drop: endDrop },
        ...{ vetoed: 0, closed: 0, forced_from: null },
      })
      .execute();
    return;
  }
  const values =
    event.name === "SeasonVetoed"
      ? { vetoed: 1 }
      : event.name === "SeasonClosed"
        ? { closed: 1 }
        : { forced_from: event.args.drop };
  await tx.updateTable("chain_box_seasons").set(values).where("season", "=", event.args.season).execute();
}

async function applyBoxes(
  tx: Tx,
  event: BoxEvent<"BoxesRequested" | "DropRevealed" | "BoxesOpened">,
  genesis: number,
): Promise<void> {
  switch (event.name) {
    case "BoxesRequested": {
      const { account, season, firstBox, count, salt } = event.args;
      await tx
        .insertInto("chain_box_requests")
        .values({
          ...{ account: lowerHex(account), first_box: Number(firstBox), count, season, salt: String(salt) },
          ...{ drop_no: dropOf(genesis, event.time), block: event.block, tx: event.transaction },
          ...{ tiers: null, opened_tx: null },
        })
        .execute();
      return;
    }
    case "DropRevealed": {
      const { season, drop, link } = event.args;
      const { revealed } = await tx
        .selectFrom("chain_box_reveals")
        .select((eb) => eb.fn.countAll<number>().as("revealed"))
        .where("season", "=", season)
        .executeTakeFirstOrThrow();
      const values = { season, position: revealed + 1, drop_no: drop, link };
      await tx.insertInto("chain_box_reveals").values(values).execute();
      return;
    }
    case "BoxesOpened": {
      const { account, firstBox, count, tiers } = event.args;
      await tx
        .updateTable("chain_box_requests")
        .set({ tiers: JSON.stringify(tiersOf(tiers, count)), opened_tx: event.transaction })
        .where("account", "=", lowerHex(account))
        .where("first_box", "=", Number(firstBox))
        .execute();
    }
  }
}

async function addClaim(tx: Tx, account: Hex, units: bigint): Promise<void> {
  if (units === 0n) return;
  const row = await tx.selectFrom("chain_box_claims").select("units").where("account", "=", account).executeTakeFirst();
  const sum = String(BigInt(row?.units ?? 0) + units);
  await tx
    .insertInto("chain_box_claims")
    .values({ account, units: sum })
    .onConflict((conflict) => conflict.column("account").doUpdateSet({ units: sum }))
    .execute();
}

async function endClaim(tx: Tx, account: Hex): Promise<void> {
  await tx.deleteFrom("chain_box_claims").where("account", "=", account).execute();
}

async function applyVehicle(tx: Tx, event: EventOf<"vehicleRegistry">): Promise<void> {
  switch (event.name) {
    case "VehiclePaired":
      return setHolder(tx, event.args.vehicle, lowerHex(event.args.account));
    case "VehicleFollowed":
      return setHolder(tx, event.args.vehicle, lowerHex(event.args.to));
    case "VehicleReleased":
      await tx.deleteFrom("chain_box_holders").where("vehicle", "=", event.args.vehicle).execute();
  }
}

async function setHolder(tx: Tx, vehicle: Hex, account: Hex): Promise<void> {
  await tx
    .insertInto("chain_box_holders")
    .values({ vehicle, account })
    .onConflict((conflict) => conflict.column("vehicle").doUpdateSet({ account }))
    .execute();
}
