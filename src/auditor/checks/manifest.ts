import type { Hex } from "../../protocol/codec/bytes.ts";
import { DROP_S, DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { signingDomain } from "../../protocol/codec/deployment.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import type { AuditContext, Check } from "../context.ts";
import type { ManifestFile } from "../ingest/manifest.ts";
import { keysOverlapping } from "../receipt-keys.ts";

/** Every line of the manifest is an entry, and the newest entry of each path is signed by a receipt key of its time. */
export const manifest: Check = {
  name: "manifest",
  async run(context) {
    const { findings, fromDay, deployment } = context;
    for (const { line, problem } of context.manifest.invalid) {
      const subject = `manifest.jsonl line ${line}`;
      findings.add({ code: "MANIFEST_LINE_INVALID", subject, expected: "an entry", actual: problem });
    }
    const domain = signingDomain(deployment, "PublishedFile");
    const entries = [...context.manifest.newest.values()].filter((entry) => dayOf(entry) >= fromDay);
    const signers = await context.pool.recoverSigners(
      entries.map((entry) => ({ digest: typedDigest(domain, "PublishedFile", entry), signature: entry.signature })),
    );
    for (const [i, entry] of entries.entries()) {
      const signer = signers[i];
      const keys = await keysOfFile(context, entry);
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

function dayOf({ kind, number }: ManifestFile): number {
  return kind === "day" ? number : Math.floor(number / DROPS_PER_DAY);
}

/** An entry bears no date: any key that was valid at some time since the end of its drop or day may have signed it. */
async function keysOfFile(context: AuditContext, entry: ManifestFile): Promise<readonly Hex[]> {
  const { genesis } = context.deployment;
  const drops = entry.kind === "day" ? DROPS_PER_DAY * (entry.number + 1) : entry.number + 1;
  return keysOverlapping(context, genesis + DROP_S * drops, context.head.time + 1);
}
