import assert from "node:assert/strict";
import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type JsonWebKey,
} from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  createSamplesKey,
  openSealedSamples,
  type SamplesKey,
  type SamplesPublicKey,
  samplesKeyFromSecret,
  sealSamples,
} from "../../src/device/index.ts";
import { MAX_SEALED_SAMPLES_CHARS, type PayloadOpening, payloadOf, toHex } from "../../src/protocol/index.ts";
import { hexOf } from "../support/arbitraries.ts";

const KEY = samplesKeyFromSecret(new Uint8Array(32).fill(7));
const DIGEST = `0x${"ab".repeat(32)}` as const;
const OPENING: PayloadOpening = { salt: `0x${"22".repeat(32)}`, samples: new Uint8Array(300).map((_, at) => at % 251) };
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const publicPart = ({ kty, crv, x }: SamplesKey): SamplesPublicKey => ({ kty, crv, x });
const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

/** Opens by RFC 7516 and RFC 7518 with Node.js alone, as anybody who has the key can. */
function openByHand(sealed: string, key: SamplesKey): { header: Record<string, unknown>; plaintext: Buffer } {
  const [head = "", none, iv = "", ciphertext = "", tag = ""] = sealed.split(".");
  assert.equal(none, "");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Record<string, unknown>;
  const shared = diffieHellman({
    privateKey: createPrivateKey({ format: "jwk", key: { ...key } }),
    publicKey: createPublicKey({ format: "jwk", key: header.epk as JsonWebKey }),
  });
  const uint32 = (value: number) => Buffer.from([0, 0, value >> 8, value & 0xff]);
  const algorithm = Buffer.from(String(header.enc));
  const secret = createHash("sha256")
    .update(uint32(1))
    .update(shared)
    .update(Buffer.concat([uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(256)]))
    .digest();
  const decipher = createDecipheriv("aes-256-gcm", secret, Buffer.from(iv, "base64url"));
  decipher.setAAD(Buffer.from(head)).setAuthTag(Buffer.from(tag, "base64url"));
  return {
    header,
    plaintext: Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64url")), decipher.final()]),
  };
}

