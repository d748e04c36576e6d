import { describeCorruptions } from "../support/corruptions/describe.ts";
import { READINGS } from "../support/corruptions/readings.ts";

describeCorruptions(READINGS);
