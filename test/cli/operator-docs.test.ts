import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Command } from "commander";
import { operatorCommand } from "../../src/cli/commands/operator.ts";
import { orderCommand } from "../../src/cli/commands/order.ts";

/** Commands that docs/operator.md tells. */
const OF_THE_SERVICE = ["cairn operator serve", "cairn operator prepare-chain"];

/** All commands below one that do something themselves, each with its options. */
function leavesBelow(command: Command, path: string): Map<string, string[]> {
  const own = `${path} ${command.name()}`;
  if (command.commands.length === 0) return new Map([[own, command.options.map(({ long }) => long ?? "")]]);
  return new Map(command.commands.flatMap((each) => [...leavesBelow(each, own)]));
}

function allCommands(): Map<string, string[]> {
  const program = new Command("cairn");
  for (const add of [operatorCommand, orderCommand]) add(program, () => undefined);
  return new Map(program.commands.flatMap((each) => [...leavesBelow(each, "cairn")]));
}

/** The lines of shell blocks that call the command. */
function documented(): string[] {
  const text = readFileSync(new URL("../../docs/desk.md", import.meta.url), "utf8");
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.trim().split("\n"));
  return blocks.filter((line) => /^cairn (operator|order) /.test(line));
}

test("when the desk's page and its commands are compared, neither has one that the other lacks", () => {
  const commands = allCommands();
  const named = new Set<string>();
  for (const line of documented()) {
    const command = [...commands.keys()].find((each) => line === each || line.startsWith(`${each} `));
    assert.ok(command, `${line}: there is no such command`);
    named.add(command);
    for (const [option] of line.matchAll(/--[\w-]+/g)) assert.ok(commands.get(command)?.includes(option), line);
  }
  assert.deepEqual(new Set([...commands.keys()].filter((each) => !OF_THE_SERVICE.includes(each))), named);
});
