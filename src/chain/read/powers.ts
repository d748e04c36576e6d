import { parseEventLogs } from "viem";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { type ChainClient, reach } from "../client.ts";
import { accessManagerAbi } from "../generated/accessManager.ts";
import { type BlockRange, readLogs } from "./logs.ts";

/** An account that has a role. */
export interface Holder {
  readonly account: Hex;
  /** Seconds between an act of the account in this role and its effect. */
  readonly delayS: number;
}

/** Who has which role, by the role's number. */
export type Holders = ReadonlyMap<bigint, readonly Holder[]>;

/** An event by which somebody got or lost a role, or has it with another delay. */
export interface RoleChange extends Holder {
  readonly role: bigint;
  readonly granted: boolean;
  readonly block: number;
  readonly blockHash: Hex;
}

/**
 * All changes of roles in a range of blocks, in their order on the chain. Who has a role can be learnt from them only: an
 * AccessManager keeps no list.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRoleChanges(
  client: ChainClient,
  accessManager: Hex,
  range: BlockRange,
): Promise<RoleChange[]> {
  const logs = await readLogs(client, accessManager, range);
  const events = parseEventLogs({ abi: accessManagerAbi, eventName: ["RoleGranted", "RoleRevoked"], logs });
  return events.map(({ eventName, args, blockNumber, blockHash }) => ({
    role: args.roleId,
    account: lowerHex(args.account),
    granted: eventName === "RoleGranted",
    delayS: eventName === "RoleGranted" ? args.delay : 0,
    block: Number(blockNumber),
    blockHash,
  }));
}

/** Who has which role after some changes, by these alone. */
export function holdersAfter(changes: readonly RoleChange[]): Holders {
  const holders = new Map<bigint, Holder[]>();
  for (const { role, account, granted, delayS } of changes) {
    const others = (holders.get(role) ?? []).filter((holder) => holder.account !== account);
    holders.set(role, granted ? [...others, { account, delayS }] : others);
  }
  return holders;
}

/**
 * Who has which role now, as the AccessManager itself says of everybody whom any of the changes names.
 * @param changes All since the AccessManager was made.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHolders(
  client: ChainClient,
  accessManager: Hex,
  changes: readonly RoleChange[],
): Promise<Holders> {
  const named = new Map(changes.map(({ role, account }) => [`${role} ${account}`, { role, account }]));
  const holders = new Map<bigint, Holder[]>(changes.map(({ role }) => [role, []]));
  const manager = { abi: accessManagerAbi, address: accessManager } as const;
  for (const { role, account } of named.values()) {
    const access = client.readContract({ ...manager, functionName: "getAccess", args: [role, account] });
    const [since, delayS] = await reach(access);
    if (since !== 0) holders.get(role)?.push({ account, delayS });
  }
  return holders;
}

/**
 * Who gives and takes a role, who stops what its holders have announced, and how long a grant of it waits.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRoleSettings(
  client: ChainClient,
  accessManager: Hex,
  role: bigint,
): Promise<{ admin: bigint; guardian: bigint; grantDelayS: number }> {
  const call = { abi: accessManagerAbi, address: accessManager, args: [role] } as const;
  const [admin, guardian, grantDelayS] = await Promise.all([
    reach(client.readContract({ ...call, functionName: "getRoleAdmin" })),
    reach(client.readContract({ ...call, functionName: "getRoleGuardian" })),
    reach(client.readContract({ ...call, functionName: "getRoleGrantDelay" })),
  ]);
  return { admin, guardian, grantDelayS };
}

/**
 * Whether the admin has closed a contract's restricted functions, and how long a change of their roles waits.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readTargetSettings(
  client: ChainClient,
  accessManager: Hex,
  target: Hex,
): Promise<{ closed: boolean; adminDelayS: number }> {
  const call = { abi: accessManagerAbi, address: accessManager, args: [target] } as const;
  const [closed, adminDelayS] = await Promise.all([
    reach(client.readContract({ ...call, functionName: "isTargetClosed" })),
    reach(client.readContract({ ...call, functionName: "getTargetAdminDelay" })),
  ]);
  return { closed, adminDelayS };
}

/**
 * The role that may call a function of a contract.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readFunctionRole(
  client: ChainClient,
  accessManager: Hex,
  { target, selector }: { target: Hex; selector: Hex },
): Promise<bigint> {
  const call = { abi: accessManagerAbi, address: accessManager, args: [target, selector] } as const;
  return reach(client.readContract({ ...call, functionName: "getTargetFunctionRole" }));
}

/**
 * Whether an account may call a function of a contract.
 * @returns Nothing when it may not; else the seconds for which its call must be announced before, 0 for at once.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readCallDelay(
  client: ChainClient,
  accessManager: Hex,
  { account, target, selector }: { account: Hex; target: Hex; selector: Hex },
): Promise<number | undefined> {
  const call = { abi: accessManagerAbi, address: accessManager, args: [account, target, selector] } as const;
  const [atOnce, delayS] = await reach(client.readContract({ ...call, functionName: "canCall" }));
  if (atOnce) return 0;
  return delayS === 0 ? undefined : delayS;
}
