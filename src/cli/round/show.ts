import { type Command, Option } from "commander";
import { readRoundCount } from "../../chain/read/rounds.ts";
import type { Hex } from "../../protocol/index.ts";
import type { Benefit, RoundState } from "../../sdk/index.ts";
import { address } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { numbered } from "../operator/takes.ts";
import { formatCount, formatFields, formatStones, formatTable, formatTime, print, printJson } from "../output.ts";
import { connectOwner, type OwnerOptions, withOperator } from "../owner-client.ts";

/** `cairn round list`: all benefit rounds. */
export function listCommand(round: Command, done: (code: ExitCode) => void): void {
  withOperator(round.command("list"))
    .description("show all benefit rounds")
    .action(async (options: OwnerOptions) => {
      const { cairn, client, deployment } = await connectOwner(options);
      const count = await readRoundCount(client, deployment);
      const rounds = await Promise.all(Array.from({ length: count }, (_, i) => cairn.getRound({ round: i + 1 })));
      if (options.json) printJson({ rounds });
      else print(rounds.length === 0 ? "No benefit rounds." : listOf(rounds));
      done(EXIT.ok);
    });
}

/** `cairn round show NUMBER`: a benefit round, and an account's part of it. */
export function showCommand(round: Command, done: (code: ExitCode) => void): void {
  withOperator(round.command("show"))
    .addArgument(numbered("round", "number of the round, from 1"))
    .description("show a benefit round")
    .addOption(new Option("--account <address>", "show this account's part, too").argParser(address))
    .action(async (number: number, options: OwnerOptions & { account?: Hex }) => {
      const { account } = options;
      const { cairn } = await connectOwner(options);
      const found = await cairn.getRound({ round: number });
      const part = account === undefined ? undefined : await cairn.getBenefit({ round: number, account });
      if (options.json) printJson(part === undefined ? found : { ...found, part });
      else show(found, part);
      done(EXIT.ok);
    });
}

function listOf(rounds: readonly RoundState[]): string {
  return formatTable(
    ["round", "state", "amount", "left", "claimable from", "deadline", "title"],
    rounds.map(({ round, state, amount, left, claimableFrom, deadline, text }) => [
      ...[String(round), state, String(amount), String(left), formatTime(claimableFrom), formatTime(deadline)],
      text?.title.en ?? "",
    ]),
  );
}

function show(found: RoundState, part: Benefit | undefined): void {
  const { round, state, text, token, amount, left, day, accounts, totalWeight, claimableFrom, deadline, root } = found;
  print(`Benefit round ${round}${text === undefined ? "" : `: ${text.title.en} · ${text.title.zh}`}\n`);
  print(
    formatFields([
      ["state", state],
      ...(text === undefined ? [] : [["for", text.description.en] as const]),
      ["amount", `${amount} of the smallest unit of ${token}, ${left} of it left`],
      ["shared by", `${formatStones(totalWeight)} of ${formatCount(accounts)} accounts at the end of day ${day}`],
      ["claimable", `from ${formatTime(claimableFrom)} until ${formatTime(deadline)}`],
      ["root", root],
      ...(part === undefined ? [] : [partOf(part)]),
    ]),
  );
}

function partOf({ leaf: { account, weight }, amount, isClaimed }: Benefit): readonly [string, string] {
  return ["part", `${amount} for ${formatStones(weight)} of ${account}, ${isClaimed ? "claimed" : "not claimed"}`];
}
