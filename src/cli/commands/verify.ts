import type { Command } from "commander";
import { createCairnClient, EVIDENCE_CHECKS, type EvidenceVerdict } from "../../sdk/index.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { print, printJson } from "../output.ts";

const EXAMPLES = `
A contribution file is one reading with its signatures, leaf and proof; a day proof is an account's place in a settled day.
Nothing but the chain is asked. The exit code is 1 when something in it is false.

Examples:
  cairn verify contribution.json
  cairn verify contribution.json --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn verify FILE`: checks one contribution against the chain. */
export function verifyCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("verify"))
    .argument("<file>", "a contribution file or a day proof")
    .description("check one contribution against the chain")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: ConnectionOptions) => {
      const evidence = readJsonFile(file, "EVIDENCE_INVALID");
      const { rpcUrl, deployment } = await connect(options);
      const verdict = await createCairnClient({ rpcUrl, deployment }).verifyContribution(evidence);
      if (options.json) printJson(verdict);
      else show(file, verdict);
      done(verdict.valid ? EXIT.ok : EXIT.findings);
    });
}

function show(file: string, { type, valid, checks }: EvidenceVerdict): void {
  print(`${file} (${type})\n`);
  for (const { check, ok, expected, actual } of checks) {
    print(`${ok ? "✓" : "✗"} ${EVIDENCE_CHECKS[check]}`);
    if (!ok) print(`    expected ${expected}\n    found    ${actual}`);
  }
  const wrong = checks.filter(({ ok }) => !ok).length;
  print(valid ? "\nIt is genuine." : `\nIt is not genuine: ${wrong} of ${checks.length} checks failed.`);
}
