import type { OpenDuty } from "../duty.ts";
import { openBoxDuty } from "./box/duty.ts";
import { openMilestonesDuty } from "./milestones/duty.ts";
import { openPollsDuty } from "./polls/duty.ts";
import { openRoundsDuty } from "./rounds/duty.ts";
import { openTasksDuty } from "./tasks/duty.ts";

/** The operator's duties, in the order in which they take their turns. */
export const DUTIES: readonly OpenDuty[] = [
  openBoxDuty,
  openTasksDuty,
  openPollsDuty,
  openMilestonesDuty,
  openRoundsDuty,
];
