import type { Command } from "commander";
import type { ChainClient } from "../../chain/client.ts";
import { readDayHistory, readSettledDays, readSettlement, type SettlementRecord } from "../../chain/read/days.ts";
import { readHead } from "../../chain/read/head.ts";
import { DAY_S, type Deployment, dayStart, emittedOn } from "../../protocol/index.ts";
import { wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatCount, formatFields, formatKm, formatStones, formatTime, print, printJson } from "../output.ts";

/** Highest day that is looked up: some tens of thousands of years. */
const MAX_DAY = 2 ** 24;

const EXAMPLES = `
Examples:
  cairn day 0
  cairn day 10 --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn day D`: what the chain says about a day. */
export function dayCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("day"))
    .argument("<number>", "the day, counted from 0", wholeNumber(0, MAX_DAY))
    .description("show a day: what was settled, to how many, and what was credited")
    .addHelpText("after", EXAMPLES)
    .action(async (number: number, options: ConnectionOptions) => {
      const { client, deployment } = await connect(options);
      const day = await readDay(client, deployment, number);
      if (options.json) printJson(day);
      else show(day);
      done(EXIT.ok);
    });
}

type ShownDay = Awaited<ReturnType<typeof readDay>>;

async function readDay(client: ChainClient, deployment: Deployment, day: number) {
  const [settledDays, { time }] = await Promise.all([readSettledDays(client, deployment), readHead(client)]);
  const startsAt = dayStart(deployment.genesis, day);
  const common = { day, startsAt, endsAt: startsAt + DAY_S, emitted: emittedOn(day) };
  const history = await readDayHistory(client, deployment, day);
  if (day >= settledDays) return { ...common, state: time < startsAt + DAY_S ? "open" : "closed", ...history };
  const settlement = await readSettlement(client, deployment, day);
  const before = day === 0 ? undefined : await readSettlement(client, deployment, day - 1);
  return {
    ...common,
    state: settlement.creditableAt <= time ? "creditable" : "settled",
    settlement,
    ofThisDay: difference(settlement, before),
    ...history,
  };
}

/** The chain keeps running totals; what one day added is the difference to the day before. */
function difference(now: SettlementRecord, before: SettlementRecord | undefined) {
  return {
    stones: now.totalStones - (before?.totalStones ?? 0n),
    metres: now.totalMetres - (before?.totalMetres ?? 0),
    accounts: now.accounts - (before?.accounts ?? 0),
  };
}

function show(day: ShownDay): void {
  print(`Day ${day.day}\n`);
  const fields: (readonly [string, string])[] = [
    ["from", formatTime(day.startsAt)],
    ["to", formatTime(day.endsAt)],
    ["state", day.state],
    ["emits", formatStones(day.emitted)],
  ];
  if ("settlement" in day) {
    const { settlement, ofThisDay } = day;
    fields.push(
      ["settled", `${formatStones(ofThisDay.stones)}, ${formatStones(settlement.totalStones)} in all`],
      ["counted", `${formatKm(ofThisDay.metres)}, ${formatKm(settlement.totalMetres)} in all`],
      ["accounts", `${formatCount(settlement.accounts)}, ${formatCount(ofThisDay.accounts)} of them new`],
      ["creditable", `from ${formatTime(settlement.creditableAt)}`],
      ["stones root", settlement.stonesRoot],
      ["metres root", settlement.metresRoot],
    );
  }
  for (const settled of day.settlements) fields.push(["settled in", `${settled.transaction}, block ${settled.block}`]);
  for (const veto of day.vetoes) fields.push(["vetoed in", `${veto.transaction}, block ${veto.block}`]);
  for (const credit of day.credits) {
    fields.push([
      "credited",
      `${formatStones(credit.units)} to ${formatCount(credit.leaves)} accounts, block ${credit.block}`,
    ]);
  }
  print(formatFields(fields));
}
