import { Fields } from "../evidence/fields.ts";
import type { EvidenceReading } from "../evidence/index.ts";
import { parseMileageLeaf, parseReading, parseReceipt } from "../evidence/parts.ts";
import type { RelayerApi } from "./relayer-http.ts";

/** A reading as a relayer shows it to its owner. */
export interface ShownReading extends Omit<EvidenceReading, "leaf" | "proof" | "opening"> {
  /** Nothing while its drop is not on the chain. */
  readonly anchored: Pick<EvidenceReading, "leaf" | "proof"> | undefined;
  /** What opens its payload, sealed for the owner; nothing when it is not kept. */
  readonly sealedSamples: string | undefined;
}

/**
 * A vehicle's readings of a time in order, with the one before and the one after, as a relayer shows them page by page.
 * @param onPage Called with how many have come.
 * @throws EVIDENCE_INVALID for an answer that is not of the agreed form, RELAYER_UNREACHABLE.
 */
export async function fetchReadings(
  ask: (path: string) => ReturnType<RelayerApi["get"]>,
  { vehicle, from, to }: { readonly vehicle: string; readonly from: number; readonly to: number },
  onPage: (count: number) => void,
): Promise<ShownReading[]> {
  const readings: ShownReading[] = [];
  let after = "";
  for (;;) {
    const page = new Fields(await ask(`/v1/vehicles/${vehicle}/readings?from=${from}&to=${to}${after}`), "");
    readings.push(...page.list("readings", (items, item) => parseShown(items.object(item))));
    onPage(readings.length);
    if (!page.has("next")) return readings;
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
