import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import fc from "fast-check";
import {
  createPublicClient,
  type Hash,
  http,
  type LocalAccount,
  parseGwei,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializableEIP1559,
  type TransactionSerializedEIP1559,
} from "viem";
import { type CairnError, fromHex, type Hex, lowerHex, toHex } from "../../src/protocol/index.ts";
import { toKeystore } from "../../src/service/keys/keystore.ts";
import { openAccount, openKey } from "../../src/service/keys/open.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { startAnvil } from "../support/anvil.ts";
import { startKmsMock } from "./support/kms-mock.ts";
import { TestSigningService } from "./support/signing-service.ts";

const KEY = keyOf("somewhere else");
const TO = addressOf("somebody");
const TRANSACTION = {
  type: "eip1559",
  ...{ chainId: 31_337, nonce: 3, to: TO, data: "0x12345678" as Hex, gas: 100_000n },
  ...{ maxFeePerGas: parseGwei("3"), maxPriorityFeePerGas: parseGwei("1") },
} as const satisfies TransactionSerializableEIP1559;

const hasCode = (code: string) => (error: CairnError) => error.code === code;

/** A signed transaction, of the kind that TRANSACTION is. */
async function signed(account: LocalAccount, change: { data?: Hex; nonce?: number } = {}) {
  return (await account.signTransaction({ ...TRANSACTION, ...change })) as TransactionSerializedEIP1559;
}

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cairn-keys-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function serviceFor(context: TestContext) {
  const service = new TestSigningService(KEY);
  const url = await service.start();
  context.after(() => service.stop());
  const open = (more: { address?: Hex; tokenFile?: string } = {}) =>
    openAccount({ kind: "service", url, address: service.address, tokenFile: undefined, ...more });
  return { service, open };
}

async function kmsFor(context: TestContext, options: Parameters<typeof startKmsMock>[1] = {}) {
  const kms = await startKmsMock(fromHex(KEY), options);
  process.env.AWS_ACCESS_KEY_ID ??= "test";
  process.env.AWS_SECRET_ACCESS_KEY ??= "test";
  context.after(() => kms.stop());
  const open = () => openAccount({ kind: "awsKms", keyId: "alias/relayer", region: "eu-central-1", endpoint: kms.url });
  return { kms, open };
}

describe("a key in a keystore", () => {
  test("comes back with its password, whose line may have an end", async (context) => {
    const folder = await folderFor(context);
    const [file, passwordFile] = [join(folder, "key.json"), join(folder, "password")];
    const text = await toKeystore(KEY, "correct horse");
    assert.ok(!text.includes(KEY.slice(2)));
    await writeFile(file, text);
    await writeFile(passwordFile, "correct horse\n");
    assert.equal(await openKey({ kind: "keystore", file, passwordFile }), KEY);
  });

  test("with another password it is refused, and neither is told", async (context) => {
    const folder = await folderFor(context);
    const [file, passwordFile] = [join(folder, "key.json"), join(folder, "password")];
    await writeFile(file, await toKeystore(KEY, "correct horse"));
    await writeFile(passwordFile, "battery staple");
    await assert.rejects(openKey({ kind: "keystore", file, passwordFile }), (error: CairnError) => {
      return error.code === "CONFIG_INVALID" && !error.message.includes("battery") && error.cause === undefined;
    });
  });

  test("when a file is missing, it is named", async (context) => {
    const source = { kind: "keystore", file: join(await folderFor(context), "none"), passwordFile: "none" } as const;
    await assert.rejects(openKey(source), hasCode("FILE_UNREADABLE"));
  });
});

