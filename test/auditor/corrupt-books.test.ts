import { CODE, CONTRACTS } from "../support/corruptions/contracts.ts";
import { DAYS_SETTLED } from "../support/corruptions/days.ts";
import { describeCorruptions } from "../support/corruptions/describe.ts";
import { DROPS } from "../support/corruptions/drops.ts";

describeCorruptions(CODE);
describeCorruptions(CONTRACTS);
describeCorruptions(DAYS_SETTLED);
describeCorruptions(DROPS);
