import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { armFailpoints, passFailpoint } from "../../src/relayer/failpoints.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const TEST_CHAIN = 31_337;
const MODULE = fileURLToPath(new URL("../../src/relayer/failpoints.ts", import.meta.url));

/** Runs a program that arms failpoints and passes them. @returns How it ended. */
async function run(text: string, passes: readonly string[]): Promise<{ code: number | null; signal: string | null }> {
  const calls = passes.map((name) => `passFailpoint(${JSON.stringify(name)});`).join("");
  const program = `import { armFailpoints, passFailpoint } from ${JSON.stringify(MODULE)};
    armFailpoints(${JSON.stringify(text)}, ${TEST_CHAIN}); ${calls}`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { stdio: "ignore" });
  const [code, signal] = await once(child, "exit");
  return { code, signal };
}

describe("failpoints", () => {
  test("when nothing was armed, passing one does nothing", () => {
    passFailpoint("transaction-signed");
  });

  test("given any chain but a local development chain, they are refused", () => {
    assertThrowsCode(() => armFailpoints("transaction-signed:kill", 1), "CONFIG_INVALID");
    assertThrowsCode(() => armFailpoints(undefined, 1), "CONFIG_INVALID");
  });

  for (const text of ["nowhere:kill", "transaction-signed", "transaction-signed:explode", "day-closed:kill:-1"]) {
    test(`when the variable says ${text}, it is refused`, () => {
      assertThrowsCode(() => armFailpoints(text, TEST_CHAIN), "CONFIG_INVALID");
    });
  }

  test("when one is armed to kill, the process dies there by SIGKILL", async () => {
    assert.deepEqual(await run("day-closed:kill", ["day-closed"]), { code: null, signal: "SIGKILL" });
  });

  test("when it is to be passed once before, only the second time counts", async () => {
    assert.deepEqual(await run("day-closed:kill:1", ["day-closed", "nonce-taken"]), { code: 0, signal: null });
    assert.deepEqual(await run("day-closed:kill:1", ["day-closed", "day-closed"]), { code: null, signal: "SIGKILL" });
  });
});
