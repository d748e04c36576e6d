import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { audit } from "../../src/auditor/index.ts";
import { dayFilePath, type Hex } from "../../src/protocol/index.ts";
import type { Scheme } from "../support/dishonest-books.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";

const RUBBISH: Hex = `0x${"12".repeat(32)}`;
const ROOT = join(import.meta.dirname, "../..");

describe("the second opinion", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());

  async function ask(run: Run): Promise<{ code: number | null; lines: string[] }> {
    const file = join(run.folder, "deployment.json");
    writeFileSync(file, JSON.stringify(producer.deployment));
    const sources = ["--rpc", producer.rpcUrl, "--deployment", file, "--files", run.filesDir];
    const sample = ["--drops", "1000", "--days", "100"];
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/second-opinion.ts", ...sources, ...sample], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, lines: printed.trim().split("\n") };
  }

  const verdictOf = async (run: Run) =>
    (await audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs })).verdict;

  test("when everything is right, it agrees with the chain and with the auditor", async () => {
    const run = await producer.begin();
    await run.runDays();
    const { code, lines } = await ask(run);
    assert.deepEqual([code, lines.at(-1)], [0, "Everything agrees with the chain."], lines.join("\n"));
    const dropsJudged = lines.filter((line) => /^agrees +drop/.test(line)).length;
    assert.ok(dropsJudged > 3, lines.join("\n"));
    assert.equal(lines.filter((line) => /shares and metres/.test(line)).length, run.days.length);
    assert.equal(await verdictOf(run), "clean");
  });

  test("when the last day is vetoed and not settled again, it agrees, as the auditor does", async () => {
    const run = await producer.begin();
    await run.runDays();
    await producer.send("guardian", "stoneLedger", "vetoDay", [BigInt(run.days.length - 1)]);
    await run.publisher.publish("day", dayFilePath(run.days.length - 1), run.days[0]?.rows ?? []);
    const { code, lines } = await ask(run);
    assert.equal(code, 0, lines.join("\n"));
    assert.equal(lines.filter((line) => /shares and metres/.test(line)).length, run.days.length - 1);
    assert.equal(await verdictOf(run), "clean");
  });

  const wrongs: readonly { readonly when: string; readonly scheme: Scheme; readonly says: RegExp }[] = [
    {
      when: "a root is not that of the published rows",
      scheme: { dropRoot: (drop, root) => (drop === 48 ? RUBBISH : root) },
      says: /^DISAGREES +drop 48:/,
    },
    {
      when: "an account gets a unit more than its share",
      scheme: { dayRow: (row) => (row.day === 1 && row.index === 0 ? { ...row, stones: row.stones + 1n } : row) },
      says: /^DISAGREES +day 1: /,
    },
  ];
  for (const { when, scheme, says } of wrongs) {
    test(`when ${when}, it names the place, and the auditor finds something, too`, async () => {
      const run = await producer.begin(scheme);
      await run.runDays();
      const { code, lines } = await ask(run);
      assert.equal(code, 1);
      assert.ok(
        lines.some((line) => says.test(line)),
        lines.join("\n"),
      );
      assert.equal(await verdictOf(run), "findings");
    });
  }
});
