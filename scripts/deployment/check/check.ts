import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { assertChain, type ChainClient } from "../../../src/chain/client.ts";
import { readHead } from "../../../src/chain/read/head.ts";
import type { Construction } from "../../../src/chain/write/constructors.ts";
import { DEFAULT_RULES } from "../../../src/chain/write/rule-set.ts";
import { CONTRACTS, type ContractName, type Deployment } from "../../../src/protocol/index.ts";
import type { DeployConfig } from "../config.ts";
import { fitsGenesis } from "../genesis.ts";
import { type CodeCheck, checkCode } from "./code.ts";
import { checkPermissions } from "./permissions.ts";
import { compare, type Report, type Subject } from "./report.ts";
import { checkRoles } from "./roles.ts";
import { checkSetup } from "./setup.ts";

/** What a deployment is compared with, besides the sources. */
export interface CheckParts {
  readonly hre: HardhatRuntimeEnvironment;
  readonly client: ChainClient;
  readonly deployment: Deployment;
  /** What it was meant to be; without it, it is compared with what it was when it was deployed. */
  readonly config: DeployConfig | undefined;
}

/**
 * Compares a deployment with the sources and with its configuration.
 * @throws CHAIN_MISMATCH when the chain is not the deployment's, CHAIN_UNREACHABLE.
 */
export async function checkDeployment(parts: CheckParts): Promise<Report> {
  const { hre, client, deployment, config } = parts;
  await assertChain(client, deployment);
  const { number: head } = await readHead(client);
  const code = await checkCode(hre, client, deployment, constructionOf(parts));
  const { subject: setup, since } = await checkSetup(client, deployment, config, head);
  // What another AccessManager says of roles is worth nothing: then it is the one thing to look at.
  const powers = code.accessManager.genuine
    ? [...(await checkContracts(parts, code)), ...(await checkRoles(client, deployment, config, head))]
    : CONTRACTS.map((name): Subject => ({ kind: "contract", name, differences: code[name].differences }));
  const subjects = [...recordOf(parts), ...powers, setup];
  return { same: subjects.every(({ differences }) => differences.length === 0), subjects, since };
}

/** The record against the configuration. */
function recordOf({ deployment, config }: CheckParts): Subject[] {
  if (config === undefined) return [];
  const { genesis, operator } = deployment;
  const differences = [
    ...compare("genesis", fitsGenesis(config.genesis, genesis) ? genesis : config.genesis, genesis),
    ...compare("operator", config.operator, operator),
  ];
  return [{ kind: "record", name: "deployment.json", differences }];
}

/** What the contracts should be built with: the configuration goes before the record. */
function constructionOf({ deployment, config }: CheckParts): Construction {
  return {
    deployer: deployment.deployer,
    genesis: typeof config?.genesis === "number" ? config.genesis : deployment.genesis,
    operator: config?.operator ?? deployment.operator,
    // They go into storage and not into the code: their event tells what they are.
    rules: config?.rules ?? DEFAULT_RULES,
  };
}

async function checkContracts(
  { client, deployment }: CheckParts,
  code: Readonly<Record<ContractName, CodeCheck>>,
): Promise<Subject[]> {
  const subjects = CONTRACTS.map(async (name): Promise<Subject> => {
    const { genuine, differences } = code[name];
    const permissions = genuine ? await checkPermissions(client, deployment, name) : [];
    return { kind: "contract", name, differences: [...differences, ...permissions] };
  });
  return Promise.all(subjects);
}
