/**
 * The one registry of error codes. Kinds say what a caller may do: `unavailable` may be retried, `conflict` must be
 * re-read first, `input` must be changed by the caller, `invariant` is a defect or an attack and needs a person.
 */
export const ERROR_CODES = {
  ADDRESS_INVALID: { kind: "input", message: "not an EVM address" },
  API_KEY_INVALID: { kind: "input", message: "the request's key is missing or wrong" },
  ARGUMENT_INVALID: { kind: "input", message: "an argument is not of the form that is asked for" },
  AUDIT_INPUT_INVALID: { kind: "input", message: "a published file or the manifest cannot be read" },
  AWARD_LIMIT_REACHED: { kind: "conflict", message: "no more can be awarded today" },
  BODY_INVALID: { kind: "input", message: "the body does not fit the schema" },
  BODY_TOO_LARGE: { kind: "input", message: "the body or batch is larger than the limit" },
  CHAIN_MISMATCH: { kind: "invariant", message: "the chain behind the URL is not the deployment's" },
  CHAIN_UNREACHABLE: { kind: "unavailable", message: "the chain's RPC does not answer" },
  CHAIN_UNSUITABLE: { kind: "input", message: "the chain lacks what the contracts need" },
  CONFIG_INVALID: { kind: "input", message: "the configuration is wrong" },
  DEPLOYMENT_INCOMPLETE: { kind: "conflict", message: "the deployment is not complete" },
  DEPLOYMENT_INVALID: { kind: "input", message: "the deployment file is wrong" },
  DOCUMENT_INVALID: { kind: "input", message: "the document is not of the form that is asked for" },
  EVIDENCE_INCOMPLETE: {
    kind: "conflict",
    message: "what evidence needs does not stand on the chain, or does not hang together",
  },
  EVIDENCE_INVALID: { kind: "input", message: "the file of evidence is wrong" },
  FILE_UNREADABLE: { kind: "input", message: "a file cannot be read" },
  HEADER_UNKNOWN: { kind: "input", message: "the chain's blocks are not of a form that can be proved" },
  INTENT_INVALID: { kind: "input", message: "the intent is not of a known kind or its signature is wrong" },
  INTENT_REJECTED: { kind: "conflict", message: "the intent cannot be carried out in the present state" },
  LEASE_LOST: { kind: "unavailable", message: "another process has taken the lead" },
  NODE_TOO_OLD: { kind: "input", message: "this Node.js is too old" },
  NOT_FOUND: { kind: "input", message: "there is no such thing" },
  OPERATOR_UNREACHABLE: { kind: "unavailable", message: "the operator's service does not answer" },
  OVERLOADED: { kind: "unavailable", message: "too much at once: try again later" },
  PORT_IN_USE: { kind: "conflict", message: "the port is taken" },
  PROGRAMME_STOPPED: { kind: "unavailable", message: "the relayer is stopping" },
  RELAYER_UNREACHABLE: { kind: "unavailable", message: "the relayer does not answer" },
  SAMPLES_INVALID: { kind: "input", message: "the samples are not in order of time or not finite" },
  SAMPLES_KEY_INVALID: { kind: "input", message: "not an X25519 key for samples, as a JWK" },
  SEALED_SAMPLES_INVALID: { kind: "input", message: "the sealed samples do not open" },
  SIGNATURE_INVALID: { kind: "input", message: "the signature is not of the form that is asked for" },
  SIGNER_INVALID: { kind: "invariant", message: "a signature is not the key's, or not over what was to be signed" },
  SIGNER_UNAVAILABLE: { kind: "unavailable", message: "a key that lies elsewhere does not sign" },
  STORE_DAMAGED: { kind: "invariant", message: "the database is damaged or not this programme's" },
  STORE_FULL: { kind: "unavailable", message: "the store cannot be written: the disk may be full" },
  STORE_IN_USE: { kind: "conflict", message: "another process uses this store" },
  STORE_UNAVAILABLE: { kind: "unavailable", message: "the database does not answer" },
  TASK_NOT_OPEN: { kind: "conflict", message: "the task is not awarded today" },
  TRANSACTION_REVERTED: { kind: "conflict", message: "a transaction was mined and reverted" },
  UNEXPECTED: { kind: "invariant", message: "an error that nobody foresaw" },
  WORK_DIR_IN_USE: { kind: "conflict", message: "another process uses this work folder" },
} as const satisfies Record<string, { kind: ErrorKind; message: string }>;

