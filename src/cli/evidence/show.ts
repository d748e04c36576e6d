import {
  type EvidenceFile,
  type EvidenceReport,
  type ExaminedEvidence,
  PROOF_CHECKS,
  type ProofCheck,
  type ProofCheckName,
  verifyEvidence,
} from "../../evidence/index.ts";
import { verifyEvidenceOnChain } from "../../sdk/index.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import { formatCount, formatFields, formatTable, formatTime, print } from "../output.ts";
import { readDeployment } from "../workspace.ts";
import { programmeFields } from "./programme-fields.ts";

/** Evidence shows where and how somebody drove: to whom, its owner decides. */
export const EVIDENCE_MODE = 0o600;
/** Failures of one check that are printed; all are in the JSON. */
const MOST_SHOWN = 5;

/**
 * Checks an evidence file: by itself, and against a chain if one is named. Nothing of a work folder is used.
 * @throws FILE_UNREADABLE, DEPLOYMENT_INVALID, CHAIN_UNREACHABLE.
 */
export function examine(
  bytes: Uint8Array,
  { rpc, deployment: path }: { readonly rpc?: string; readonly deployment?: string },
): Promise<ExaminedEvidence> {
  const deployment = path === undefined ? undefined : readDeployment(path);
  if (rpc === undefined) return verifyEvidence(bytes, deployment);
  return verifyEvidenceOnChain(bytes, { rpcUrl: rpc, ...(deployment === undefined ? {} : { deployment }) });
}

/** Writes the page that shows an evidence file. */
export async function writeEvidencePage(
  path: string,
  report: EvidenceReport,
  file: EvidenceFile | undefined,
): Promise<void> {
  // Loaded when it is needed: drawing takes longer to load than all else.
  const { renderEvidencePage } = await import("../report/evidence-page.ts");
  writeFileSafely(path, await renderEvidencePage(report, file), EVIDENCE_MODE);
}

/** Prints a report for a person: each kind of check once, with what failed. */
export function showEvidence(
  path: string,
  { type, deployment, subject, valid, checks, proven, notProven, blocks }: EvidenceReport,
) {
  print(`${path} (${type})`);
  if (subject !== undefined) {
    print(`vehicle ${subject.vehicle}, ${formatTime(subject.from)} to ${formatTime(subject.to)}`);
  }
  if (deployment !== undefined) {
    print();
    print(formatFields(programmeFields(deployment)));
  }
  print();
  for (const [name, own] of Map.groupBy(checks, ({ check }) => check)) showCheck(name, own);
  showList("Proven", proven);
  showList("Not proven", notProven);
  if (blocks.length > 0) {
    print("\nBlocks to compare:");
    print(
      formatTable(
        ["number", "time", "hash"],
        blocks.map(({ number, time, hash }) => [`${number}`, formatTime(time), hash]),
      ),
    );
  }
  const wrong = checks.filter(({ ok }) => !ok).length;
  print(
    valid
      ? "\nIt is valid."
      : `\nIt is not valid: ${formatCount(wrong)} of ${formatCount(checks.length)} checks failed.`,
  );
}

function showCheck(name: ProofCheckName, own: readonly ProofCheck[]): void {
  const failed = own.filter(({ ok }) => !ok);
  const count = own.length === 1 ? "" : ` (${formatCount(own.length - failed.length)} of ${formatCount(own.length)})`;
  print(`${failed.length === 0 ? "✓" : "✗"} ${PROOF_CHECKS[name]}${count}`);
  for (const { path, expected, actual } of failed.slice(0, MOST_SHOWN)) {
    print(`    ${path || "the file"}\n        expected ${expected}\n        found    ${actual}`);
  }
  if (failed.length > MOST_SHOWN) print(`    and ${formatCount(failed.length - MOST_SHOWN)} more`);
}

function showList(title: string, sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  print(`\n${title}:`);
  for (const sentence of sentences) print(`  - ${sentence}`);
}
