import { ERROR_MEANINGS } from "../../chain/generated/errorMeanings.ts";
import { CairnError } from "../../protocol/index.ts";

/** Why an act cannot be carried out: a contract's error by name with its values, and what it means. */
export interface Refusal {
  readonly error: string;
  readonly meaning: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the errors of the AccessManager mean, which is not the programme's own contract. */
const ACCESS_MEANINGS: Readonly<Record<string, string>> = {
  AccessManagedUnauthorized: "The key does not hold the role that this asks for.",
  AccessManagerUnauthorizedAccount: "The key does not hold the role that this asks for.",
  AccessManagerUnauthorizedCall: "The key does not hold the role that this asks for.",
  AccessManagerUnauthorizedCancel: "Only who announced it, the role's guardian or the admin can cancel it.",
  AccessManagerAlreadyScheduled: "The same act is announced already.",
  AccessManagerNotScheduled: "No such act is announced: it was executed or cancelled.",
  AccessManagerNotReady: "The delay of the announced act is not over.",
  AccessManagerExpired: "The announced act has lapsed: it must be announced again.",
};

/** A key that cannot pay. */
export function insufficientFunds(have: bigint, need: bigint): Refusal {
  return { error: "InsufficientFunds", meaning: "The key cannot pay the gas.", values: { have, need } };
}

/**
 * The refusal in a failure of a call.
 * @throws the failure itself when no contract refused: the chain did not answer, or something else went wrong.
 */
export function refusalOf(failure: unknown): Refusal {
  if (!(failure instanceof CairnError) || failure.code !== "INTENT_REJECTED") throw failure;
  const { error, args } = failure.details as { error: string; args: Refusal["values"] };
  const meaning = ERROR_MEANINGS[error] ?? ACCESS_MEANINGS[error] ?? "The contract refuses it.";
  return { error, meaning, values: args };
}

/** A refusal in one line. */
export function refusalText({ error, meaning, values }: Refusal): string {
  const given = Object.entries(values).map(([name, value]) => `${name} ${String(value)}`);
  return `${error}${given.length === 0 ? "" : ` (${given.join(", ")})`}: ${meaning}`;
}
