import { reach } from "../../chain/client.ts";
import { ABIS } from "../../chain/contracts.ts";
import { readCode } from "../../chain/read/code.ts";
import { fromHex } from "../../protocol/codec/bytes.ts";
import { CONTRACTS } from "../../protocol/codec/deployment.ts";
import { keccak } from "../../protocol/codec/keccak.ts";
import type { Check } from "../context.ts";

/**
 * The contracts have the code that the deployment names, their first event is there, and Rules says its genesis and operator.
 * Whether that code is what the sources give is compared elsewhere: `npm run check:deployment`.
 */
export const identity: Check = {
  name: "identity",
  async run({ client, database, deployment, findings, head }) {
    const blockNumber = BigInt(head.number);
    const code = await readCode(client, deployment.contracts, blockNumber);
    for (const contract of CONTRACTS) {
      if (code[contract] === "0x") {
        findings.add({ code: "CONTRACT_MISSING", subject: contract, expected: "code", actual: "none" });
      } else compare(`code of ${contract}`, deployment.codeHashes[contract], keccak(fromHex(code[contract])));
    }
    const { first } = await database.row("SELECT min(version) AS first FROM ev_rules");
    compare(`firstBlock ${deployment.firstBlock}`, "rules version 0", `rules version ${first}`);
    if (code.rules !== "0x") {
      const rules = { address: deployment.contracts.rules, abi: ABIS.rules, blockNumber } as const;
      const genesis = await reach(client.readContract({ ...rules, functionName: "genesis" }));
      const operator = await reach(client.readContract({ ...rules, functionName: "operator" }));
      compare("genesis", deployment.genesis, genesis);
      compare("operator", deployment.operator, operator.toLowerCase());
    }
    return { subjects: CONTRACTS.length };

    function compare(subject: string, expected: number | string, actual: number | string) {
      if (expected === actual) return;
      findings.add({ code: "DEPLOYMENT_MISMATCH", subject, expected: `${expected}`, actual: `${actual}` });
    }
  },
};
