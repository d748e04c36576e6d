import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { holdWorkspace, readEndpoints, removeEndpoints, writeEndpoints } from "../../src/cli/workspace.ts";
import { writeFileSafely } from "../../src/storage/write-file.ts";
import { temporaryFolder } from "../support/run-cli.ts";

describe("holdWorkspace", () => {
  test("when somebody else holds the folder, it is refused; when it was released, it is not", () => {
    const folder = join(temporaryFolder(), "work");
    const held = holdWorkspace(folder);
    assert.throws(() => holdWorkspace(folder), { code: "WORK_DIR_IN_USE" });
    held.release();
    holdWorkspace(folder).release();
  });

  test("when the folder cannot be made, it says so", () => {
    const folder = temporaryFolder();
    writeFileSafely(join(folder, "file"), "");
    assert.throws(() => holdWorkspace(join(folder, "file", "work")), { code: "FILE_UNREADABLE" });
  });

  test("when the programme has stopped, nobody is told where it was", () => {
    const held = holdWorkspace(temporaryFolder());
    writeEndpoints(held, {
      rpcUrl: "http://127.0.0.1:1",
      apiUrl: "http://127.0.0.1:2",
      operatorUrl: "http://127.0.0.1:3",
    });
    assert.equal(readEndpoints(held)?.apiUrl, "http://127.0.0.1:2");
    removeEndpoints(held);
    assert.equal(readEndpoints(held), undefined);
    held.release();
  });
});

describe("writeFileSafely", () => {
  test("when a file is replaced, nothing half-written stays beside it", () => {
    const path = join(temporaryFolder(), "a.json");
    writeFileSafely(path, "one");
    writeFileSafely(path, "two");
    assert.equal(readFileSync(path, "utf8"), "two");
    assert.equal(existsSync(`${path}.tmp`), false);
  });
});
