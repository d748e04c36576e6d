import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before, describe, test } from "node:test";
import { privateKeyToAccount } from "viem/accounts";
import { encodeEcdsaSignature, signingDomain, typedDigest } from "../../src/protocol/index.ts";
import { createContext } from "../../src/sdk/context.ts";
import { createCairnClient, type OwnerAccount } from "../../src/sdk/index.ts";
import { perform, waitForIntent } from "../../src/sdk/intents.ts";
import { createRelayerApi } from "../../src/sdk/relayer-http.ts";
import { DEPLOYMENT, filled } from "./support.ts";

/** What the relayer of these tests answers, by path; several answers come one after the other. */
const answers = new Map<string, { status: number; body: string }[]>();
/** What it was sent, by path, the last one only. */
const received = new Map<string, unknown>();
let server: Server;
let url: string;

function answer(path: string, ...given: { status: number; body: unknown }[]): void {
  answers.set(
    path,
    given.map(({ status, body }) => ({ status, body: typeof body === "string" ? body : JSON.stringify(body) })),
  );
}

before(async () => {
  server = createServer((request, response) => {
    const queue = answers.get(request.url ?? "") ?? [];
    const next = queue.length > 1 ? queue.shift() : queue[0];
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (chunks.length > 0) received.set(request.url ?? "", JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(next?.status ?? 404, { "content-type": "application/json" });
      response.end(next?.body ?? JSON.stringify({ error: { code: "NOT_FOUND", message: "nothing here" } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
after(() => server.close());

describe("createRelayerApi", () => {
  test("when the relayer answers with an error of the registry, it is thrown with code, words and details", async () => {
    const message = "the account has no such thing";
    answer("/x", { status: 409, body: { error: { code: "INTENT_REJECTED", message, details: { a: 1 } } } });
    await assert.rejects(
      createRelayerApi(url).get("/x"),
      (error: { code: string; message: string; details: object }) => {
        assert.equal(error.code, "INTENT_REJECTED");
        assert.match(error.message, /no such thing$/);
        assert.deepEqual(error.details, { a: 1 });
        return true;
      },
    );
  });

  test("when the code is of no registry, the relayer counts as unreachable", async () => {
    answer("/x", { status: 500, body: { error: { code: "SURPRISE", message: "?" } } });
    await assert.rejects(createRelayerApi(url).get("/x"), { code: "RELAYER_UNREACHABLE" });
  });

  test("when the answer is not JSON, the relayer counts as unreachable", async () => {
    answer("/x", { status: 200, body: "<html>" });
    await assert.rejects(createRelayerApi(url).get("/x"), { code: "RELAYER_UNREACHABLE" });
  });

  test("when nobody listens, the relayer is unreachable", async () => {
    await assert.rejects(createRelayerApi("http://127.0.0.1:1").get("/x"), { code: "RELAYER_UNREACHABLE" });
  });

  test("when the URL is of another scheme, it is refused at once", () => {
    assert.throws(() => createRelayerApi("ftp://somewhere"), { code: "ARGUMENT_INVALID" });
  });
});

describe("perform", () => {
  const message = { order: filled(7), deadline: 9 };
  const id = typedDigest(signingDomain(DEPLOYMENT, "OrderAcceptance"), "OrderAcceptance", message);
  const intent = {
    kind: "OrderAcceptance",
    message,
    direct: () => Promise.reject(new Error("not by itself")),
  } as const;
  const deliver = (account: OwnerAccount) => {
    const context = createContext({
      ...{ rpcUrl: "http://127.0.0.1:1", deployment: DEPLOYMENT, relayerUrl: url, account },
      ...{ pollMs: 1, timeoutMs: 2_000 },
    });
    return perform(context, intent, { until: "accepted" });
  };
  const sentSignature = () =>
    (received.get("/v1/intents") as { intents: { signature: string }[] }).intents[0]?.signature;
  const queued = { status: 202, body: { results: [{ id, kind: "OrderAcceptance", state: "queued" }] } };
  const passkey: OwnerAccount = {
    address: filled(5, 20),
    signIntent: async (request, digest) => `0x02${request.primaryType === "OrderAcceptance" ? digest.slice(2) : ""}`,
  };

  test("when an account signs typed data, its signature goes out as kind 0", async () => {
    answer("/v1/intents", queued);
    const account = privateKeyToAccount(filled(0x41));
    await deliver(account);
    assert.equal(sentSignature(), encodeEcdsaSignature(await account.sign({ hash: id })));
  });

  test("when an account signs intents itself, it is given the digest and its signature goes out as it is", async () => {
    answer("/v1/intents", queued);
    assert.deepEqual(await deliver(passkey), { id, kind: "OrderAcceptance", state: "queued" });
    assert.equal(sentSignature(), `0x02${id.slice(2)}`);
  });

  test("when the signature cannot be judged yet, it is delivered again", async () => {
    const later = { results: [{ error: { code: "CHAIN_UNREACHABLE", message: "not now" } }] };
    answer("/v1/intents", { status: 202, body: later }, queued);
    assert.equal((await deliver(passkey)).state, "queued");
  });

  test("when the signature is wrong, it is refused at once", async () => {
    const wrong = { results: [{ error: { code: "INTENT_INVALID", message: "not by the account" } }] };
    answer("/v1/intents", { status: 202, body: wrong }, queued);
    await assert.rejects(deliver(passkey), { code: "INTENT_INVALID" });
  });
});

describe("waitForIntent", () => {
  const id = filled(0x1d);
  const context = () =>
    createContext({
      rpcUrl: "http://127.0.0.1:1",
      deployment: DEPLOYMENT,
      relayerUrl: url,
      pollMs: 1,
      timeoutMs: 2_000,
    });

  test("when it is done after a while, the transaction and block are told", async () => {
    answer(
      `/v1/intents/${id}`,
      { status: 200, body: { id, state: "queued" } },
      { status: 503, body: { error: { code: "PROGRAMME_STOPPED", message: "stopping" } } },
      { status: 200, body: { id, state: "done", transaction: filled(2), block: 7 } },
    );
    assert.deepEqual(await waitForIntent(context(), { id }), { id, state: "done", transaction: filled(2), block: 7 });
  });

  test("when it was skipped, the contract's error is named", async () => {
    answer(`/v1/intents/${id}`, { status: 200, body: { id, state: "skipped", reason: "0x2083cd40" } });
    await assert.rejects(waitForIntent(context(), { id }), { code: "INTENT_REJECTED" });
  });

  test("when it is not done in time, it is said to be unknown and not to have failed", async () => {
    answer(`/v1/intents/${id}`, { status: 200, body: { id, state: "queued" } });
    const impatient = { ...context(), timeoutMs: 20 };
    await assert.rejects(waitForIntent(impatient, { id }), { code: "RELAYER_UNREACHABLE", kind: "unavailable" });
  });
});

describe("createCairnClient", () => {
  const reader = () => createCairnClient({ rpcUrl: "http://127.0.0.1:1", deployment: DEPLOYMENT });

  test("given no account, when an owner's action is asked for, it is refused", async () => {
    await assert.rejects(reader().withdrawConsent(), { code: "ARGUMENT_INVALID" });
    await assert.rejects(reader().creditStones(), { code: "ARGUMENT_INVALID" });
  });

  test("given no relayer, when a proof is asked for, it is refused", async () => {
    await assert.rejects(reader().getProof({ account: filled(1, 20) }), { code: "ARGUMENT_INVALID" });
  });

  test("when the chain does not answer, it is unreachable", async () => {
    await assert.rejects(reader().getStones({ account: filled(1, 20) }), { code: "CHAIN_UNREACHABLE" });
  });

  test("when evidence is not evidence, it is refused before the chain is asked", async () => {
    await assert.rejects(reader().verifyContribution({ type: "other" }), { code: "EVIDENCE_INVALID" });
  });
});