describe("a key of a signing service", () => {
  test("given anvil, which signs for its own accounts, its signature stands on the chain", async (context) => {
    const anvil = await startAnvil({ timestamp: 1_700_000_000 });
    context.after(() => anvil.stop());
    const client = createPublicClient({ transport: http(anvil.rpcUrl) });
    const [address] = (await client.request({ method: "eth_accounts" as never })) as unknown as [Hex];
    const account = await openAccount({
      kind: "service",
      url: anvil.rpcUrl,
      address: lowerHex(address),
      tokenFile: undefined,
    });
    const raw = await account.signTransaction({ ...TRANSACTION, nonce: 0 });
    const hash = (await client.sendRawTransaction({ serializedTransaction: raw })) as Hash;
    const { from, input } = await client.getTransaction({ hash });
    assert.deepEqual([from, input], [address.toLowerCase(), TRANSACTION.data]);
  });

  test("when it signs, the transaction is the one asked for", async (context) => {
    const { service, open } = await serviceFor(context);
    const raw = await signed(await open());
    const { r, s, v, yParity, ...rest } = parseTransaction(raw);
    assert.deepEqual(rest, TRANSACTION);
    assert.equal((await recoverTransactionAddress({ serializedTransaction: raw })).toLowerCase(), service.address);
  });

  test("its token goes along with each request", async (context) => {
    const { service, open } = await serviceFor(context);
    const tokenFile = join(await folderFor(context), "token");
    await writeFile(tokenFile, "let me in\n");
    await (await open({ tokenFile })).signTransaction(TRANSACTION);
    assert.deepEqual(service.authorizations, ["Bearer let me in"]);
  });

  for (const [mood, code] of [
    ["refusing", "SIGNER_UNAVAILABLE"],
    ["changing", "SIGNER_INVALID"],
    ["babbling", "SIGNER_INVALID"],
  ] as const) {
    test(`when it is ${mood}, ${code} says so and nothing is signed`, async (context) => {
      const { service, open } = await serviceFor(context);
      service.mood = mood;
      await assert.rejects((await open()).signTransaction(TRANSACTION), hasCode(code));
    });
  }

  test("when it signs for another address, SIGNER_INVALID says so", async (context) => {
    const { open } = await serviceFor(context);
    const account = await open({ address: addressOf("another") });
    await assert.rejects(account.signTransaction(TRANSACTION), hasCode("SIGNER_INVALID"));
  });

  test("when nobody listens, SIGNER_UNAVAILABLE says so", async () => {
    const source = {
      kind: "service",
      url: "http://127.0.0.1:1",
      address: addressOf("none"),
      tokenFile: undefined,
    } as const;
    await assert.rejects((await openAccount(source)).signTransaction(TRANSACTION), hasCode("SIGNER_UNAVAILABLE"));
  });

  test("asked for anything but a transaction, it is refused", async (context) => {
    const { open } = await serviceFor(context);
    await assert.rejects((await open()).signMessage({ message: "hello" }), hasCode("SIGNER_UNAVAILABLE"));
  });
});

describe("a key of AWS KMS (its endpoint is a mock)", () => {
  test("its address is that of the key", async (context) => {
    const { open } = await kmsFor(context);
    assert.equal((await open()).address.toLowerCase(), addressOf("somewhere else"));
  });

  test("whatever is signed, the signature is the key's, with an s in the low half", async (context) => {
    const { kms, open } = await kmsFor(context);
    const account = await open();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.nat(), async (data, nonce) => {
        const raw = await signed(account, { data: toHex(data), nonce });
        assert.equal(
          (await recoverTransactionAddress({ serializedTransaction: raw })).toLowerCase(),
          account.address.toLowerCase(),
        );
      }),
      { numRuns: 25, seed: 7 },
    );
    assert.deepEqual(kms.asked[0], ["GetPublicKey", "alias/relayer"]);
  });

  test("when it refuses, its error is named", async (context) => {
    const { kms, open } = await kmsFor(context);
    const account = await open();
    kms.state.refuses = true;
    await assert.rejects(account.signTransaction(TRANSACTION), (error: CairnError) => {
      return error.code === "SIGNER_UNAVAILABLE" && /AccessDenied/.test(error.message);
    });
    await assert.rejects(open(), hasCode("SIGNER_UNAVAILABLE"));
  });

  test("when the key is on another curve, it is refused", async (context) => {
    const { open } = await kmsFor(context, { curve: "P-256" });
    await assert.rejects(open(), hasCode("CONFIG_INVALID"));
  });
});
