import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { audit } from "../../../src/auditor/index.ts";
import { flipByte, removeFile } from "../../support/tampering.ts";
import type { Scenario } from "../support/scenario.ts";

export const publishedFile: Scenario = {
  row: 34,
  name: "published-file",
  fault: "a published file is missing, or one of its bytes is another",
  shows: "the auditor fails and names the file, of a drop and of a day",
  isInSuite: true,
  async run(stage) {
    const { programme } = stage;
    const filesDir = join(programme.workDir, "files");
    await stage.begin();
    await stage.drive(2);
    await stage.finishDay();
    const manifest = await readFile(join(filesDir, "manifest.jsonl"), "utf8");
    const paths = manifest
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { path: string }).path);
    const chosen = ["drops/", "days/"].map((folder) => paths.find((path) => path.startsWith(folder)) as string);
    for (const path of chosen) {
      const right = await readFile(join(filesDir, path));
      for (const spoil of [flipByte, (dir: string, file: string) => removeFile(dir, file, { unname: false })]) {
        await spoil(filesDir, path);
        const { verdict, findings } = await audit({
          rpcUrl: programme.rpcUrl,
          deployment: programme.deployment,
          filesDirs: [filesDir],
        });
        assert.equal(verdict, "findings");
        assert.ok(
          findings.some(({ subject }) => subject.includes(path)),
          `${path} is not named`,
        );
        await writeFile(join(filesDir, path), right);
      }
    }
    return undefined;
  },
};
