import { createInterface } from "node:readline";

/**
 * Asks a person on the terminal.
 * @returns True for y or yes. Whoever closes the input has not said so.
 */
export function askToGoOn(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once("close", () => resolve(false));
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}
