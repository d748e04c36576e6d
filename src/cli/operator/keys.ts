import { Argument, Option } from "commander";
import { readHistory } from "../../chain/read/events.ts";
import { readHolders, readRoleChanges } from "../../chain/read/powers.ts";
import { ROLES, type Role } from "../../protocol/codec/roles.ts";
import { type Hex, lowerHex } from "../../protocol/index.ts";
import { wholeNumber } from "../arguments.ts";
import { formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import type { Shown, Subject } from "./subject.ts";
import { account, moment } from "./takes.ts";

const ROLE_NAMES = Object.keys(ROLES) as Role[];
const ROLE = new Argument("<role>", "the duty").choices(ROLE_NAMES);

/** `cairn operator keys`. */
export function keyCommands(subject: Subject): void {
  subject
    .below("keys", "who has which duty, and which keys sign receipts and awards")
    .shows({ name: "list", description: "who has which role, and all receipt and task keys", run: list })
    .acts<[Role, Hex], { delay: number }>({
      name: "grant",
      description: "give a role to a key, as admin",
      takes: [ROLE, account("key", "address of the key")],
      options: [
        new Option("--delay <seconds>", "for how long its acts have to be announced before")
          .argParser(wholeNumber(0, 2 ** 32 - 1))
          .default(0),
      ],
      run: (desk, [role, key], { delay }) => grant(desk, role, key, delay),
    })
    .acts<[Role, Hex]>({
      name: "revoke",
      description: "take a role from a key, as admin",
      takes: [ROLE, account("key", "address of the key")],
      run: (desk, [role, key]) => [
        actOn(desk, "accessManager", "revokeRole", [ROLES[role], key], { title: `Take the role ${role} from ${key}` }),
      ],
    })
    .acts<[Hex], Interval>({
      name: "set-receipt-key",
      description: "say from when until when a key signs receipts and manifests",
      takes: [account("key", "address of the key")],
      options: INTERVAL,
      run: (desk, [key], interval) => setKey(desk, "rules", key, interval),
    })
    .acts<[Hex], Interval>({
      name: "set-task-key",
      description: "say from when until when a key signs awards of tasks",
      takes: [account("key", "address of the key")],
      options: INTERVAL,
      run: (desk, [key], interval) => setKey(desk, "taskBook", key, interval),
    });
}

interface Interval {
  readonly from?: number;
  readonly until: number;
}

const INTERVAL = [
  moment("--from", "first second; now unless given"),
  moment("--until", "first second in which it no longer does; 0 for no end").default(0),
];

function setKey(
  desk: Desk,
  contract: "rules" | "taskBook",
  key: Hex,
  { from = desk.head.time, until }: Interval,
): Act[] {
  const what = contract === "rules" ? "receipts and manifests" : "awards of tasks";
  const words = {
    title: `Let ${key} sign ${what}`,
    facts: [
      ["from", formatTime(from)],
      ["until", until === 0 ? "no end" : formatTime(until)],
      ["what is past", "in which it was such a key cannot be taken from it"],
    ] as const,
    holds: { from, why: "signatures dated from then on" },
  };
  return [
    contract === "rules"
      ? actOn(desk, "rules", "setReceiptKey", [key, from, until], words)
      : actOn(desk, "taskBook", "setTaskKey", [key, from, until], words),
  ];
}

async function readRoles({ client, deployment, head }: Desk) {
  const { accessManager } = deployment.contracts;
  const range = { fromBlock: deployment.firstBlock, toBlock: head.number };
  const holders = await readHolders(client, accessManager, await readRoleChanges(client, accessManager, range));
  return ROLE_NAMES.map((role) => ({ role, holders: holders.get(ROLES[role]) ?? [] }));
}

/** Keys by the contract that knows them; of each the interval that was set last. */
async function readSigningKeys({ client, deployment, head }: Desk) {
  const [rules, tasks] = await Promise.all([
    readHistory(client, deployment, "rules", head.number),
    readHistory(client, deployment, "taskBook", head.number),
  ]);
  const keys = new Map<string, { signs: string; key: Hex; from: number; until: number }>();
  for (const { name, args } of [...rules, ...tasks]) {
    if (name !== "ReceiptKeySet" && name !== "TaskKeySet") continue;
    const signs = name === "ReceiptKeySet" ? "receipts" : "awards";
    const { key, from, until } = args;
    keys.set(`${signs} ${key}`, { signs, key: lowerHex(key), from, until });
  }
  return [...keys.values()];
}

async function list(desk: Desk): Promise<Shown> {
  const [roles, signing] = await Promise.all([readRoles(desk), readSigningKeys(desk)]);
  const roleRows = roles.flatMap(({ role, holders }) =>
    holders.length === 0
      ? [[role, "nobody", ""]]
      : holders.map(({ account: key, delayS }) => [role, key, delayS === 0 ? "at once" : formatDuration(delayS)]),
  );
  const keyRows = signing.map(({ signs, key, from, until }) => [signs, key, formatTime(from), formatTime(until)]);
  const text = `${formatTable(["role", "key", "acts"], roleRows)}\n\n${formatTable(["signs", "key", "from", "until"], keyRows)}`;
  return { data: { roles, signingKeys: signing }, text };
}

function grant(desk: Desk, role: Role, key: Hex, delayS: number): Act[] {
  return [
    actOn(desk, "accessManager", "grantRole", [ROLES[role], key, delayS], {
      title: `Give the role ${role} to ${key}`,
      facts: [
        ["its acts", delayS === 0 ? "take effect at once" : `are announced ${formatDuration(delayS)} before`],
        ["others", "who have the role keep it until it is taken from them"],
      ],
    }),
  ];
}
