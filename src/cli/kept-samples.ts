import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type SamplesKey, sealSamples } from "../device/index.ts";
import { ownerSamplesKey } from "../fleet/index.ts";
import type { Hex, PayloadOpening, SignedReading } from "../protocol/index.ts";
import { toJsonFile } from "./files.ts";
import type { Workspace } from "./workspace.ts";

/** A reading on its way; a forgery has nothing to seal. */
interface Outgoing extends SignedReading {
  readonly digest: Hex;
  readonly opening?: PayloadOpening;
}

/** Seals readings' samples for the owners of their cars. */
export type SamplesSealer = <R extends Outgoing>(readings: readonly R[]) => Promise<(R & { sealedSamples?: string })[]>;

/**
 * Gives the owners of simulated and recorded cars keys for samples, which follow from the seed as all their keys do, and leaves
 * each in a file of the work folder, named by the vehicle: only this user can read it.
 */
export function sealerFor(
  { samplesKeysDir }: Pick<Workspace, "samplesKeysDir">,
  seed: string,
  cars: readonly { readonly vehicle: Hex; readonly owner: string }[],
): SamplesSealer {
  const keys = new Map<Hex, SamplesKey>();
  mkdirSync(samplesKeysDir, { recursive: true });
  for (const { vehicle, owner } of cars) {
    const key = ownerSamplesKey(seed, owner);
    keys.set(vehicle, key);
    toJsonFile(join(samplesKeysDir, `${vehicle}.json`), key, 0o600);
  }
  return (readings) =>
    Promise.all(
      readings.map(async (reading) => {
        const key = keys.get(reading.reading.vehicle);
        if (key === undefined || reading.opening === undefined) return reading;
        return { ...reading, sealedSamples: await sealSamples(reading.opening, reading.digest, key) };
      }),
    );
}

/** Nothing is sealed. */
export const sealNothing: SamplesSealer = async (readings) => [...readings];
