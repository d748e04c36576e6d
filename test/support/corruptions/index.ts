import { AWARDS } from "./awards.ts";
import { CODE, CONTRACTS } from "./contracts.ts";
import type { CorruptionGroup } from "./corruption.ts";
import { DAYS_SETTLED } from "./days.ts";
import { DROPS } from "./drops.ts";
import { FILES } from "./files.ts";
import { POLLS } from "./polls.ts";
import { READINGS } from "./readings.ts";
import { RECEIPTS } from "./receipts.ts";
import { ROLES_ABUSED } from "./roles.ts";
import { ROUNDS } from "./rounds.ts";
import { DELIVERIES, EXCLUSIONS, SEASONS } from "./services.ts";
import { TEXTS } from "./texts.ts";

/** Every corruption that is tried on a programme of three cars and three days. */
export const CORRUPTIONS: readonly CorruptionGroup[] = [
  FILES,
  RECEIPTS,
  READINGS,
  DROPS,
  AWARDS,
  DAYS_SETTLED,
  POLLS,
  ROUNDS,
  TEXTS,
  EXCLUSIONS,
  DELIVERIES,
  ROLES_ABUSED,
  SEASONS,
  CODE,
  CONTRACTS,
];
