import { toFunctionSelector } from "viem";
import { type ChainClient, reach } from "../../../src/chain/client.ts";
import { rulesAbi } from "../../../src/chain/generated/rules.ts";
import { readFunctionRole, readTargetSettings } from "../../../src/chain/read/powers.ts";
import { CREATION_CODE } from "../../../src/chain/write/creation-code.ts";
import { ROLE_FUNCTIONS } from "../../../src/chain/write/roles.ts";
import { ROLES, type Role } from "../../../src/protocol/codec/roles.ts";
import type { ContractName, Deployment } from "../../../src/protocol/index.ts";
import { compare, type Difference } from "./report.ts";

interface AbiFunction {
  readonly type: string;
  readonly name: string;
  readonly stateMutability: string;
}

/**
 * Compares who decides over a contract: that it obeys the programme's AccessManager, and which role may call each function.
 * @returns Nothing for a contract that has no restricted functions.
 * @throws CHAIN_UNREACHABLE.
 */
export async function checkPermissions(
  client: ChainClient,
  { contracts }: Deployment,
  name: ContractName,
): Promise<Difference[]> {
  const functions = (CREATION_CODE[name].abi as readonly AbiFunction[]).filter(({ type }) => type === "function");
  if (name === "accessManager" || !functions.some((entry) => entry.name === "authority")) return [];
  const address = contracts[name];
  // What AccessManaged contracts have in common stands in the ABI of each.
  const authority = await reach(client.readContract({ abi: rulesAbi, address, functionName: "authority" }));
  const { closed, adminDelayS } = await readTargetSettings(client, contracts.accessManager, address);
  const changing = functions.filter(({ stateMutability }) => stateMutability === "nonpayable");
  const roles = changing.map(async (entry) => {
    const selector = toFunctionSelector(entry as Parameters<typeof toFunctionSelector>[0]);
    const role = await readFunctionRole(client, contracts.accessManager, { target: address, selector });
    return compare(`role of ${entry.name}`, roleOf(name, entry.name), roleName(role));
  });
  return [
    ...compare("authority", contracts.accessManager, authority.toLowerCase()),
    ...compare("closed by the admin", false, closed),
    ...compare("delay of the admin's settings", "0 s", `${adminDelayS} s`),
    ...(await Promise.all(roles)).flat(),
  ];
}

/** The role that the sources give a function; the admin's unless they say another. */
function roleOf(contract: ContractName, name: string): Role {
  const entry = ROLE_FUNCTIONS.find(({ contract: of, functions }) => of === contract && functions.includes(name));
  return entry?.role ?? "admin";
}

/** A role by its name, or its number when it is none of the programme's. */
export function roleName(number: bigint): string {
  return (Object.keys(ROLES) as Role[]).find((role) => ROLES[role] === number) ?? `number ${number}`;
}
