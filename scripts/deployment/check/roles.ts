import type { ChainClient } from "../../../src/chain/client.ts";
import {
  type Holder,
  type Holders,
  holdersAfter,
  readHolders,
  readRoleChanges,
  readRoleSettings,
} from "../../../src/chain/read/powers.ts";
import { ROLES, type Role } from "../../../src/protocol/codec/roles.ts";
import type { Deployment, Hex } from "../../../src/protocol/index.ts";
import type { DeployConfig } from "../config.ts";
import { roleName } from "./permissions.ts";
import { compare, type Difference, type Subject } from "./report.ts";

const ROLE_NAMES = Object.keys(ROLES) as Role[];

/**
 * Compares who has which role with the configuration or, without one, with what the deployment itself gave: powers that
 * came or went later are named either way, unless the configuration knows of them.
 * @param head Number of the newest block.
 * @throws CHAIN_UNREACHABLE.
 */
export async function checkRoles(
  client: ChainClient,
  deployment: Deployment,
  config: DeployConfig | undefined,
  head: number,
): Promise<Subject[]> {
  const { accessManager } = deployment.contracts;
  const changes = await readRoleChanges(client, accessManager, { fromBlock: deployment.firstBlock, toBlock: head });
  const actual = await readHolders(client, accessManager, changes);
  const given = holdersAfter(changes.filter(({ block }) => block <= deployment.block));
  const expected = config === undefined ? given : holdersOf(config);
  const numbers = new Set([...ROLE_NAMES.map((role) => ROLES[role]), ...actual.keys()]);
  const roles = [...numbers].map(async (role): Promise<Subject> => {
    const holders = [...(actual.get(role) ?? [])];
    const differences = [
      ...compare("holders", describe(expected.get(role) ?? []), describe(holders)),
      ...(ROLE_NAMES.includes(roleName(role) as Role) ? compare("number of holders", 1, holders.length) : []),
      ...(await settingDifferences(client, accessManager, role)),
    ];
    return { kind: "role", name: roleName(role), differences };
  });
  return [...(await Promise.all(roles)), separation(actual, deployment.deployer)];
}

function holdersOf({ roles, adminDelayS }: DeployConfig): Holders {
  return new Map(
    ROLE_NAMES.map((role) => [ROLES[role], [{ account: roles[role], delayS: role === "admin" ? adminDelayS : 0 }]]),
  );
}

function describe(holders: readonly Holder[]): string {
  if (holders.length === 0) return "nobody";
  const lines = holders.map(({ account, delayS }) => (delayS === 0 ? account : `${account} after ${delayS} s`));
  return lines.sort().join(", ");
}

/** Only the admin gives and takes roles, and nobody stops what a role has announced: as it is from the start. */
async function settingDifferences(client: ChainClient, accessManager: Hex, role: bigint): Promise<Difference[]> {
  const { admin, guardian, grantDelayS } = await readRoleSettings(client, accessManager, role);
  return [
    ...compare("given and taken by", roleName(ROLES.admin), roleName(admin)),
    ...compare("announcements stopped by", roleName(ROLES.admin), roleName(guardian)),
    ...compare("delay of being given", "0 s", `${grantDelayS} s`),
  ];
}

/** One key, one duty; and the deployer has none. */
function separation(holders: Holders, deployer: Hex): Subject {
  const rolesOf = new Map<Hex, string[]>();
  for (const [role, accounts] of holders) {
    for (const { account } of accounts) rolesOf.set(account, [...(rolesOf.get(account) ?? []), roleName(role)]);
  }
  const several = [...rolesOf].filter(([account, roles]) => account !== deployer && roles.length > 1);
  return {
    kind: "role",
    name: "separation of duties",
    differences: [
      ...compare(`roles of the deployer ${deployer}`, "none", rolesOf.get(deployer)?.join(", ") ?? "none"),
      ...several.flatMap(([account, roles]) => compare(`roles of ${account}`, "one", roles.join(", "))),
    ],
  };
}
