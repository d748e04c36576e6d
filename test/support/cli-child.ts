import { run } from "../../src/cli/main.ts";
import type { CommandResult } from "./run-cli.ts";

/** Runs one command after the other in a process of its own: starting one for each takes longer than most commands do. */
let last: Promise<unknown> = Promise.resolve();

process.on("message", (argv: readonly string[]) => {
  last = last.then(async () => process.send?.(await captured(argv)));
});

/** What a command prints, in the place of printing it. */
async function captured(argv: readonly string[]): Promise<CommandResult> {
  const texts = { stdout: "", stderr: "" };
  const write = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = (text: string | Uint8Array) => {
      texts[stream] += String(text);
      return true;
    };
  }
  try {
    return { code: await run(argv), ...texts };
  } finally {
    process.stdout.write = write.stdout;
    process.stderr.write = write.stderr;
  }
}
