import { describeCorruptions } from "../support/corruptions/describe.ts";
import { POLLS } from "../support/corruptions/polls.ts";
import { ROLES_ABUSED } from "../support/corruptions/roles.ts";
import { ROUNDS } from "../support/corruptions/rounds.ts";
import { DELIVERIES, EXCLUSIONS, SEASONS } from "../support/corruptions/services.ts";
import { TEXTS } from "../support/corruptions/texts.ts";

describeCorruptions(POLLS);
describeCorruptions(ROLES_ABUSED);
describeCorruptions(ROUNDS);
describeCorruptions(DELIVERIES);
describeCorruptions(EXCLUSIONS);
describeCorruptions(SEASONS);
describeCorruptions(TEXTS);
