import type { Hex } from "../../protocol/codec/bytes.ts";
import { normaliseP256, type P256PublicKey } from "../../protocol/codec/p256.ts";
import { type Reading, readingDigest, type SignedReading, type SignedReceipt } from "../../protocol/codec/reading.ts";
import { CairnError, REFUSAL_CODES, type RefusalCode } from "../../protocol/errors.ts";
import type { DeviceSignatures } from "../device-signatures.ts";
import { checkShape, type DeviceKeyPeriod, deviceKeyAt } from "../domain/intake.ts";
import type { Programme } from "../programme.ts";

/** A reading as it is delivered. */
export interface DeliveredReading extends SignedReading {
  /** What was measured, sealed for the owner. */
  readonly sealedSamples?: string | undefined;
}

/** A delivered reading with all that can be judged without the state. */
export interface Candidate {
  readonly reading: Reading;
  readonly digest: Hex;
  /** Normalised; undefined when it is no P-256 signature at all. */
  readonly signature: Hex | undefined;
  /** What is wrong with the reading by itself. */
  readonly problem: RefusalCode | undefined;
  /** The device key under which the signature was found good. */
  readonly provenKey: P256PublicKey | undefined;
  readonly sealedSamples: string | undefined;
}

/** What became of the sealed samples that came with an accepted reading. */
export const SAMPLES_OUTCOMES = ["kept", "notConsented", "notKept"] as const;
export type SamplesOutcome = (typeof SAMPLES_OUTCOMES)[number];

/** What the relayer answers for one reading. */
export type ReadingResult =
  | ({ readonly digest: Hex; readonly samples?: SamplesOutcome } & SignedReceipt)
  | { readonly digest: Hex; readonly refusal: RefusalCode; readonly message: string };

/** The answer for a refused reading. */
export function refusalOf(digest: Hex, code: RefusalCode): ReadingResult {
  return { digest, refusal: code, message: REFUSAL_CODES[code] };
}

/**
 * Digest, normalised signature and shape of a delivered reading. Normalising comes first, so that of a signature and its
 * malleated twin only one form goes any further.
 */
export function examine(programme: Programme, { reading, signature, sealedSamples }: DeliveredReading): Candidate {
  return {
    reading,
    digest: readingDigest(programme.domains.Reading, reading),
    signature: normalised(signature),
    problem: checkShape(reading, programme.genesis),
    provenKey: undefined,
    sealedSamples,
  };
}

function normalised(signature: Hex): Hex | undefined {
  try {
    return normaliseP256(signature);
  } catch (error) {
    if (error instanceof CairnError) return undefined;
    throw error;
  }
}

/** Verifies a candidate's signature with the key that held when the reading ended. */
export async function prove(
  candidate: Candidate,
  keys: readonly DeviceKeyPeriod[],
  signatures: DeviceSignatures,
): Promise<Candidate> {
  const key = deviceKeyAt(keys, candidate.reading.endedAt);
  if (key === undefined || candidate.signature === undefined || candidate.problem !== undefined) return candidate;
  const good = await signatures.verify(key, candidate.digest, candidate.signature);
  return good ? { ...candidate, provenKey: key } : candidate;
}
