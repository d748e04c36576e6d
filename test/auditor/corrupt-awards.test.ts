import { AWARDS } from "../support/corruptions/awards.ts";
import { describeCorruptions } from "../support/corruptions/describe.ts";

describeCorruptions(AWARDS);
