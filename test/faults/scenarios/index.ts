import type { Scenario } from "../support/scenario.ts";
import { killedBeforeSignature } from "./01-killed-before-signature.ts";
import { killedBeforeBroadcast } from "./02-killed-before-broadcast.ts";
import { killedAfterBroadcast } from "./03-killed-after-broadcast.ts";
import { killedBeforeFinal } from "./04-killed-before-final.ts";
import { answerLost } from "./05-answer-lost.ts";

/** Every scenario, by its row. */
export const SCENARIOS: readonly Scenario[] = [
  killedBeforeSignature,
  killedBeforeBroadcast,
  killedAfterBroadcast,
  killedBeforeFinal,
  answerLost,
];
