import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { encodeDeployData } from "viem";
import { type Construction, constructorArguments } from "../../../src/chain/write/constructors.ts";
import { CONTRACTS, type ContractName, type Deployment, type Hex } from "../../../src/protocol/index.ts";
import { artifactName } from "../../contract-sources.ts";

/**
 * The code that the sources give when they are built with these arguments at these addresses. Each constructor is run on a
 * chain of this process, so that all that it builds in is there too: partners, genesis, chain id, its own address.
 */
export async function expectedCode(
  hre: HardhatRuntimeEnvironment,
  { chainId, contracts }: Pick<Deployment, "chainId" | "contracts">,
  construction: Construction,
): Promise<Record<ContractName, Hex>> {
  const chain = await hre.network.create({ network: "default", override: { chainId } });
  const args = constructorArguments(contracts, construction);
  const code: Partial<Record<ContractName, Hex>> = {};
  for (const name of CONTRACTS) {
    const { abi, bytecode } = await hre.artifacts.readArtifact(artifactName(name));
    const creation = encodeDeployData({ abi, bytecode, args: args[name] } as never);
    const call = { from: construction.deployer, to: contracts[name], data: "0x" };
    // Creation code as the code of the address runs there, and answers with what it would have left.
    await chain.provider.request({ method: "hardhat_setCode", params: [contracts[name], creation] });
    const runtime = (await chain.provider.request({ method: "eth_call", params: [call, "latest"] })) as Hex;
    // Later constructors ask this contract.
    await chain.provider.request({ method: "hardhat_setCode", params: [contracts[name], runtime] });
    code[name] = runtime;
  }
  await chain.close();
  return code as Record<ContractName, Hex>;
}
