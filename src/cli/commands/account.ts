import type { Command } from "commander";
import { type AccountRecord, readAccount } from "../../chain/read/account.ts";
import { consentStands } from "../../chain/read/consents.ts";
import { readHead } from "../../chain/read/head.ts";
import { categoriesOf, type Hex, PURPOSE } from "../../protocol/index.ts";
import { createCairnClient, type Stones } from "../../sdk/index.ts";
import { address } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatFields, formatStones, formatTable, formatTime, print, printJson } from "../output.ts";

const EXAMPLES = `
Examples:
  cairn account 0x70997970c51812dc3a010c7d01b50e0d17dc79c8
  cairn account 0x7099… --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn account ADDRESS`: what the chain says about an account. */
export function accountCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("account"))
    .argument("<address>", "the account", address)
    .description("show an account's stones, consents, vehicles and orders")
    .addHelpText("after", EXAMPLES)
    .action(async (account: Hex, options: ConnectionOptions) => {
      const { client, rpcUrl, deployment, apiUrl } = await connect(options);
      const cairn = createCairnClient({ rpcUrl, deployment, ...(apiUrl === undefined ? {} : { relayerUrl: apiUrl }) });
      const [record, stones, head] = await Promise.all([
        readAccount(client, deployment, account),
        cairn.getStones({ account }),
        readHead(client),
      ]);
      if (options.json) printJson(asJson(record, stones));
      else show(record, stones, head.time);
      done(EXIT.ok);
    });
}

function asJson(record: AccountRecord, stones: Stones) {
  const { credited, balance, available, reserved, pending, pendingCreditableAt } = stones;
  return {
    account: record.account,
    ...(record.movedTo === undefined ? {} : { movedTo: record.movedTo }),
    // What no relayer was asked for is null, not 0.
    stones: {
      credited,
      balance,
      available,
      reserved,
      pending: pending ?? null,
      pendingCreditableAt: pendingCreditableAt ?? null,
    },
    consents: record.consents.map(({ account: _, ...consent }) => consent),
    vehicles: record.vehicles.map(({ vehicle, account, since, until }) => ({ vehicle, account, since, until })),
    orders: record.orders,
  };
}

function show(record: AccountRecord, stones: Stones, now: number): void {
  print(`Account ${record.account}\n`);
  if (record.movedTo !== undefined)
    print(`Moved to ${record.movedTo}: later credits flow on, and so do open orders.\n`);
  const pending = stones.pending === undefined ? "unknown: no relayer was asked" : formatStones(stones.pending);
  const from = stones.pending ? `, can be credited from ${formatTime(stones.pendingCreditableAt ?? 0)}` : "";
  print(
    formatFields([
      ["credited", formatStones(stones.credited)],
      ["available", formatStones(stones.available)],
      ["reserved", formatStones(stones.reserved)],
      ["pending", `${pending}${from}`],
    ]),
  );
  section(
    "Consents",
    record.consents,
    ["purpose", "categories", "state", "since", "expires", "recipient"],
    (consent) => [
      Object.entries(PURPOSE).find(([, code]) => code === consent.purpose)?.[0] ?? String(consent.purpose),
      categoriesOf(consent.categories).join(" "),
      consentStands(consent, now) ? "stands" : consent.revoked > 0 ? "withdrawn" : "expired",
      formatTime(consent.granted),
      formatTime(consent.expires),
      consent.recipient,
    ],
  );
  section("Vehicles", record.vehicles, ["vehicle", "holder", "since", "until"], (vehicle) => [
    vehicle.vehicle,
    vehicle.account === record.account ? "this account" : vehicle.account,
    formatTime(vehicle.since),
    formatTime(vehicle.until),
  ]);
  section("Orders", record.orders, ["order", "item", "price", "state", "deadline"], (order) => [
    order.order,
    String(order.item),
    formatStones(order.price),
    order.state,
    formatTime(order.deadline),
  ]);
}

function section<T>(title: string, rows: readonly T[], head: readonly string[], cells: (row: T) => string[]): void {
  print(`\n${title}${rows.length === 0 ? ": none" : ""}`);
  if (rows.length > 0) print(formatTable(head, rows.map(cells)));
}
