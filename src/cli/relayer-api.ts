import { setTimeout as sleep } from "node:timers/promises";
import { CairnError, type Hex, type Receipt, type SignedReading } from "../protocol/index.ts";
import { createRelayerApi } from "../sdk/relayer-http.ts";

/** What the relayer says of itself (docs/api.md). */
export interface RelayerStatus {
  readonly chainTime: number;
  readonly headBlock: number;
  readonly finalBlock: number;
  /** Negative before genesis. */
  readonly currentDrop: number;
  /** The first drop that is not closed. */
  readonly nextDrop: number;
  readonly settledDays: number;
  readonly creditedThroughDay: number | null;
  readonly idle: boolean;
  readonly outbox: Readonly<Record<string, number>>;
  readonly gas: Readonly<Record<string, { transactions: number; gas: string; items: number }>>;
  readonly readings: { readonly accepted: number; readonly refused: Readonly<Record<string, number>> };
  /** What needs a person. */
  readonly alerts: readonly { readonly subject: string; readonly message: string }[];
}

/** The answer to one reading. */
export interface ReadingResult {
  readonly digest: Hex;
  readonly receipt?: Receipt;
  /** Of the receipt. */
  readonly signature?: Hex;
  readonly samples?: string;
  readonly refusal?: string;
  readonly message?: string;
}

/** A reading as it is delivered; its samples may come along, sealed for the owner. */
interface SealedReading extends SignedReading {
  readonly sealedSamples?: string;
}

/** The relayer's API as the CLI uses it: every request is repeated while the relayer is away, since all are idempotent. */
export interface PatientRelayer {
  readonly url: string;
  status(): Promise<RelayerStatus>;
  /** Delivers readings, in their order. */
  deliver(readings: readonly SealedReading[]): Promise<ReadingResult[]>;
}

/** Repeats what may be repeated while a service is away, ever more slowly. @param patienceMs How long it may be away. */
export function patience(patienceMs: number): <T>(attempt: () => Promise<T>) => Promise<T> {
  return async (attempt) => {
    const endsAt = Date.now() + patienceMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      try {
        return await attempt();
      } catch (error) {
        const mayPass = error instanceof CairnError && error.kind === "unavailable";
        if (!mayPass || Date.now() > endsAt) throw error;
      }
      await sleep(pauseMs);
    }
  };
}

/** Readings of one request, and characters of all their sealed samples: with the readings they fit into a body. */
const MOST_READINGS = 500;
const MOST_SEALED_CHARS = 512 * 1024;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Readings as one request after the other takes them. */
function batchesOf(readings: readonly SealedReading[]): SealedReading[][] {
  const batches: SealedReading[][] = [];
  let sealedChars = 0;
  for (const { reading, signature, sealedSamples } of readings) {
    const last = batches.at(-1);
    sealedChars += sealedSamples?.length ?? 0;
    const body = { reading, signature, ...(sealedSamples === undefined ? {} : { sealedSamples }) };
    if (last !== undefined && last.length < MOST_READINGS && sealedChars <= MOST_SEALED_CHARS) {
      last.push(body);
      continue;
    }
    batches.push([body]);
    sealedChars = sealedSamples?.length ?? 0;
  }
  return batches;
}

/**
 * Makes such a client.
 * @param patienceMs How long a relayer may be away, milliseconds.
 */
export function createPatientRelayer(url: string, patienceMs: number): PatientRelayer {
  const api = createRelayerApi(url);
  const patiently = patience(patienceMs);
  return {
    url: api.url,
    status: () => patiently(() => api.get("/v1/status")) as Promise<RelayerStatus>,
    async deliver(readings) {
      const results: ReadingResult[] = [];
      for (const batch of batchesOf(readings)) {
        const answer = await patiently(() => api.post("/v1/readings", { readings: batch }));
        results.push(...(answer as { results: ReadingResult[] }).results);
      }
      return results;
    },
  };
}
