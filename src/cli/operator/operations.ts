import { readScheduledOperations, type ScheduledOperation } from "../../chain/read/operations.ts";
import { decodeCall } from "../../chain/write/contract-call.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { formatTable, formatTime } from "../output.ts";
import { type Act, actOn } from "./act.ts";
import type { Desk } from "./desk.ts";
import type { Shown, Subject } from "./subject.ts";
import { hashed } from "./takes.ts";

const OPERATION = hashed("id", "id of the operation");

/** `cairn operator scheduled`, `execute` and `cancel`: what keys with a delay have announced. */
export function operationCommands(subject: Subject): void {
  subject
    .shows({ name: "scheduled", description: "acts that were announced and wait for their delay", run: list })
    .acts<[Hex]>({
      name: "execute",
      description: "carry out an announced act, as who announced it",
      takes: [OPERATION],
      run: async (desk, [id]) => execute(desk, await existing(desk, id)),
    })
    .acts<[Hex]>({
      name: "cancel",
      description: "take an announced act back, as who announced it or as admin",
      takes: [OPERATION],
      run: async (desk, [id]) => cancel(desk, await existing(desk, id)),
    });
}

function readOperations({ client, deployment, head }: Desk): Promise<ScheduledOperation[]> {
  return readScheduledOperations(client, deployment, head);
}

/** @throws NOT_FOUND when it was never announced, or is executed or cancelled. */
async function existing(desk: Desk, id: Hex): Promise<ScheduledOperation> {
  const found = (await readOperations(desk)).find((operation) => operation.id === id);
  if (found === undefined) throw new CairnError("NOT_FOUND", `no announced operation ${id}`);
  return found;
}

/** What an operation would do, in one line. */
function textOf({ deployment }: Desk, { target, data }: ScheduledOperation): string {
  const call = decodeCall(deployment, target, data);
  if (call === undefined) return `${target} ${data.slice(0, 10)}`;
  const args = JSON.stringify(call.args, (_, value) => (typeof value === "bigint" ? String(value) : value));
  return `${call.contract}.${call.functionName} ${args}`;
}

async function list(desk: Desk): Promise<Shown> {
  const operations = (await readOperations(desk)).map((operation) => ({ ...operation, act: textOf(desk, operation) }));
  const rows = operations.map(({ id, state, readyAt, lapsesAt, act }) => [
    id,
    state,
    formatTime(readyAt),
    formatTime(lapsesAt),
    act,
  ]);
  const text = formatTable(["id", "state", "ready", "lapses", "act"], rows);
  return { data: { operations }, text: operations.length === 0 ? "Nothing is announced." : text };
}

function factsOf(desk: Desk, operation: ScheduledOperation): Act["facts"] {
  return [
    ["act", textOf(desk, operation)],
    ["announced by", operation.caller],
    ["ready", `${formatTime(operation.readyAt)} (${operation.state})`],
  ];
}

/**
 * The announced call itself: the AccessManager finds that it was announced.
 * @throws ARGUMENT_INVALID when it is no call of the programme's contracts.
 */
function execute(desk: Desk, operation: ScheduledOperation): Act[] {
  const call = decodeCall(desk.deployment, operation.target, operation.data);
  if (call === undefined) throw new CairnError("ARGUMENT_INVALID", "it is no call of the programme's contracts");
  const title = `Carry out the announced act ${operation.id}`;
  const holds = { why: "from its block on" };
  return [{ call, title, facts: factsOf(desk, operation), holds, signedBy: { key: operation.caller } }];
}

function cancel(desk: Desk, operation: ScheduledOperation): Act[] {
  const { id, caller, target, data } = operation;
  const words = { title: `Cancel the announced act ${id}`, facts: factsOf(desk, operation) };
  return [{ ...actOn(desk, "accessManager", "cancel", [caller, target, data], words), signedBy: { key: caller } }];
}
