import type { EvidenceReading } from "../evidence/index.ts";
import { CairnError, opensPayload, type PayloadOpening } from "../protocol/index.ts";
import type { ShownReading } from "./reading-page.ts";

/** Opens what the relayer keeps sealed for the owner. */
export type SamplesOpener = (sealed: string) => Promise<PayloadOpening>;

/** A reading that stands in its drop. */
export type AnchoredReading = ShownReading & { readonly anchored: NonNullable<ShownReading["anchored"]> };

/**
 * A reading as an evidence file has it.
 * @param openSamples Without it, and when what is sealed does not open to the reading's payload, the entry has no samples: a key
 * that was changed inside the period takes nothing but its own readings' samples away.
 * @throws What `openSamples` throws, save SEALED_SAMPLES_INVALID.
 */
export async function entryOf(shown: AnchoredReading, openSamples?: SamplesOpener): Promise<EvidenceReading> {
  const { anchored, sealedSamples, ...signed } = shown;
  const opening = sealedSamples === undefined ? undefined : await openSamples?.(sealedSamples).catch(unlessSealed);
  const isOwn = opening !== undefined && opensPayload(shown.reading, opening);
  return { ...signed, ...anchored, ...(isOwn ? { opening } : {}) };
}

/** Sequences of the readings whose samples are kept for the owner and are not in the file. */
export function unopenedOf(shown: readonly ShownReading[], entries: readonly EvidenceReading[]): number[] {
  const opened = new Set(entries.filter(({ opening }) => opening !== undefined).map(({ reading }) => reading.sequence));
  return shown
    .filter(({ reading, sealedSamples }) => sealedSamples !== undefined && !opened.has(reading.sequence))
    .map(({ reading }) => reading.sequence);
}

function unlessSealed(error: unknown): undefined {
  if (error instanceof CairnError && error.code === "SEALED_SAMPLES_INVALID") return undefined;
  throw error;
}
