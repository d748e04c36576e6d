import { EVIDENCE_CONTRACTS, type EvidenceDeployment } from "../../evidence/index.ts";
import { formatTime } from "../output.ts";

/** The chain and the contracts of which a file speaks: who compares blocks by hand compares these, too. */
export function programmeFields({ chainId, genesis, operator, contracts }: EvidenceDeployment): [string, string][] {
  return [
    ["chain", `${chainId}`],
    ["genesis", formatTime(genesis)],
    ["operator", operator],
    ...EVIDENCE_CONTRACTS.map((name): [string, string] => [name, contracts[name]]),
  ];
}