export type ErrorKind = "input" | "conflict" | "unavailable" | "invariant";
export type ErrorCode = keyof typeof ERROR_CODES;

/** An error with a code of the registry. `details` carries the values; it never carries a secret. */
export class CairnError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly details: Readonly<Record<string, unknown>>;

  /**
   * @param code A code of {@link ERROR_CODES}.
   * @param explanation What was wrong here, in words; appended to the registry's message.
   * @param options `details`: the values; `cause`: the error underneath.
   */
  constructor(
    code: ErrorCode,
    explanation?: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    const { message, kind } = ERROR_CODES[code];
    super(explanation ? `${message}: ${explanation}` : message, { cause: options.cause });
    this.name = "CairnError";
    this.code = code;
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** Why a reading was not accepted (docs/protocol.md, section 5). Each is shown to the owner. */
export const REFUSAL_CODES = {
  PROGRAMME_NOT_STARTED: "chain time is before genesis",
  READING_ACROSS_DAYS: "the reading begins and ends on different days",
  READING_BEFORE_GENESIS: "the reading begins before genesis",
  READING_CATEGORY_UNKNOWN: "the mask names a category that does not exist",
  READING_CONSENT_MISSING: "the owner's consent does not cover the mask over the whole reading",
  READING_CONSENT_WITHDRAWN: "the owner has withdrawn the consent",
  READING_FROM_FUTURE: "the reading ends after the chain's time",
  READING_INTERVAL_EMPTY: "the reading does not end after it begins",
  READING_KEY_INVALID: "the vehicle has no valid device key at the reading's end",
  READING_ODOMETER_BACKWARDS: "the odometer's end is below its start, or its start below the last reading's end",
  READING_OVERLAPS: "the reading begins before the last one ended",
  READING_PAYLOAD_ZERO: "the commitment to the samples is zero",
  READING_SEQUENCE_OLD: "the sequence is not higher than the last one",
  READING_SIGNATURE_INVALID: "the device's signature is wrong",
  READING_TOO_FAST: "the implied speed is above 70 m/s",
  READING_TOO_OLD: "the reading is older than the rules allow",
  READING_VEHICLE_UNKNOWN: "the vehicle is not registered",
  READING_VEHICLE_UNPAIRED: "the vehicle is not paired for the whole reading",
  READING_WITHOUT_MILEAGE: "the mask does not include mileage",
} as const;

export type RefusalCode = keyof typeof REFUSAL_CODES;

/** Why a car did not switch a function on (docs/protocol.md 10.3). Each is shown to the owner. */
export const ENTITLEMENT_REFUSALS = {
  ENTITLEMENT_KEY_NOT_HELD: "a key of the manufacturer's signed it, but was none at the time that it names",
  ENTITLEMENT_MALFORMED: "it is not of the form of an entitlement",
  ENTITLEMENT_ORDER_USED: "another entitlement of the same order was used",
  ENTITLEMENT_SIGNATURE_INVALID: "no key of the manufacturer's signed it",
  ENTITLEMENT_SKU_UNKNOWN: "this car has no such function",
  ENTITLEMENT_VEHICLE_OTHER: "it is for another vehicle, or for this one under a former owner",
} as const;

export type EntitlementRefusal = keyof typeof ENTITLEMENT_REFUSALS;

/** Why a task award was not accepted (docs/protocol.md 13.1). Each is told to the task service. */
export const AWARD_REFUSAL_CODES = {
  AWARD_ACCOUNT_MOVED: "the account has moved: whoever stands for it now can be awarded",
  AWARD_ALREADY: "the task was awarded to the account for this occurrence, by another award",
  AWARD_BEFORE_GENESIS: "chain time is before genesis",
  AWARD_CRYSTALS_WRONG: "the crystals are not those of the task",
  AWARD_DAY_FULL: "the day that settles it would have more crystals than the rules allow",
  AWARD_FROM_FUTURE: "it is awarded after the chain's time",
  AWARD_KEY_INVALID: "the signer was no task key when it was awarded",
  AWARD_LIMIT_REACHED: "the account was awarded the task as often as it gives on that day",
  AWARD_SIGNATURE_INVALID: "the signature is none of a secp256k1 key, or its s lies in the high half",
  AWARD_TASK_CLOSED: "the task is not given on the day on which it was awarded",
  AWARD_TASK_UNKNOWN: "no such task is defined",
  AWARD_TOO_OLD: "it was awarded longer ago than the rules allow",
} as const;

export type AwardRefusalCode = keyof typeof AWARD_REFUSAL_CODES;
