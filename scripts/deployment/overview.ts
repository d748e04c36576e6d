import { formatEther } from "viem";
import { reach } from "../../src/chain/client.ts";
import { DEFAULT_RULES, type RuleSet } from "../../src/chain/write/rule-set.ts";
import { formatFields, formatTable, formatTime, print } from "../../src/cli/output.ts";
import { ROLES, type Role } from "../../src/protocol/codec/roles.ts";
import { CONTRACTS } from "../../src/protocol/index.ts";
import type { DeploymentNetwork } from "./network.ts";
import { addressesOf, type PreparedPlan } from "./plan.ts";

/** Shows what will be deployed where, before anything is sent. */
export async function showPlan(network: DeploymentNetwork, { plan, begun }: PreparedPlan, id: string): Promise<void> {
  const { config, deployer, firstNonce, genesis } = plan;
  const balance = await reach(network.client.getBalance({ address: deployer }));
  print(begun ? "A deployment that was begun and goes on:\n" : "A new programme:\n");
  print(
    formatFields([
      ["network", `${network.name}, chain ${plan.chainId}`],
      ["deployment id", id],
      ["deployer", `${deployer}, from nonce ${firstNonce} on, holds ${formatEther(balance)} of the chain's coin`],
      ["genesis", `${formatTime(genesis)} (${genesis})`],
      ["operator", config.operator],
      ["receipt key", config.receiptKey],
      ["rules", describeRules(config.rules)],
      ["notices", config.notices.join(", ")],
    ]),
  );
  const at = addressesOf(plan);
  print(
    `\n${formatTable(
      ["contract", "address"],
      CONTRACTS.map((name) => [name, at[name]]),
    )}`,
  );
  const roles = (Object.keys(ROLES) as Role[]).map((role) => [
    role,
    config.roles[role],
    role === "admin" ? `acts after ${config.adminDelayS} s` : "",
  ]);
  print(`\n${formatTable(["role", "address", ""], roles)}\n`);
}

function describeRules(rules: RuleSet): string {
  const names = Object.keys(DEFAULT_RULES) as (keyof RuleSet)[];
  const other = names.filter((name) => rules[name] !== DEFAULT_RULES[name]).map((name) => `${name} ${rules[name]}`);
  return other.length === 0 ? "as published" : `not as published: ${other.join(", ")}`;
}
