import { Fields } from "../evidence/fields.ts";
import type { EvidenceReading } from "../evidence/index.ts";
import { parseMileageLeaf, parseReading, parseReceipt } from "../evidence/parts.ts";
import { DAY_S } from "../protocol/index.ts";
import type { RelayerApi } from "./relayer-http.ts";

/** A reading as a relayer shows it to its owner. */
export interface ShownReading extends Omit<EvidenceReading, "leaf" | "proof" | "opening"> {
  /** Nothing while its drop is not on the chain. */
  readonly anchored: Pick<EvidenceReading, "leaf" | "proof"> | undefined;
  /** What opens its payload, sealed for the owner; nothing when it is not kept. */
  readonly sealedSamples: string | undefined;
}

/** Of whom and which readings are asked for; times in unix seconds, [from, to). */
export interface AskedReadings {
  readonly vehicle: string;
  readonly from: number;
  readonly to: number;
}

/** Longest time about which a relayer answers at once (docs/api.md): 31 days. */
const MAX_PERIOD_S = 31 * DAY_S;

/**
 * A vehicle's readings of a time in order, with the one before and the one after, as a relayer shows them page by page. A longer
 * time than a relayer answers about is asked for in parts.
 * @param onPage Called with how many have come.
 * @throws EVIDENCE_INVALID for an answer that is not of the agreed form, RELAYER_UNREACHABLE.
 */
export async function fetchReadings(
  ask: (path: string) => ReturnType<RelayerApi["get"]>,
  { vehicle, from, to }: AskedReadings,
  onPage: (count: number) => void,
): Promise<ShownReading[]> {
  // A reading can lie in two parts, and is a neighbour of others.
  const found = new Map<number, ShownReading>();
  for (let start = from; start < to; start += MAX_PERIOD_S) {
    const part = { vehicle, from: start, to: Math.min(to, start + MAX_PERIOD_S) };
    for await (const page of pagesOf(ask, part)) {
      for (const shown of page) found.set(shown.reading.sequence, shown);
      onPage(found.size);
    }
  }
  return [...found.values()].sort((a, b) => a.reading.sequence - b.reading.sequence);
}

async function* pagesOf(
  ask: (path: string) => ReturnType<RelayerApi["get"]>,
  { vehicle, from, to }: AskedReadings,
): AsyncGenerator<ShownReading[]> {
  let after = "";
  for (;;) {
    const page = new Fields(await ask(`/v1/vehicles/${vehicle}/readings?from=${from}&to=${to}${after}`), "");
    yield page.list("readings", (items, item) => parseShown(items.object(item)));
    if (!page.has("next")) return;
    after = `&after=${page.whole("next")}`;
  }
}

function parseShown(shown: Fields): ShownReading {
  return {
    reading: parseReading(shown.object("reading")),
    readingSignature: shown.hex("readingSignature", 64),
    receipt: parseReceipt(shown.object("receipt")),
    receiptSignature: shown.hex("signature", 65),
    anchored: shown.has("anchored") ? parseAnchored(shown.object("anchored")) : undefined,
    sealedSamples: shown.has("sealedSamples") ? shown.text("sealedSamples") : undefined,
  };
}

function parseAnchored(anchored: Fields): ShownReading["anchored"] {
  return { leaf: parseMileageLeaf(anchored.object("leaf")), proof: anchored.proof("proof") };
}
