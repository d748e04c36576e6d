import type { ChainClient } from "../../chain/client.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError, type ErrorCode } from "../../protocol/errors.ts";
import type { ChainView } from "../jobs/chain-view.ts";
import { beginIntake } from "../jobs/intake-moment.ts";
import type { PlacedIntent } from "../store/intents.ts";
import type { Store } from "../store/open.ts";
import { acceptIntent, type IntentParts } from "./accept.ts";
import type { DeliveredIntent } from "./message.ts";
import { askAboutSignatures } from "./signatures.ts";

/** The promise that a withdrawal was received; it binds intake from then on. */
interface WithdrawalReceipt {
  readonly withdrawalDigest: Hex;
  readonly account: Hex;
  readonly receivedAt: number;
}

/** What the relayer answers for one intent. */
export type IntentResult =
  | {
      readonly id: Hex;
      readonly kind: string;
      readonly state: string;
      readonly withdrawalReceipt?: WithdrawalReceipt;
      readonly receiptSignature?: Hex;
    }
  | { readonly error: { readonly code: string; readonly message: string } };

/** What submitting works with. */
export interface SubmitParts extends IntentParts {
  readonly client: ChainClient;
  readonly store: Store;
  readonly view: ChainView;
  /** Called when intents were stored, so that work on them begins at once. */
  readonly wake: () => void;
}

/** Of one intent, the others being untouched. */
const JUDGEMENTS: ReadonlySet<ErrorCode> = new Set(["INTENT_INVALID", "INTENT_REJECTED", "CHAIN_UNREACHABLE"]);

/**
 * Judges and stores intents in one transaction; what is wrong with one does not touch the others.
 * @throws CHAIN_UNREACHABLE before the chain was first processed; STORE_FULL.
 */
export async function submitIntents(parts: SubmitParts, intents: readonly DeliveredIntent[]): Promise<IntentResult[]> {
  const { client, programme, store } = parts;
  const asked = await askAboutSignatures({ client, programme, db: store.db }, intents);
  const results = await store.transaction(async (tx) => {
    const { snapshot } = await beginIntake(tx, parts.view, programme);
    const judged: IntentResult[] = [];
    for (const [i, delivered] of intents.entries()) {
      try {
        judged.push(resultOf(await acceptIntent(tx, parts, snapshot, { delivered, asked: asked[i] ?? [] })));
      } catch (error) {
        // All are thrown before anything is written.
        if (!(error instanceof CairnError) || !JUDGEMENTS.has(error.code)) throw error;
        judged.push({ error: { code: error.code, message: error.message } });
      }
    }
    return judged;
  });
  parts.wake();
  return results;
}

function resultOf(intent: PlacedIntent): IntentResult {
  const { id, kind, state, account, received_at, receipt_signature } = intent;
  if (receipt_signature === null) return { id, kind, state };
  return {
    ...{ id, kind, state },
    withdrawalReceipt: { withdrawalDigest: id, account, receivedAt: received_at },
    receiptSignature: receipt_signature,
  };
}
