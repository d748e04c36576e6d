import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { addressOf, randomKeys } from "../../src/cli/keys.ts";
import { openSealedSamples, sealSamples } from "../../src/device/index.ts";
import { openKey } from "../../src/service/keys/open.ts";
import { runCli, temporaryFolder } from "../support/run-cli.ts";

function folderWithPassword() {
  const folder = temporaryFolder();
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, "a password\n");
  return { folder, passwordFile, out: join(folder, "key.json") };
}

describe("cairn key", () => {
  test("new: makes a keystore that only its owner reads, and tells its address", async () => {
    const { passwordFile, out } = folderWithPassword();
    const { code, stdout } = await runCli(["key", "new", "--password-file", passwordFile, "--out", out, "--json"]);
    assert.equal(code, 0);
    assert.equal(statSync(out).mode & 0o777, 0o600);
    const key = await openKey({ kind: "keystore", file: out, passwordFile });
    assert.deepEqual(JSON.parse(stdout), { address: addressOf(key), keystore: out });
  });

  test("encrypt: the key comes back, and a second time nothing is overwritten", async () => {
    const { folder, passwordFile, out } = folderWithPassword();
    const { relayer } = randomKeys();
    const file = join(folder, "relayer.key");
    writeFileSync(file, `${relayer}\n`);
    const args = ["key", "encrypt", file, "--password-file", passwordFile, "--out", out];
    assert.equal((await runCli(args)).code, 0);
    assert.equal(await openKey({ kind: "keystore", file: out, passwordFile }), relayer);
    const before = readFileSync(out, "utf8");
    const again = await runCli(args);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /ARGUMENT_INVALID/);
    assert.equal(readFileSync(out, "utf8"), before);
  });

  test("samples: the car gets a key that only the owner's file opens, and a second time nothing is overwritten", async () => {
    const { out } = folderWithPassword();
    const { code, stdout } = await runCli(["key", "samples", "--out", out]);
    assert.equal(code, 0);
    assert.equal(statSync(out).mode & 0o777, 0o600);
    const publicKey = JSON.parse(stdout);
    assert.deepEqual(Object.keys(publicKey).sort(), ["crv", "kty", "x"]);
    const opening = { salt: `0x${"5a".repeat(32)}`, samples: Uint8Array.of(1, 2, 3) } as const;
    const sealed = await sealSamples(opening, `0x${"d1".repeat(32)}`, publicKey);
    const before = readFileSync(out, "utf8");
    assert.deepEqual((await openSealedSamples(sealed, JSON.parse(before))).opening, opening);
    const again = await runCli(["key", "samples", "--out", out]);
    assert.deepEqual([again.code, /ARGUMENT_INVALID/.test(again.stderr)], [2, true]);
    assert.equal(readFileSync(out, "utf8"), before);
  });

  test("given an empty password, it is refused", async () => {
    const { folder, out } = folderWithPassword();
    const passwordFile = join(folder, "empty");
    writeFileSync(passwordFile, "\n");
    const { code, stderr } = await runCli(["key", "new", "--password-file", passwordFile, "--out", out]);
    assert.equal(code, 2);
    assert.match(stderr, /ARGUMENT_INVALID/);
  });
});
