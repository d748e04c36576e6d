import type { Check } from "../context.ts";
import { anchors } from "./anchors.ts";
import { credits } from "./credits.ts";
import { dayAccounts } from "./day-accounts.ts";
import { dayMetres } from "./day-metres.ts";
import { dayRoots } from "./day-roots.ts";
import { dayShares } from "./day-shares.ts";
import { dayTotals } from "./day-totals.ts";
import { dropChains } from "./drop-chains.ts";
import { dropRoots } from "./drop-roots.ts";
import { fileDigests } from "./file-digests.ts";
import { identity } from "./identity.ts";
import { items } from "./items.ts";
import { manifest } from "./manifest.ts";
import { migrations } from "./migrations.ts";
import { moves } from "./moves.ts";
import { orders } from "./orders.ts";
import { pauses } from "./pauses.ts";
import { prizes } from "./prizes.ts";
import { readingForm } from "./reading-form.ts";
import { readingHistory } from "./reading-history.ts";
import { readingRights } from "./reading-rights.ts";
import { readingSignatures } from "./reading-signatures.ts";
import { receipts } from "./receipts.ts";
import { registries } from "./registries.ts";
import { rules } from "./rules.ts";
import { settlements } from "./settlements.ts";
import { state } from "./state.ts";

/** All checks, in the order in which they run: some add up what an earlier one has worked out. */
export const CHECKS: readonly Check[] = [
  identity,
  rules,
  registries,
  moves,
  pauses,
  manifest,
  fileDigests,
  anchors,
  dropRoots,
  dropChains,
  readingSignatures,
  readingForm,
  readingHistory,
  readingRights,
  settlements,
  dayAccounts,
  dayMetres,
  dayShares,
  dayTotals,
  dayRoots,
  credits,
  prizes,
  items,
  orders,
  migrations,
  receipts,
  state,
];
