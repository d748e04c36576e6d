import { createChainClient } from "../../chain/client.ts";
import { type ExaminedEvidence, unaskedReport, verifyEvidence, withAnswers } from "../../evidence/index.ts";
import type { Deployment } from "../../protocol/index.ts";
import { readAnswers } from "../evidence-answers.ts";

/** Whom to ask about an evidence file. */
export interface AskAboutEvidence {
  /** HTTP URL of a node of the chain that the file speaks of. */
  readonly rpcUrl: string;
  /** The programme's deployment, to know that the file's contracts are the programme's. */
  readonly deployment?: Deployment;
}

/**
 * Checks an evidence file by itself and against a chain: that the chain has its blocks, and that nothing which came later took
 * back what it proves (docs/evidence.md). Nothing of the relayer is asked, and of a file that is wrong by itself nothing of the chain.
 * @param bytes The file's content.
 * @throws ARGUMENT_INVALID for a URL that is not http or https, CHAIN_UNREACHABLE. A false file is no error: see `valid`.
 */
export async function verifyEvidenceOnChain(bytes: Uint8Array, asked: AskAboutEvidence): Promise<ExaminedEvidence> {
  const client = createChainClient(asked.rpcUrl);
  const examined = await verifyEvidence(bytes, asked.deployment);
  const { opened, report } = examined;
  if (opened === undefined || !report.valid) return { ...examined, report: unaskedReport(report) };
  return { opened, report: withAnswers(opened, await readAnswers(client, opened)) };
}
