import type { OpenDuty } from "../duty.ts";
import { openBoxDuty } from "./box/duty.ts";

/** The operator's duties, in the order in which they take their turns. */
export const DUTIES: readonly OpenDuty[] = [openBoxDuty];
