import type { EventOf, ProgrammeEvent } from "../../chain/read/events.ts";
import { fromHex } from "../../protocol/codec/bytes.ts";
import { PRIZE_KINDS } from "../../protocol/codec/codes.ts";
import type { Place, Row } from "./event-row.ts";

/** The rows of an event of the mine box. */
export function boxRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.contract !== "mineBox") return undefined;
  return seasonRows(event, place) ?? drawRows(event, place) ?? purseRows(event, place);
}

type BoxEvent = EventOf<"mineBox">;

function seasonRows(event: BoxEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "SeasonOpened": {
      const { season, terms } = event.args;
      const { firstDrop, endDrop, price, guarantee, guaranteedTier, maxBoxes, budget, vouchers, links, tip } = terms;
      const cells = [firstDrop, endDrop, price, guarantee, guaranteedTier, maxBoxes, budget, vouchers, links, tip];
      const tiers = terms.prizes.map(
        ({ kind, weight, amount, item }, tier): Row => [
          "ev_tier",
          [...place, season, tier, PRIZE_KINDS[kind] ?? null, weight, amount, item],
        ],
      );
      return [["ev_season", [...place, season, ...cells]], ...tiers];
    }
    case "SeasonVetoed":
      return [["ev_season_end", [...place, "vetoed", event.args.season, null, null]]];
    case "SeasonClosed":
      return [["ev_season_end", [...place, "closed", event.args.season, null, event.args.budgetLeft]]];
    case "SeasonForced":
      return [["ev_season_end", [...place, "forced", event.args.season, event.args.drop, null]]];
    default:
      return undefined;
  }
}

function drawRows(event: BoxEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "BoxesRequested": {
      const { account, firstBox, season, count, salt } = event.args;
      return [["ev_box_request", [...place, account, firstBox, season, count, salt]]];
    }
    case "DropRevealed":
      return [["ev_reveal", [...place, event.args.season, event.args.drop, event.args.link]]];
    case "BoxesOpened": {
      const { account, firstBox, count, tiers } = event.args;
      const opened = [...fromHex(tiers)].slice(0, count);
      return opened.map((tier, nth) => ["ev_box", [...place, account, firstBox, nth, tier]]);
    }
    default:
      return undefined;
  }
}

function purseRows(event: BoxEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "AdultsAttested":
      return event.args.accounts.map((account) => ["ev_adult", [...place, account, event.args.adult ? 1 : 0]]);
    case "CrystalsCredited": {
      const { account, crystals, credited } = event.args;
      return [["ev_crystals", [...place, "credited", account, null, crystals, credited]]];
    }
    case "PrizeWaits":
      return [["ev_claimable", [...place, "waits", event.args.account, null, event.args.units]]];
    case "PrizeClaimed":
      return [["ev_claimable", [...place, "claimed", event.args.account, null, event.args.units]]];
    case "CrystalsFollowed": {
      const { account, to, crystals, units } = event.args;
      return [
        ["ev_claimable", [...place, "followed", account, to, units]],
        ["ev_crystals", [...place, "followed", account, to, crystals, null]],
      ];
    }
    default:
      return undefined;
  }
}
