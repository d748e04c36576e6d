import { reach } from "../../chain/client.ts";
import { ABIS, PROGRAMME_CONTRACTS } from "../../chain/contracts.ts";
import type { Check } from "../context.ts";

/** The contracts stand, and Rules says the same genesis and operator as the deployment. */
export const identity: Check = {
  name: "identity",
  async run({ client, deployment, findings, head }) {
    const blockNumber = BigInt(head.number);
    const missing = [];
    for (const contract of PROGRAMME_CONTRACTS) {
      const address = deployment.contracts[contract];
      if ((await reach(client.getCode({ address, blockNumber }))) === undefined) missing.push(contract);
    }
    for (const contract of missing) {
      findings.add({ code: "CONTRACT_MISSING", subject: contract, expected: "code", actual: "none" });
    }
    if (!missing.includes("rules")) {
      const rules = { address: deployment.contracts.rules, abi: ABIS.rules, blockNumber } as const;
      const genesis = await reach(client.readContract({ ...rules, functionName: "genesis" }));
      const operator = await reach(client.readContract({ ...rules, functionName: "operator" }));
      compare("genesis", deployment.genesis, genesis);
      compare("operator", deployment.operator, operator.toLowerCase());
    }
    return { subjects: PROGRAMME_CONTRACTS.length };

    function compare(subject: string, expected: number | string, actual: number | string) {
      if (expected === actual) return;
      findings.add({ code: "DEPLOYMENT_MISMATCH", subject, expected: `${expected}`, actual: `${actual}` });
    }
  },
};
