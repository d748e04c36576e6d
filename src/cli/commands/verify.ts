import type { Command } from "commander";
import {
  CONTRIBUTION_CHECKS,
  type ContributionVerdict,
  createCairnClient,
  isContributionType,
} from "../../sdk/index.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { examine, showEvidence, writeEvidencePage } from "../evidence/show.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readBytes } from "../files.ts";
import { print, printJson } from "../output.ts";

interface VerifyOptions extends ConnectionOptions {
  readonly html?: string;
}

const EXAMPLES = `
An evidence file (cairn evidence) is checked by itself, without any network: that shows what its events say, not that it leaves none
out. With --rpc a chain is asked, too, and with --deployment whether its contracts are the programme's. A contribution file is one reading with its signatures, leaf and proof,
a day proof an account's place in a settled day; for these the chain is always asked. The exit code is 1 when something is false.

Examples:
  cairn verify evidence.json
  cairn verify evidence.json --rpc http://127.0.0.1:8545 --deployment deployment.json --html evidence.html
  cairn verify contribution.json --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn verify FILE`: checks what an owner shows. */
export function verifyCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("verify"))
    .argument("<file>", "an evidence file, a contribution file or a day proof")
    .description("check what an owner shows: evidence by itself, one contribution against the chain")
    .option("--html <page>", "of an evidence file: write a page that shows it")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: VerifyOptions) => {
      const bytes = readBytes(path, "EVIDENCE_INVALID");
      const file = contributionIn(bytes);
      const isTrue = file === undefined ? verifyFile(path, bytes, options) : verifyContribution(path, file, options);
      done((await isTrue) ? EXIT.ok : EXIT.findings);
    });
}

/** A contribution file or day proof. @returns Nothing for all else: an evidence file is to be judged however damaged it is. */
function contributionIn(bytes: Uint8Array): unknown {
  try {
    const file: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isContributionType(Object(file).type) ? file : undefined;
  } catch {
    return undefined;
  }
}

async function verifyFile(path: string, bytes: Uint8Array, options: VerifyOptions): Promise<boolean> {
  const { report, opened } = await examine(bytes, options);
  if (options.html !== undefined) await writeEvidencePage(options.html, report, opened?.file);
  if (options.json) printJson(report);
  else showEvidence(path, report);
  return report.valid;
}

async function verifyContribution(path: string, file: unknown, options: VerifyOptions): Promise<boolean> {
  const { rpcUrl, deployment } = await connect(options);
  const verdict = await createCairnClient({ rpcUrl, deployment }).verifyContribution(file);
  if (options.json) printJson(verdict);
  else show(path, verdict);
  return verdict.valid;
}

function show(file: string, { type, valid, checks }: ContributionVerdict): void {
  print(`${file} (${type})\n`);
  for (const { check, ok, expected, actual } of checks) {
    print(`${ok ? "✓" : "✗"} ${CONTRIBUTION_CHECKS[check]}`);
    if (!ok) print(`    expected ${expected}\n    found    ${actual}`);
  }
  const wrong = checks.filter(({ ok }) => !ok).length;
  print(valid ? "\nIt is genuine." : `\nIt is not genuine: ${wrong} of ${checks.length} checks failed.`);
}
