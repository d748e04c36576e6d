import type { Command } from "commander";
import { readDrop } from "../../chain/read/drops.ts";
import { DROP_S, DROPS_PER_DAY, dropStart, reward } from "../../protocol/index.ts";
import { wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatFields, formatStones, formatTime, print, printJson } from "../output.ts";

/** Highest drop that is looked up: some thousands of years. */
const MAX_DROP = 2 ** 31;

const EXAMPLES = `
Examples:
  cairn drop 0
  cairn drop 1440 --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn drop N`: what the chain says about a drop. */
export function dropCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("drop"))
    .argument("<number>", "the drop, counted from 0", wholeNumber(0, MAX_DROP))
    .description("show a drop: its time, its reward and its root on the chain")
    .addHelpText("after", EXAMPLES)
    .action(async (number: number, options: ConnectionOptions) => {
      const { client, deployment } = await connect(options);
      const record = await readDrop(client, deployment, number);
      const startsAt = dropStart(deployment.genesis, number);
      const drop = {
        ...record,
        day: Math.floor(number / DROPS_PER_DAY),
        startsAt,
        endsAt: startsAt + DROP_S,
        reward: reward(number),
      };
      if (options.json) printJson(drop);
      else show(drop);
      done(EXIT.ok);
    });
}

interface ShownDrop extends Awaited<ReturnType<typeof readDrop>> {
  readonly day: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reward: bigint;
}

function show(drop: ShownDrop): void {
  const empty = /^0x0+$/.test(drop.root);
  print(`Drop ${drop.drop}, day ${drop.day}\n`);
  print(
    formatFields([
      ["from", formatTime(drop.startsAt)],
      ["to", formatTime(drop.endsAt)],
      ["emits", formatStones(drop.reward)],
      ["state", drop.anchored ? "anchored" : "not anchored"],
      ...(drop.anchored ? [["root", empty ? "none: no reading was accepted in it" : drop.root] as const] : []),
      ...(drop.transaction === undefined
        ? []
        : [["transaction", `${drop.transaction} in block ${drop.block}`] as const]),
    ]),
  );
}
