import { readSeason, readSeasonCount, type SeasonRecord } from "../../chain/read/mine-box.ts";
import { CairnError } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";

/**
 * A season of the mine box with its prize table, from which the odds follow.
 * @param parameters `season`: its number, from 1; default the newest.
 * @throws NOT_FOUND when there is no such season, CHAIN_UNREACHABLE.
 */
export async function getSeason(context: SdkContext, parameters: { season?: number } = {}): Promise<SeasonRecord> {
  const { chain, deployment } = context;
  const season = parameters.season ?? (await readSeasonCount(chain, deployment));
  const found = await readSeason(chain, deployment, season);
  if (found === undefined) throw new CairnError("NOT_FOUND", `season ${season}`);
  return found;
}
