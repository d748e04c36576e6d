import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSamplesKey } from "../../src/device/index.ts";
import { EVIDENCE_CONTRACTS, type EvidenceReport } from "../../src/evidence/index.ts";
import { CAR, type DrivenProgramme, forged, PERIOD, SAMPLES_KEY, startDriven, withItem } from "../evidence/support.ts";
import { type CliSession, type CommandResult, runCli, startCliSession, temporaryFolder } from "../support/run-cli.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Loaded before a process that must do without a network: whoever opens a connection fails. */
const NO_NETWORK = `data:text/javascript,${encodeURIComponent(
  'import net from "node:net"; net.Socket.prototype.connect = () => { throw new Error("there is no network here"); };',
)}`;
const run = promisify(execFile);

describe("cairn evidence and cairn verify", () => {
  const folder = temporaryFolder();
  const path = (name: string) => join(folder, name);
  let driven: DrivenProgramme;
  let cli: CliSession;
  let made: CommandResult;

  before(async () => {
    driven = await startDriven();
    cli = startCliSession();
    made = await cairn(
      "evidence",
      ...period(),
      "--out",
      path("evidence.json"),
      "--html",
      path("made.html"),
      ...chain(),
    );
  });
  after(async () => {
    cli?.close();
    await driven?.stop();
  });

  const cairn = (...args: string[]) => cli.run([...args, "--work", path("none")]);
  const period = (): string[] => {
    const iso = (time: number) => new Date(time * 1000).toISOString().replace(".000Z", "Z");
    return ["--vehicle", CAR.vehicle, "--from", iso(PERIOD.from), "--to", `${PERIOD.to}`];
  };
  const deployment = () => ["--deployment", join(driven.programme.workDir, "deployment.json")];
  const chain = () => ["--rpc", driven.programme.rpcUrl, ...deployment(), "--relayer", driven.relayer.url];
  const content = () => readFileSync(path("evidence.json"));
  /** The file with a bit flipped behind a text. */
  const damaged = (after: string): string => {
    const bytes = content();
    const at = bytes.indexOf(after) + after.length + 5;
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(path("damaged.json"), bytes);
    return path("damaged.json");
  };

  test("given a vehicle and a time, it writes the file and a page, and says what they prove", () => {
    assert.deepEqual([made.code, made.stderr.includes("evidence: blocks")], [0, true], made.stderr);
    assert.match(made.stdout, /signed 3 readings that lie in the time that is asked for/);
    assert.match(made.stdout, /It is valid\./);
    assert.match(readFileSync(path("made.html"), "utf8"), /<h1>Evidence: valid<\/h1>/);
  });

  test("given the file alone, it is valid, and the blocks to compare are listed", async () => {
    const { code, stdout } = await cairn("verify", path("evidence.json"));
    assert.equal(code, 0);
    assert.match(stdout, /Blocks to compare:\nnumber +time +hash\n/);
    assert.match(stdout, /That the 7 blocks are of the chain/);
  });

  test("the chain, the operator and every contract are named, in words, as JSON and on the page", async () => {
    const { chainId, operator, contracts } = driven.programme.deployment;
    const { stdout } = await cairn("verify", path("evidence.json"), "--html", path("named.html"));
    const page = readFileSync(path("named.html"), "utf8");
    const json = await cairn("verify", path("evidence.json"), "--json");
    const { deployment: named } = JSON.parse(json.stdout) as EvidenceReport;
    assert.match(stdout, new RegExp(`^chain +${chainId}$`, "m"));
    assert.match(page, new RegExp(`<td>chain</td><td>${chainId}</td>`));
    assert.deepEqual([named?.chainId, named?.operator], [chainId, operator]);
    for (const name of EVIDENCE_CONTRACTS) {
      const address = contracts[name].toLowerCase();
      assert.match(stdout, new RegExp(`^${name} +${address}$`, "m"));
      assert.match(page, new RegExp(`<td>${name}</td><td>${address}</td>`));
      assert.equal(named?.contracts[name], address);
    }
  });

  test("given times that no calendar has, there is a verdict and a page all the same", async () => {
    const never = 9e15;
    const late = forged(content(), (parts) => ({ ...parts, subject: { ...parts.subject, to: never } }));
    writeFileSync(path("late.json"), late);
    const open = await cairn("verify", path("late.json"), "--html", path("late.html"));
    assert.deepEqual([open.code, open.stderr], [0, ""]);
    assert.match(open.stdout, /to second 9000000000000000\n/);
    const reading = forged(content(), (parts) => ({
      ...parts,
      readings: withItem(parts.readings, 4, (entry) => ({ ...entry, reading: { ...entry.reading, endedAt: never } })),
    }));
    writeFileSync(path("never.json"), reading);
    const broken = await cairn("verify", path("never.json"), "--html", path("never.html"));
    assert.deepEqual([broken.code, broken.stderr], [1, ""]);
    assert.match(readFileSync(path("never.html"), "utf8"), /<td>second 9000000000000000<\/td>/);
  });

  test("evidence and the page that shows it are readable for their owner only", () => {
    for (const name of ["evidence.json", "made.html"]) assert.equal(statSync(path(name)).mode & 0o777, 0o600, name);
  });

  test("given a chain and a deployment, less is left open", async () => {
    const { code, stdout } = await cairn("verify", path("evidence.json"), "--json", ...chain().slice(0, 4));
    const report = JSON.parse(stdout) as EvidenceReport;
    const left = report.notProven.filter((sentence) => /contracts|blocks|leaves out/.test(sentence));
    assert.deepEqual([code, report.valid, left], [0, true, []]);
  });

  test("given an altered file, it names the entry, in words and on the page, and ends with 1", async () => {
    const file = damaged('"sequence":3,"startedAt":');
    const { code, stdout } = await cairn("verify", file, "--html", path("damaged.html"));
    assert.equal(code, 1);
    assert.match(stdout, /✗ the entry is as it was when the file was sealed\n {4}readings\[2\]/);
    assert.match(stdout, /It is not valid: \d+ of \d+ checks failed/);
    const page = readFileSync(path("damaged.html"), "utf8");
    assert.match(page, /<h1 class="bad">Evidence: not valid<\/h1>/);
    assert.match(page, /<div class="bad"><section><h2>What is wrong<\/h2>/);
    assert.match(page, /<td>readings\[2\]<\/td>/);
  });

  test("given a file that cannot be read any more, the entry is named all the same", async () => {
    const file = damaged('"subject":');
    const { code, stdout } = await cairn("verify", file, "--json", "--html", path("unreadable.html"));
    const { checks, proven, notProven } = JSON.parse(stdout) as EvidenceReport;
    assert.equal(code, 1);
    assert.deepEqual(
      checks.map(({ check, path: at }) => `${check} ${at}`),
      ["form ", "seal subject"],
    );
    assert.deepEqual([proven.length, notProven.length], [0, 1]);
    assert.doesNotMatch(readFileSync(path("unreadable.html"), "utf8"), /<svg/);
  });

  test("given something that is no evidence, or evidence in another form, it is not valid, and the check is named", async () => {
    const other = [
      "{}",
      "no JSON",
      "null",
      JSON.stringify(JSON.parse(content().toString()), null, 1),
      content().toString().replace("cairn.evidence/1", "cairn.evidence/2"),
    ];
    for (const text of other) {
      writeFileSync(path("other.json"), text);
      const { code, stdout } = await cairn("verify", path("other.json"), "--json");
      const { checks } = JSON.parse(stdout) as EvidenceReport;
      assert.deepEqual([code, checks[0]?.check, checks[0]?.ok], [1, "form", false], text.slice(0, 20));
    }
  });

  test("given a contribution file of which half is missing, or a time that is none, it cannot run", async () => {
    writeFileSync(path("half.json"), '{ "type": "cairn.contribution/1" }');
    const half = await cairn("verify", path("half.json"), ...chain().slice(0, 4));
    assert.deepEqual([half.code, half.stderr.slice(0, 16)], [2, "EVIDENCE_INVALID"]);
    const asked = ["--vehicle", CAR.vehicle, "--to", "2", "--out", path("no.json"), ...chain()];
    const never = await cairn("evidence", "--from", "yesterday", ...asked);
    assert.deepEqual([never.code, never.stderr.slice(0, 16)], [2, "ARGUMENT_INVALID"]);
    const empty = await cairn("evidence", "--from", "1", ...asked);
    assert.deepEqual([empty.code, empty.stderr.includes("NOT_FOUND: ")], [2, true]);
  });

  test("given the key for samples, they are in the file, and the page draws them, needs nothing else and runs no script", async () => {
    writeFileSync(path("samples.jwk"), JSON.stringify(SAMPLES_KEY));
    const out = ["--samples-key", path("samples.jwk"), "--out", path("opened.json"), "--json"];
    const opened = await cairn("evidence", ...period(), ...out, ...chain());
    assert.deepEqual([opened.code, opened.stderr], [0, ""]);
    assert.deepEqual((JSON.parse(opened.stdout) as { unopened: number[] }).unopened, []);
    const { code } = await cairn("verify", path("opened.json"), "--html", path("opened.html"));
    const page = readFileSync(path("opened.html"), "utf8");
    assert.equal(code, 0);
    assert.equal(page.match(/<svg/g)?.length, 1);
    assert.match(page, /<dt>With samples<\/dt><dd>3 of 3<\/dd>/);
    assert.doesNotMatch(page, /<script|<link|<img/);
    assert.doesNotMatch(page.replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, ""), /https?:/);
  });

  test("given another key for samples, which opens none, nothing is written", async () => {
    writeFileSync(path("foreign.jwk"), JSON.stringify(createSamplesKey()));
    const out = ["--samples-key", path("foreign.jwk"), "--out", path("unopened.json")];
    const { code, stderr } = await cairn("evidence", ...period(), ...out, ...chain());
    assert.deepEqual([code, stderr.includes("SEALED_SAMPLES_INVALID: ")], [2, true]);
    assert.equal(existsSync(path("unopened.json")), false);
  });

  test("given a file that holds a bare secret instead of a key, no message repeats a part of it", async () => {
    // Of a text that begins with a letter JSON.parse repeats the beginning.
    const secret = `S${SAMPLES_KEY.d.slice(1)}`;
    writeFileSync(path("secret.jwk"), secret);
    const args = ["evidence", ...period(), "--samples-key", path("secret.jwk"), "--out", path("none.json"), ...chain()];
    const { code, stdout, stderr } = await runCli([...args, "--work", path("none")], { CAIRN_DEBUG: "1" });
    assert.deepEqual([code, stderr.includes("SAMPLES_KEY_INVALID")], [2, true]);
    for (let at = 0; at + 6 <= secret.length; at++) {
      assert.ok(!(stdout + stderr).includes(secret.slice(at, at + 6)), `${at}`);
    }
  });

  describe("on a machine that has only the package and the file", () => {
    const installed = join(folder, "package");
    const empty = join(folder, "empty");

    before(async () => {
      await run(process.execPath, ["scripts/build.mjs"], { cwd: ROOT });
      mkdirSync(empty);
      for (const part of ["dist", "package.json"]) cpSync(join(ROOT, part), join(installed, part), { recursive: true });
      symlinkSync(join(ROOT, "node_modules"), join(installed, "node_modules"));
    });

    const verify = async (file: string): Promise<{ code: number; stdout: string }> => {
      const args = ["--import", NO_NETWORK, join(installed, "dist/cli/main.js"), "verify", file, "--json"];
      const ended = run(process.execPath, args, { cwd: empty, env: { PATH: process.env.PATH } });
      return ended.then(
        ({ stdout }) => ({ code: 0, stdout }),
        (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
      );
    };

    test("the file is valid, without any connection and without a trace", async () => {
      const { code, stdout } = await verify(path("evidence.json"));
      assert.deepEqual([code, (JSON.parse(stdout) as EvidenceReport).valid], [0, true]);
      assert.deepEqual(readdirSync(empty), []);
    });

    test("an altered one is not, and the entry is named", async () => {
      const { code, stdout } = await verify(damaged('"operator":'));
      const failed = (JSON.parse(stdout) as EvidenceReport).checks.filter(({ ok }) => !ok);
      assert.deepEqual([code, failed.some(({ path: at }) => at === "deployment")], [1, true]);
    });
  });
});
