import type { Hex } from "../../protocol/codec/bytes.ts";
import { type Domain, isWideMember, TYPES, typedDigest } from "../../protocol/codec/eip712.ts";
import type { IntentKind } from "../submitter/intent-calls.ts";

/** The message of an intent as it comes over HTTP: wide members as decimal text or as a number. */
export type IntentMessage = Readonly<Record<string, string | number>>;

/** An intent as it comes over HTTP. */
export interface DeliveredIntent {
  readonly kind: IntentKind;
  readonly message: IntentMessage;
  /** `kind ‖ data` (docs/protocol.md 2.3). */
  readonly signature: Hex;
  /** P-256 `r ‖ s` of the device, for a pairing. */
  readonly deviceSignature?: Hex | undefined;
  /** As `signature`, by the account to which an account moves. */
  readonly targetSignature?: Hex | undefined;
}

/** Brings a message to the form in which it is stored: hex in lower case, wide members as decimal text. */
export function canonicalMessage(kind: IntentKind, message: IntentMessage): IntentMessage {
  return Object.fromEntries(
    TYPES[kind].map(({ name, type }) => {
      const value = message[name] as string | number;
      if (isWideMember(type)) return [name, String(value)];
      return [name, typeof value === "string" ? value.toLowerCase() : value];
    }),
  );
}

/** The EIP-712 digest of a canonical message: the intent's id. */
export function intentDigest(domain: Domain, kind: IntentKind, message: IntentMessage): Hex {
  const values = TYPES[kind].map(({ name, type }) => {
    const value = message[name] as string | number;
    return [name, isWideMember(type) ? BigInt(value) : value];
  });
  return typedDigest(domain, kind, Object.fromEntries(values));
}
