import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ArgumentType, NamedArtifactContractDeploymentFuture } from "@nomicfoundation/ignition-core";
import { artifactName } from "../../scripts/contract-sources.ts";
import { type Construction, constructorArguments } from "../../src/chain/write/constructors.ts";
import { CONTRACTS, type ContractName, type Hex } from "../../src/protocol/index.ts";

type Future = NamedArtifactContractDeploymentFuture<string>;

/** The parameter that says where a contract will stand. */
export function addressParameter(name: ContractName): string {
  return `${name}Address`;
}

/**
 * A programme: its contracts in the order of CONTRACTS, then the one call that gives the powers away. Contracts that know
 * each other are built with addresses at which nothing stands yet; so each is sent after the one before, and the n-th
 * takes the n-th nonce. `npm run deploy` makes the parameters: the contracts' addresses, genesis, operator, rules, and the
 * calls of the setup.
 */
export default buildModule("Programme", (m) => {
  // Ignition puts the values in place of its placeholders, wherever in the arguments they stand.
  const at: unknown = Object.fromEntries(CONTRACTS.map((name) => [name, m.getParameter(addressParameter(name))]));
  const construction: unknown = {
    deployer: m.getAccount(0),
    genesis: m.getParameter("genesis"),
    operator: m.getParameter("operator"),
    rules: m.getParameter("rules"),
  };
  const args = constructorArguments(at as Record<ContractName, Hex>, construction as Construction);
  const contracts = {} as Record<ContractName, Future>;
  let previous: Future | undefined;
  for (const name of CONTRACTS) {
    const after = previous === undefined ? [] : [previous];
    previous = m.contract(artifactName(name), args[name] as ArgumentType[], { id: name, after });
    contracts[name] = previous;
  }
  const { accessManager, vehicleToken } = contracts;
  m.call(accessManager, "multicall", [m.getParameter("setup")], { id: "setup", after: [vehicleToken] });
  return contracts;
});
