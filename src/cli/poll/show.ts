import type { Command } from "commander";
import { readPollCount } from "../../chain/read/polls.ts";
import type { PollState } from "../../sdk/index.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { numbered } from "../operator/takes.ts";
import { formatCount, formatFields, formatStones, formatTable, formatTime, print, printJson } from "../output.ts";
import { connectOwner, type OwnerOptions, withOperator } from "../owner-client.ts";

/** `cairn poll list`: all polls. */
export function listCommand(poll: Command, done: (code: ExitCode) => void): void {
  withOperator(poll.command("list"))
    .description("show all polls")
    .action(async (options: OwnerOptions) => {
      const { cairn, client, deployment } = await connectOwner(options);
      const count = await readPollCount(client, deployment);
      const polls = await Promise.all(Array.from({ length: count }, (_, i) => cairn.getPoll({ poll: i + 1 })));
      if (options.json) printJson({ polls });
      else print(polls.length === 0 ? "No polls." : listOf(polls));
      done(EXIT.ok);
    });
}

/** `cairn poll show NUMBER`: a poll, its options and its result. */
export function showCommand(poll: Command, done: (code: ExitCode) => void): void {
  withOperator(poll.command("show"))
    .addArgument(numbered("poll", "number of the poll, from 1"))
    .description("show a poll with its options and its result")
    .action(async (number: number, options: OwnerOptions) => {
      const { cairn } = await connectOwner(options);
      const found = await cairn.getPoll({ poll: number });
      if (options.json) printJson(found);
      else show(found);
      done(EXIT.ok);
    });
}

function listOf(polls: readonly PollState[]): string {
  return formatTable(
    ["poll", "state", "opens", "closes", "voters", "title"],
    polls.map(({ poll, state, opensAt, closesAt, result, text }) => [
      ...[String(poll), state, formatTime(opensAt), formatTime(closesAt)],
      ...[result === undefined ? "" : formatCount(result.voters), text?.title.en ?? ""],
    ]),
  );
}

function show(found: PollState): void {
  const { poll, state, weighting, snapshotDay, opensAt, closesAt, result, text } = found;
  print(`Poll ${poll}${text === undefined ? "" : `: ${text.title.en} · ${text.title.zh}`}\n`);
  print(
    formatFields([
      ["state", state],
      ["rules", text?.rules.en ?? "unknown: no operator was asked, or it does not know them"],
      [
        "votes",
        weighting === "account" ? "one for each account with a vehicle" : `by the stones of day ${snapshotDay}`,
      ],
      ["open", `from ${formatTime(opensAt)} until ${formatTime(closesAt)}`],
      ...(result === undefined
        ? []
        : ([
            ["voters", formatCount(result.voters)],
            ["counts from", formatTime(result.countsFrom)],
            ["root", result.root],
          ] as const)),
    ]),
  );
  const weightOf = (weight: bigint) => (weighting === "account" ? formatCount(weight) : formatStones(weight));
  print();
  print(
    formatTable(
      ["option", "votes", "text"],
      Array.from({ length: found.options }, (_, i) => [
        String(i),
        result === undefined ? "–" : weightOf(result.tallies[i] ?? 0n),
        text?.options[i]?.en ?? "",
      ]),
    ),
  );
}