describe("sealed samples", () => {
  test("given any samples, the owner's key opens what was sealed for its public part, and the payload is the same", async () => {
    const opening = fc.record({ salt: hexOf(32), samples: fc.uint8Array({ maxLength: 2_000 }) });
    await fc.assert(
      fc.asyncProperty(
        opening,
        hexOf(32),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        async (made, hex, secret) => {
          const key = samplesKeyFromSecret(secret);
          const digest = hex.toLowerCase() as typeof hex;
          const opened = await openSealedSamples(await sealSamples(made, digest, publicPart(key)), key);
          assert.equal(opened.digest, digest);
          assert.equal(payloadOf(opened.opening), payloadOf(made));
        },
      ),
      { numRuns: 50 },
    );
  });

  test("when it is opened without this package, by the standards alone, salt and samples are there", async () => {
    const { header, plaintext } = openByHand(await sealSamples(OPENING, DIGEST, KEY), KEY);
    assert.deepEqual([header.alg, header.enc, header.reading], ["ECDH-ES", "A256GCM", DIGEST]);
    assert.equal(toHex(plaintext), `${OPENING.salt}${toHex(OPENING.samples).slice(2)}`);
  });

  test("when the same is sealed twice, the texts have nothing in common that tells so", async () => {
    const [one, other] = [await sealSamples(OPENING, DIGEST, KEY), await sealSamples(OPENING, DIGEST, KEY)];
    const [first, second] = [one, other].map((sealed) => openByHand(sealed, KEY).header.epk);
    assert.notDeepEqual(first, second);
    assert.notEqual(one.split(".")[3], other.split(".")[3]);
  });

  test("when another key is used, it does not open", async () => {
    const sealed = await sealSamples(OPENING, DIGEST, KEY);
    await assert.rejects(openSealedSamples(sealed, createSamplesKey()), hasCode("SEALED_SAMPLES_INVALID"));
  });

  test("given any character of it changed, it does not open", async () => {
    const sealed = await sealSamples(OPENING, DIGEST, KEY);
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.constantFrom(...BASE64URL, "."), async (at, character) => {
        fc.pre(sealed[at] !== character && !isSameBytes(sealed, at, character));
        const altered = sealed.slice(0, at) + character + sealed.slice(at + 1);
        await assert.rejects(openSealedSamples(altered, KEY), hasCode("SEALED_SAMPLES_INVALID"));
      }),
      { numRuns: 300 },
    );
  });

  test("given any text at all, it does not open", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), (text) =>
        assert.rejects(openSealedSamples(text, KEY), hasCode("SEALED_SAMPLES_INVALID")),
      ),
    );
  });

  test("when samples are as many as fit, they are sealed; one byte more, and they are refused", async () => {
    const fits = async (bytes: number): Promise<boolean> =>
      sealSamples({ ...OPENING, samples: new Uint8Array(bytes) }, DIGEST, KEY).then(
        (sealed) => sealed.length <= MAX_SEALED_SAMPLES_CHARS,
        (error: unknown) => !hasCode("SAMPLES_INVALID")(error),
      );
    let [most, tooMany] = [0, MAX_SEALED_SAMPLES_CHARS];
    while (tooMany - most > 1) {
      const middle = (most + tooMany) >> 1;
      if (await fits(middle)) most = middle;
      else tooMany = middle;
    }
    assert.ok(most > 1_100 * 42, `${most} bytes`);
    await assert.rejects(
      sealSamples({ ...OPENING, samples: new Uint8Array(tooMany) }, DIGEST, KEY),
      hasCode("SAMPLES_INVALID"),
    );
  });

  const { x, d } = KEY;
  for (const [what, key] of [
    ["is no object", null],
    ["is of another curve", { kty: "OKP", crv: "Ed25519", x, d }],
    ["lacks x", { kty: "OKP", crv: "X25519", d }],
    ["is a byte short", { kty: "OKP", crv: "X25519", x: x.slice(0, 42), d }],
    ["is written in another way", { kty: "OKP", crv: "X25519", x: `${x}=`, d }],
    ["is a point with which nothing can be shared", { kty: "OKP", crv: "X25519", x: "A".repeat(43), d }],
  ] as const) {
    test(`when the key ${what}, it neither seals nor opens, and the error does not show it`, async () => {
      const sealed = await sealSamples(OPENING, DIGEST, KEY);
      const isRefused = (error: unknown) => {
        assert.ok(!String((error as Error).stack).includes(d) && !JSON.stringify(error).includes(d));
        return hasCode("SAMPLES_KEY_INVALID")(error);
      };
      await assert.rejects(sealSamples(OPENING, DIGEST, key as unknown as SamplesKey), isRefused);
      await assert.rejects(openSealedSamples(sealed, key as unknown as SamplesKey), isRefused);
    });
  }

  test("when the secret is not that of the public key, it is refused rather than tried", async () => {
    const sealed = await sealSamples(OPENING, DIGEST, KEY);
    const mixed = { ...KEY, d: createSamplesKey().d };
    await assert.rejects(openSealedSamples(sealed, mixed), hasCode("SAMPLES_KEY_INVALID"));
  });
});

/** Whether another last character of a part stands for the same bytes: base64url has spare bits there. */
function isSameBytes(sealed: string, at: number, character: string): boolean {
  const start = sealed.lastIndexOf(".", at - 1) + 1;
  const end = sealed.indexOf(".", at) === -1 ? sealed.length : sealed.indexOf(".", at);
  if (character === "." || start > end || sealed[at] === ".") return false;
  const part = sealed.slice(start, end);
  const changed = sealed.slice(start, at) + character + sealed.slice(at + 1, end);
  return Buffer.from(part, "base64url").equals(Buffer.from(changed, "base64url"));
}
