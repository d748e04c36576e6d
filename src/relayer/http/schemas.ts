import { Type } from "typebox";
import { MAX_SIGNATURE_BYTES } from "../../chain/read/signatures.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { MAX_SEALED_SAMPLES_CHARS } from "../../protocol/codec/samples.ts";
import { Address, Bytes32, hex } from "../../service/http/schemas.ts";
import { INTENT_KINDS, type IntentKind } from "../submitter/intent-calls.ts";
import { decimalPattern } from "./decimal-pattern.ts";

/** Most readings, awards and intents of one request, and most bytes of a body. */
const MAX_READINGS = 500;
const MAX_AWARDS = 500;
const MAX_INTENTS = 100;
export const MAX_BODY_BYTES = 1024 * 1024;

const Bytes64 = hex(64, "64 bytes: r ‖ s");
export const Bytes65 = hex(65, "65 bytes: r ‖ s ‖ v");
const OwnerSignature = Type.Unsafe<Hex>({
  type: "string",
  pattern: `^0x([0-9a-fA-F]{2}){1,${MAX_SIGNATURE_BYTES}}$`,
  description: "kind ‖ data (docs/protocol.md 2.3); of kind 0, ECDSA, 66 bytes",
});

const MOST_SAFE = Number.MAX_SAFE_INTEGER;
const uint = (most: number, description?: string) =>
  Type.Integer({ minimum: 0, maximum: most, ...(description === undefined ? {} : { description }) });
const Time = uint(2 ** 40 - 1, "unix seconds of chain time");

/** A whole number in a query. */
export const Digits = Type.String({ pattern: "^[0-9]{1,15}$" });

/** A number that can be above 2^53: as decimal text, or as a JSON number as far as those are exact. */
const wide = (bits: bigint) =>
  Type.Union([
    Type.String({ pattern: decimalPattern(2n ** bits - 1n), description: `a uint${bits} as decimal text` }),
    uint(MOST_SAFE),
  ]);
const Uint64 = wide(64n);
const Uint96 = wide(96n);
const closed = { additionalProperties: false };

const ReadingBody = Type.Object(
  {
    vehicle: Bytes32,
    sequence: uint(MOST_SAFE),
    startedAt: Time,
    endedAt: Time,
    odometerStart: uint(2 ** 32 - 1, "metres"),
    odometerEnd: uint(2 ** 32 - 1, "metres"),
    takeovers: uint(2 ** 16 - 1),
    categories: uint(MOST_SAFE, "category mask"),
    payload: Bytes32,
  },
  closed,
);

const DeliveredReadingBody = {
  reading: ReadingBody,
  signature: Bytes64,
  sealedSamples: Type.Optional(
    Type.String({
      // Five parts in base64url, the second of them empty: the key is agreed on, not sent.
      pattern: "^[A-Za-z0-9_-]+\\.\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$",
      maxLength: MAX_SEALED_SAMPLES_CHARS,
      description: "what opens the payload, sealed for the owner: a compact JWE (docs/protocol.md 5.5)",
    }),
  ),
};

export const ReadingsBody = Type.Object(
  {
    readings: Type.Array(Type.Object(DeliveredReadingBody, closed), {
      minItems: 1,
      maxItems: MAX_READINGS,
    }),
  },
  closed,
);

const Crystals = Type.Integer({ minimum: 1, maximum: 2 ** 32 - 1 });
const AwardBody = Type.Object(
  {
    task: uint(2 ** 32 - 1),
    account: Address,
    occurrence: Bytes32,
    crystals: Crystals,
    awardedAt: Time,
    signature: Bytes65,
  },
  closed,
);

export const AwardsBody = Type.Object({ awards: Type.Array(AwardBody, { minItems: 1, maxItems: MAX_AWARDS }) }, closed);

const Uint8 = uint(2 ** 8 - 1);
const Uint24 = uint(2 ** 24 - 1);
const Uint16 = uint(2 ** 16 - 1);
const Uint32 = uint(2 ** 32 - 1);
const Uint40 = uint(2 ** 40 - 1);

const MESSAGES = {
  ConsentGrant: Type.Object(
    {
      account: Address,
      recipient: Address,
      purpose: Uint16,
      categories: Uint64,
      expires: Uint40,
      notice: Uint32,
      version: Uint40,
      deadline: Uint40,
      recordHash: Bytes32,
    },
    closed,
  ),
  ConsentWithdrawal: Type.Object({ account: Address, recipient: Address, purpose: Uint16, version: Uint40 }, closed),
  VehiclePairing: Type.Object({ vehicle: Bytes32, account: Address, deadline: Uint40 }, closed),
  VehicleRelease: Type.Object({ vehicle: Bytes32, account: Address, deadline: Uint40 }, closed),
  ReleaseContest: Type.Object({ vehicle: Bytes32, account: Address, deadline: Uint40 }, closed),
  AccountMove: Type.Object({ account: Address, to: Address, deadline: Uint40 }, closed),
  RecoveryCancellation: Type.Object({ account: Address, recovery: Uint64, deadline: Uint40 }, closed),
  StoneMigration: Type.Object({ account: Address, successor: Address, migrated: Uint64, deadline: Uint40 }, closed),
  OrderIntent: Type.Object(
    { account: Address, item: Uint32, vehicle: Bytes32, maxPrice: Uint64, nonce: Uint64, deadline: Uint40 },
    closed,
  ),
  VoucherOrder: Type.Object(
    { account: Address, item: Uint32, vehicle: Bytes32, nonce: Uint64, deadline: Uint40 },
    closed,
  ),
  OrderAcceptance: Type.Object({ order: Bytes32, deadline: Uint40 }, closed),
  OrderObjection: Type.Object({ order: Bytes32, reasonHash: Bytes32, deadline: Uint40 }, closed),
  BoxRequest: Type.Object(
    { account: Address, season: Uint24, boxes: Uint64, count: Uint8, salt: Uint96, deadline: Uint40 },
    closed,
  ),
  ExclusionAppeal: Type.Object(
    { account: Address, exclusion: Uint32, statementHash: Bytes32, deadline: Uint40 },
    closed,
  ),
} as const satisfies Record<IntentKind, unknown>;

const intentOf = <K extends IntentKind>(kind: K) =>
  Type.Object(
    {
      kind: Type.Literal(kind),
      message: MESSAGES[kind],
      signature: OwnerSignature,
      deviceSignature: Type.Optional(Bytes64),
      targetSignature: Type.Optional(OwnerSignature),
    },
    closed,
  );

/** An intent, by its kind. */
const IntentBody = Type.Union(INTENT_KINDS.map(intentOf));
export const IntentsBody = Type.Object(
  { intents: Type.Array(IntentBody, { minItems: 1, maxItems: MAX_INTENTS }) },
  closed,
);

export const Receipt = Type.Object({
  readingDigest: Bytes32,
  account: Address,
  drop: Type.Integer(),
  deadline: Time,
});
