import { type Argument, type Command, Option } from "commander";
import { type ConnectionOptions, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { print, printJson } from "../output.ts";
import type { Act } from "./act.ts";
import { type Desk, openDesk } from "./desk.ts";
import { type PerformOptions, perform } from "./perform.ts";

/** What a reading command found: for programs, and for people. */
export interface Shown {
  readonly data: unknown;
  readonly text: string;
}

/** A command of the desk. `Args` and `Options` are what its arguments' and options' parsers give. */
interface CommandSpec<Args extends readonly unknown[], Options, Result> {
  readonly name: string;
  readonly description: string;
  readonly takes?: readonly Argument[];
  readonly options?: readonly Option[];
  readonly run: (desk: Desk, args: Args, options: Options & ConnectionOptions) => Promise<Result> | Result;
}

/** A subject of the desk: commands that show it, and commands that act on it. */
export class Subject {
  readonly #command: Command;
  readonly #done: (code: ExitCode) => void;

  constructor(command: Command, done: (code: ExitCode) => void) {
    this.#command = command;
    this.#done = done;
  }

  /** A subject below another one. */
  below(name: string, description: string): Subject {
    return new Subject(this.#command.command(name).description(description), this.#done);
  }

  /** Adds a command that reads. */
  shows<Args extends readonly unknown[], Options = object>(spec: CommandSpec<Args, Options, Shown>): this {
    this.#add(spec).action(async (...given: unknown[]) => {
      const { args, options } = taken<Args, Options & ConnectionOptions>(given);
      const { data, text } = await spec.run(await openDesk(options), args, options);
      if (options.json) printJson(data);
      else print(text);
      this.#done(EXIT.ok);
    });
    return this;
  }

  /** Adds a command that sends something, after it has shown it and asked. */
  acts<Args extends readonly unknown[], Options = object>(spec: CommandSpec<Args, Options, readonly Act[]>): this {
    this.#add(spec)
      .addOption(new Option("--key-file <file>", "the key that signs, in hex (default: the work folder's of the duty)"))
      .option("--yes", "send without asking")
      .action(async (...given: unknown[]) => {
        const { args, options } = taken<Args, Options & ConnectionOptions & PerformOptions>(given);
        const desk = await openDesk(options);
        this.#done(await perform(desk, await spec.run(desk, args, options), options));
      });
    return this;
  }

  #add({ name, description, takes = [], options = [] }: Omit<CommandSpec<never, never, never>, "run">): Command {
    const command = withConnection(this.#command.command(name)).description(description);
    for (const argument of takes) command.addArgument(argument);
    for (const option of options) command.addOption(option);
    return command;
  }
}

/** Arguments and options, as commander hands them to an action: the command itself is the last. */
function taken<Args, Options>(given: readonly unknown[]): { args: Args; options: Options } {
  return { args: given.slice(0, -2) as Args, options: given.at(-2) as Options };
}
