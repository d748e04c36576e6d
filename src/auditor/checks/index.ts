import type { Check } from "../context.ts";
import { anchors } from "./anchors.ts";
import { awardChains } from "./award-chains.ts";
import { awardSignatures } from "./award-signatures.ts";
import { awards } from "./awards.ts";
import { boxDraws } from "./box-draws.ts";
import { boxOdds } from "./box-odds.ts";
import { boxRequests } from "./box-requests.ts";
import { credits } from "./credits.ts";
import { dayAccounts } from "./day-accounts.ts";
import { dayCrystals } from "./day-crystals.ts";
import { dayMetres } from "./day-metres.ts";
import { dayRoots } from "./day-roots.ts";
import { dayShares } from "./day-shares.ts";
import { dayTotals } from "./day-totals.ts";
import { deliveries } from "./deliveries.ts";
import { documents } from "./documents.ts";
import { dropChains } from "./drop-chains.ts";
import { dropRoots } from "./drop-roots.ts";
import { erasedRows } from "./erased-rows.ts";
import { exclusions } from "./exclusions.ts";
import { fileDigests } from "./file-digests.ts";
import { identity } from "./identity.ts";
import { items } from "./items.ts";
import { manifest } from "./manifest.ts";
import { migrations } from "./migrations.ts";
import { milestones } from "./milestones.ts";
import { moves } from "./moves.ts";
import { orders } from "./orders.ts";
import { pauses } from "./pauses.ts";
import { polls } from "./polls.ts";
import { prizes } from "./prizes.ts";
import { readingForm } from "./reading-form.ts";
import { readingHistory } from "./reading-history.ts";
import { readingRights } from "./reading-rights.ts";
import { readingSignatures } from "./reading-signatures.ts";
import { receipts } from "./receipts.ts";
import { registries } from "./registries.ts";
import { reveals } from "./reveals.ts";
import { roles } from "./roles.ts";
import { roundParts } from "./round-parts.ts";
import { rounds } from "./rounds.ts";
import { rules } from "./rules.ts";
import { seasons } from "./seasons.ts";
import { settlements } from "./settlements.ts";
import { state } from "./state.ts";
import { tasks } from "./tasks.ts";
import { voteReceipts } from "./vote-receipts.ts";
import { votes } from "./votes.ts";

/** All checks, in the order in which they run: some add up what an earlier one has worked out. */
export const CHECKS: readonly Check[] = [
  identity,
  rules,
  roles,
  registries,
  moves,
  tasks,
  exclusions,
  manifest,
  fileDigests,
  anchors,
  dropRoots,
  dropChains,
  readingSignatures,
  readingForm,
  readingHistory,
  readingRights,
  awardChains,
  awardSignatures,
  awards,
  settlements,
  dayAccounts,
  dayMetres,
  dayShares,
  dayCrystals,
  dayTotals,
  dayRoots,
  credits,
  seasons,
  reveals,
  boxRequests,
  boxDraws,
  boxOdds,
  prizes,
  milestones,
  items,
  pauses,
  orders,
  deliveries,
  migrations,
  polls,
  votes,
  rounds,
  roundParts,
  erasedRows,
  documents,
  receipts,
  voteReceipts,
  state,
];
