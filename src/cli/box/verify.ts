import type { Command } from "commander";
import { BOX_CHECKS, type BoxCheck, type BoxProof, type Hex, verifyBox } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { address, wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatFields, print, printJson } from "../output.ts";

const EXAMPLES = `
Nothing but the chain is asked. The exit code is 1 when the box won anything else than it should have.

Example:
  cairn box verify --account 0x7099… --number 0`;

interface VerifyOptions extends ConnectionOptions {
  readonly account: Hex;
  readonly number: number;
}

/** `cairn box verify`: computes an opened box again. */
export function verifyCommand(box: Command, done: (code: ExitCode) => void): void {
  withConnection(box.command("verify"))
    .description("compute an opened box again")
    .requiredOption("--account <address>", "whose box", address)
    .requiredOption("--number <n>", "which of its boxes, counted from 0 over all seasons", wholeNumber(0, 2 ** 24))
    .addHelpText("after", EXAMPLES)
    .action(async (options: VerifyOptions) => {
      const { rpcUrl, deployment } = await connect(options);
      const { account, number } = options;
      const proof = await createCairnClient({ rpcUrl, deployment }).getBoxProof({ account, number });
      const verdict = verifyBox(proof);
      if (options.json) printJson({ ...verdict, proof });
      else show(proof, verdict.checks);
      done(verdict.valid ? EXIT.ok : EXIT.findings);
    });
}

function show(proof: BoxProof, checks: readonly BoxCheck[]): void {
  const { draw, rules, drawn, misses, tier } = proof;
  print(`Box ${proof.number} of ${proof.account}, season ${proof.season}\n`);
  print(
    formatFields([
      ["requested in", `block ${proof.requestBlock}, drop ${proof.drop}, with salt ${proof.salt}`],
      ...(draw === undefined
        ? [["drawn", "not at all: its reveal was late, so the guaranteed tier stands for it"] as const]
        : ([
            ["link", `${draw.link}, number ${draw.position} of the season`],
            ["next block", draw.blockHash],
            ["seed", draw.seed],
            ["outcome", draw.outcome],
          ] as const)),
      ["tier drawn", `${drawn}, by the weights ${rules.weights.join(", ")}`],
      ["guarantee", `${misses} boxes in a row were below tier ${rules.guaranteedTier}; ${rules.guarantee} may be`],
      ["tier won", String(tier)],
    ]),
  );
  print();
  for (const { check, ok, expected, actual } of checks) {
    print(`${ok ? "✓" : "✗"} ${BOX_CHECKS[check]}`);
    if (!ok) print(`    expected ${expected}\n    found    ${actual}`);
  }
}
