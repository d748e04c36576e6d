import type { Hex } from "../../protocol/codec/bytes.ts";
import { signingDomain } from "../../protocol/codec/deployment.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import type { AuditContext, Check } from "../context.ts";
import { readPlaces } from "../ingest/places.ts";
import { keysOverlapping } from "../receipt-keys.ts";

/** Every line of the manifests is an entry, and the newest entry of each path is signed by a receipt key of its time. */
export const manifest: Check = {
  name: "manifest",
  async run(context) {
    const { findings, fromDay, deployment } = context;
    for (const { place, problem } of context.manifest.invalid) {
      findings.add({ code: "MANIFEST_LINE_INVALID", subject: place, expected: "an entry", actual: problem });
    }
    const places = await readPlaces(context);
    const domain = signingDomain(deployment, "PublishedFile");
    const newest = [...context.manifest.newest.values()];
    const entries = newest.filter(({ kind, number }) => places.dayOf(kind, number) >= fromDay);
    const signers = await context.pool.recoverSigners(
      entries.map((entry) => ({ digest: typedDigest(domain, "PublishedFile", entry), signature: entry.signature })),
    );
    for (const [i, entry] of entries.entries()) {
      const signer = signers[i];
      const keys = await keysSince(context, places.overAt(entry.kind, entry.number));
      if (signer !== undefined && keys.includes(signer)) continue;
      findings.add({
        code: "MANIFEST_SIGNATURE_INVALID",
        subject: entry.path,
        expected: `a receipt key: ${keys.join(", ") || "there is none"}`,
        actual: signer ?? "no signature",
      });
    }
    return { subjects: entries.length };
  },
};

/** An entry bears no date: any key that was valid at some time since what it tells of was over may have signed it. */
async function keysSince(context: AuditContext, overAt = 0): Promise<readonly Hex[]> {
  return keysOverlapping(context, overAt, context.head.time + 1);
}
