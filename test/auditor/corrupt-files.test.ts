import { describeCorruptions } from "../support/corruptions/describe.ts";
import { FILES } from "../support/corruptions/files.ts";
import { RECEIPTS } from "../support/corruptions/receipts.ts";

describeCorruptions(FILES);
describeCorruptions(RECEIPTS);
