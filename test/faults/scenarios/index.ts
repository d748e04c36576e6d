import type { Scenario } from "../support/scenario.ts";
import { killedBeforeSignature } from "./01-killed-before-signature.ts";
import { killedBeforeBroadcast } from "./02-killed-before-broadcast.ts";
import { killedAfterBroadcast } from "./03-killed-after-broadcast.ts";
import { killedBeforeFinal } from "./04-killed-before-final.ts";
import { answerLost } from "./05-answer-lost.ts";
import { nodeRefuses } from "./06-node-refuses.ts";
import { nodeStalls } from "./07-node-stalls.ts";
import { saidAlreadyKnown } from "./08-said-already-known.ts";
import { saidNonceTooLow } from "./09-said-nonce-too-low.ts";
import { ownTransactionMined } from "./10-own-transaction-mined.ts";
import { keyUsedElsewhere } from "./11-key-used-elsewhere.ts";
import { nonceGap } from "./12-nonce-gap.ts";
import { replacementRule } from "./13-replacement-rule.ts";
import { vanishedFromPool } from "./14-vanished-from-pool.ts";
import { baseFeeAboveCap } from "./15-base-fee-above-cap.ts";
import { gasLimit } from "./16-gas-limit.ts";
import { reorgDropsAnchor } from "./17-reorg-drops-anchor.ts";
import { reorgWhileDown } from "./18-reorg-while-down.ts";
import { reorgsInARow } from "./19-reorgs-in-a-row.ts";
import { reorgReorders } from "./20-reorg-reorders.ts";
import { nodeRestarted } from "./21-node-restarted.ts";
import { replicaLags } from "./22-replica-lags.ts";
import { wrongChain } from "./23-wrong-chain.ts";
import { clockOff } from "./24-clock-off.ts";
import { diskFull } from "./25-disk-full.ts";
import { databaseStopped } from "./26-database-stopped.ts";
import { databaseDamaged } from "./27-database-damaged.ts";
import { duplicateReadings } from "./28-duplicate-readings.ts";
import { relayersOnOneDatabase } from "./29-relayers-on-one-database.ts";
import { twoRelayers } from "./29-two-relayers.ts";
import { paused } from "./30-paused.ts";
import { pausedBeyondLease } from "./30-paused-beyond-lease.ts";
import { intentNeverSucceeds } from "./31-intent-never-succeeds.ts";
import { signerEmpty } from "./32-signer-empty.ts";
import { stoppedWhileClosing } from "./33-stopped-while-closing.ts";
import { publishedFile } from "./34-published-file.ts";

/** Every scenario, by its row. */
export const SCENARIOS: readonly Scenario[] = [
  killedBeforeSignature,
  killedBeforeBroadcast,
  killedAfterBroadcast,
  killedBeforeFinal,
  answerLost,
  nodeRefuses,
  nodeStalls,
  saidAlreadyKnown,
  saidNonceTooLow,
  ownTransactionMined,
  keyUsedElsewhere,
  nonceGap,
  replacementRule,
  vanishedFromPool,
  baseFeeAboveCap,
  gasLimit,
  reorgDropsAnchor,
  reorgWhileDown,
  reorgsInARow,
  reorgReorders,
  nodeRestarted,
  replicaLags,
  wrongChain,
  clockOff,
  diskFull,
  databaseStopped,
  databaseDamaged,
  duplicateReadings,
  twoRelayers,
  relayersOnOneDatabase,
  paused,
  pausedBeyondLease,
  intentNeverSucceeds,
  signerEmpty,
  stoppedWhileClosing,
  publishedFile,
];
