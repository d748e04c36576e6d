import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CONTRACTS } from "../../src/protocol/index.ts";
import { runCli, temporaryFolder } from "../support/run-cli.ts";

const FOLDER = temporaryFolder();
const ADDRESS = `0x${"12".repeat(20)}`;
const DEPLOYMENT = join(FOLDER, "deployment.json");
const NOBODY = "http://127.0.0.1:1";
writeFileSync(join(FOLDER, "empty.json"), "{}");
writeFileSync(join(FOLDER, "broken.json"), "{");
writeFileSync(
  DEPLOYMENT,
  JSON.stringify({
    chainId: 31337,
    block: 1,
    blockHash: `0x${"00".repeat(32)}`,
    genesis: 0,
    operator: ADDRESS,
    deployer: ADDRESS,
    firstBlock: 0,
    contracts: Object.fromEntries(CONTRACTS.map((name) => [name, ADDRESS])),
    codeHashes: Object.fromEntries(CONTRACTS.map((name) => [name, `0x${"00".repeat(32)}`])),
  }),
);

/** Arguments, and the code that they must end with. */
const COULD_NOT_RUN: readonly (readonly [title: string, args: readonly string[], code: string])[] = [
  ["the command is unknown", ["dorp", "1"], "ARGUMENT_INVALID"],
  ["an option is unknown", ["drop", "1", "--what"], "ARGUMENT_INVALID"],
  ["an argument is missing", ["drop"], "ARGUMENT_INVALID"],
  ["there is an argument too many", ["drop", "1", "2"], "ARGUMENT_INVALID"],
  ["a drop is not a number", ["drop", "first"], "ARGUMENT_INVALID"],
  ["a drop is negative", ["drop", "--", "-1"], "ARGUMENT_INVALID"],
  ["a day is beyond all measure", ["day", "99999999999999999999"], "ARGUMENT_INVALID"],
  ["an address is too short", ["account", "0x12"], "ARGUMENT_INVALID"],
  ["a URL is of another scheme", ["day", "1", "--rpc", "ftp://somewhere"], "ARGUMENT_INVALID"],
  ["vehicles are missing", ["simulate", "--days", "3"], "ARGUMENT_INVALID"],
  ["there are no vehicles", ["simulate", "--vehicles", "0", "--days", "3"], "ARGUMENT_INVALID"],
  ["a port is too high", ["up", "--port", "65536"], "ARGUMENT_INVALID"],
  ["no programme runs in the work folder", ["drop", "1", "--work", FOLDER], "ARGUMENT_INVALID"],
  [
    "the deployment file is missing",
    ["drop", "1", "--rpc", NOBODY, "--deployment", join(FOLDER, "none.json")],
    "FILE_UNREADABLE",
  ],
  [
    "the deployment file is not JSON",
    ["day", "1", "--rpc", NOBODY, "--deployment", join(FOLDER, "broken.json")],
    "DEPLOYMENT_INVALID",
  ],
  [
    "the deployment file is of another kind",
    ["account", ADDRESS, "--rpc", NOBODY, "--deployment", join(FOLDER, "empty.json")],
    "DEPLOYMENT_INVALID",
  ],
  ["the chain does not answer", ["drop", "1", "--rpc", NOBODY, "--deployment", DEPLOYMENT], "CHAIN_UNREACHABLE"],
  ["the chain to audit does not answer", ["audit", "--rpc", NOBODY, "--deployment", DEPLOYMENT], "CHAIN_UNREACHABLE"],
  ["the contribution file is missing", ["verify", join(FOLDER, "none.json")], "FILE_UNREADABLE"],
  [
    "the operator's configuration is empty",
    ["operator", "serve", "--config", join(FOLDER, "empty.json")],
    "CONFIG_INVALID",
  ],
  ["a season has no number", ["box", "force", "first"], "ARGUMENT_INVALID"],
  ["one of some accounts is no address", ["box", "open", ADDRESS, "0x12"], "ARGUMENT_INVALID"],
  ["a box has no number", ["box", "verify", "--account", ADDRESS], "ARGUMENT_INVALID"],
  [
    "a chain has too many links",
    ["operator", "prepare-chain", "--config", "x", "--links", "52705"],
    "ARGUMENT_INVALID",
  ],
  ["the relayer's configuration is empty", ["relayer", "--config", join(FOLDER, "empty.json")], "CONFIG_INVALID"],
];

describe("cairn, when it cannot run", { concurrency: 2 }, () => {
  for (const [title, args, code] of COULD_NOT_RUN) {
    test(`when ${title}, it says ${code} in one line and ends with 2`, async () => {
      const result = await runCli(args);
      assert.equal(result.code, 2);
      assert.equal(result.stdout, "");
      assert.match(result.stderr, new RegExp(`^${code}: [^\\n]+\\n$`));
    });
  }

  test("when JSON is asked for, the error is JSON", async () => {
    const result = await runCli(["drop", "x", "--json"]);
    assert.equal(result.code, 2);
    assert.equal((JSON.parse(result.stderr) as { error: { code: string } }).error.code, "ARGUMENT_INVALID");
  });

  test("when CAIRN_DEBUG is set, the place is shown too", async () => {
    const result = await runCli(["drop", "1", "--work", FOLDER], { CAIRN_DEBUG: "1" });
    assert.match(result.stderr, /\n\s+at /);
  });

  test("when no command is given, the help is shown and it ends with 2", async () => {
    const result = await runCli([]);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /^Usage: cairn/);
  });
});

describe("cairn --help", { concurrency: 2 }, () => {
  for (const command of [
    "up",
    "simulate",
    "audit",
    "account",
    "drop",
    "day",
    "verify",
    "poll",
    "round",
    "order",
    "operator",
  ]) {
    test(`when help for ${command} is asked for, it comes with examples and ends with 0`, async () => {
      const result = await runCli([command, "--help"]);
      assert.equal(result.code, 0);
      assert.match(result.stdout, new RegExp(`^Usage: cairn ${command} `));
      assert.match(result.stdout, new RegExp(`Examples:\\n  cairn ${command}`));
    });
  }

  test("when help is asked for, the commands of owners, auditors and services are in it", async () => {
    const result = await runCli(["--help"]);
    assert.equal(result.code, 0);
    for (const command of ["box", "poll", "round", "audit", "operator", "relayer"]) {
      assert.match(result.stdout, new RegExp(`^ {2}${command} .*\\w`, "m"));
    }
  });

  test("when the version is asked for, it is the package's", async () => {
    const result = await runCli(["--version"]);
    assert.match(result.stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
