import type { Command } from "commander";
import { type AccountRecord, readAccount } from "../../chain/read/account.ts";
import { consentStands } from "../../chain/read/consents.ts";
import { readHead } from "../../chain/read/head.ts";
import { categoriesOf, EXCLUSION_REASONS, type Hex, PURPOSE } from "../../protocol/index.ts";
import { type Award, type Crystals, createCairnClient, type Exclusions, type Stones } from "../../sdk/index.ts";
import { address } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatCount, formatFields, formatStones, formatTable, formatTime, print, printJson } from "../output.ts";

const EXAMPLES = `
Examples:
  cairn account 0x70997970c51812dc3a010c7d01b50e0d17dc79c8
  cairn account 0x7099… --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn account ADDRESS`: what the chain says about an account. */
export function accountCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("account"))
    .argument("<address>", "the account", address)
    .description("show an account's stones, crystals, boxes, awards, consents, vehicles, orders and exclusions")
    .addHelpText("after", EXAMPLES)
    .action(async (account: Hex, options: ConnectionOptions) => {
      const { client, rpcUrl, deployment, apiUrl } = await connect(options);
      const cairn = createCairnClient({ rpcUrl, deployment, ...(apiUrl === undefined ? {} : { relayerUrl: apiUrl }) });
      const [record, stones, crystals, exclusions, awards, head] = await Promise.all([
        readAccount(client, deployment, account),
        cairn.getStones({ account }),
        cairn.getCrystals({ account }),
        cairn.getExclusions({ account }),
        apiUrl === undefined ? undefined : cairn.getAwards({ account }),
        readHead(client),
      ]);
      const found = { record, stones, crystals, exclusions, awards };
      if (options.json) printJson(asJson(found));
      else show(found, head.time);
      done(EXIT.ok);
    });
}

/** Everything that is known of an account; no awards when there was no relayer to ask. */
interface Found {
  readonly record: AccountRecord;
  readonly stones: Stones;
  readonly crystals: Crystals;
  readonly exclusions: Exclusions;
  readonly awards: readonly Award[] | undefined;
}

function asJson({ record, stones, crystals, exclusions, awards }: Found) {
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
    crystals: { awarded: stones.crystals ?? null, credited: crystals.credited, available: crystals.crystals },
    boxes: { requested: crystals.boxes, waiting: crystals.pending, claimable: crystals.claimable },
    awards:
      awards?.map(({ task, occurrence, crystals, awardedAt, digest, drop, leaf }) => ({
        ...{ digest, task, occurrence, crystals, awardedAt, drop, anchored: leaf !== undefined },
      })) ?? null,
    exclusions: exclusions.exclusions,
    consents: record.consents.map(({ account: _, ...consent }) => consent),
    vehicles: record.vehicles.map(({ vehicle, account, since, until }) => ({ vehicle, account, since, until })),
    orders: record.orders,
  };
}

function show({ record, stones, crystals, exclusions, awards }: Found, now: number): void {
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
      ["crystals", crystalsOf(stones, crystals)],
      ["boxes", boxesOf(crystals)],
    ]),
  );
  if (exclusions.isExcludedToday) print("\nExcluded today: readings are taken and count no metres.");
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
  showAwards(awards);
  showExclusions(exclusions);
}

function showAwards(awards: readonly Award[] | undefined): void {
  if (awards === undefined) return;
  section("Awards", awards, ["task", "crystals", "awarded", "drop", "state"], (award) => [
    String(award.task),
    formatCount(award.crystals),
    formatTime(award.awardedAt),
    String(award.drop),
    award.leaf === undefined ? "waits for its drop" : "anchored",
  ]);
}

function showExclusions({ exclusions }: Exclusions): void {
  section("Exclusions", exclusions, ["exclusion", "reason", "state", "from day", "counts again"], (exclusion) => [
    String(exclusion.number),
    EXCLUSION_REASONS[exclusion.reason - 1] ?? String(exclusion.reason),
    exclusion.endsOn < exclusion.untilDay ? "lapsed" : exclusion.state,
    String(exclusion.fromDay),
    `day ${exclusion.endsOn}`,
  ]);
}

function crystalsOf({ crystals: awarded }: Stones, { crystals, credited }: Crystals): string {
  const rest =
    awarded === undefined || awarded <= credited ? "" : `, ${formatCount(awarded - credited)} to be credited`;
  return `${formatCount(crystals)} to spend${rest}`;
}

function boxesOf({ boxes, pending, claimable }: Crystals): string {
  const waiting = pending === 0 ? "" : `, ${formatCount(pending)} of them not opened yet`;
  const prize = claimable === 0n ? "" : `; ${formatStones(claimable)} wait until the account holds a vehicle`;
  return `${formatCount(boxes)} requested${waiting}${prize}`;
}

function section<T>(title: string, rows: readonly T[], head: readonly string[], cells: (row: T) => string[]): void {
  print(`\n${title}${rows.length === 0 ? ": none" : ""}`);
  if (rows.length > 0) print(formatTable(head, rows.map(cells)));
}
