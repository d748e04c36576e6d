import { Fields, invalid } from "../evidence/fields.ts";
import type { Hex } from "../protocol/index.ts";

/** A move as both its accounts sign it; for a recovery the target alone (docs/protocol.md 2.5). */
export interface AgreedMove {
  /** The account that moves. */
  readonly account: Hex;
  /** The target: who signs. */
  readonly to: Hex;
  /** Last moment at which the recovery may be announced, unix seconds; at most a day ahead. */
  readonly deadline: number;
}

/** The signed agreement of an account to take in another one that cannot sign. It is plain JSON. */
export interface RecoveryAgreementFile {
  readonly type: "cairn.recovery-agreement/1";
  readonly chainId: number;
  /** The contract of moves. */
  readonly accountMoves: Hex;
  readonly move: AgreedMove;
  /** `kind ‖ data`, as contracts take it. */
  readonly signature: Hex;
}

/**
 * Reads a signed agreement from parsed JSON.
 * @throws EVIDENCE_INVALID naming the first field that is missing or not of its form.
 */
export function parseRecoveryAgreementFile(value: unknown): RecoveryAgreementFile {
  const file = new Fields(value, "");
  if (file.text("type") !== "cairn.recovery-agreement/1") throw invalid("type", "cairn.recovery-agreement/1");
  const move = file.object("move");
  const deadline = move.whole("deadline");
  if (deadline >= 2 ** 40) throw invalid("move.deadline", "below 2^40");
  return {
    type: "cairn.recovery-agreement/1",
    chainId: file.whole("chainId"),
    accountMoves: file.hex("accountMoves", 20),
    move: { account: move.hex("account", 20), to: move.hex("to", 20), deadline },
    signature: file.bytes("signature"),
  };
}
