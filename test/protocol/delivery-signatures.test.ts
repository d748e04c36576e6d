import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { privateKeyToAccount } from "viem/accounts";
import type { Domain, Entitlement, Hex, P256PublicKey, WorkshopRecord } from "../../src/protocol/index.ts";
import {
  entitlementDigest,
  signingDomain,
  skuOf,
  verifyEntitlement,
  verifyWorkshopRecord,
  workshopRecordDigest,
} from "../../src/protocol/index.ts";
import { DEPLOYMENT } from "../sdk/support.ts";
import { readVectors } from "../support/vectors.ts";

interface Vector {
  readonly primaryType: string;
  readonly domain: Domain;
  readonly message: unknown;
  readonly digest: Hex;
  readonly signature: Hex;
  readonly device?: P256PublicKey & { readonly signature: Hex };
}

const { owner, vectors } = readVectors<{ owner: Hex; vectors: Vector[] }>("digests");

function vectorOf<Message>(type: string) {
  const vector = vectors.find(({ primaryType }) => primaryType === type);
  assert.ok(vector);
  return { ...vector, message: vector.message as Message };
}

describe("an entitlement", () => {
  const { domain, message, digest, device } = vectorOf<Entitlement>("Entitlement");
  assert.ok(device);
  const signed = { entitlement: message, signature: device.signature };

  test("given the vector, has its digest, and its signature is by its key", () => {
    assert.equal(entitlementDigest(domain, message), digest);
    assert.equal(verifyEntitlement(domain, signed, device), true);
  });

  test("given another domain or key, is not signed", () => {
    const elsewhere = signingDomain(DEPLOYMENT, "Entitlement");
    assert.equal(verifyEntitlement(elsewhere, signed, device), false);
    assert.equal(verifyEntitlement(domain, signed, { x: device.y, y: device.x }), false);
  });

  test("given any bytes as signature, is not signed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60, maxLength: 68 }), (bytes) => {
        const signature: Hex = `0x${Buffer.from(bytes).toString("hex")}`;
        assert.equal(verifyEntitlement(domain, { ...signed, signature }, device), false);
      }),
    );
  });
});

describe("a workshop's record", () => {
  const vector = vectorOf<WorkshopRecord>("WorkshopRecord");
  const { domain, message: record, digest } = vector;
  // The vector's signature begins with the kind byte, as contracts take it.
  const signature: Hex = `0x${vector.signature.slice(4)}`;

  test("given the vector, has its digest, and its signature is by its key", () => {
    assert.equal(workshopRecordDigest(domain, record), digest);
    assert.equal(verifyWorkshopRecord(domain, { record, signature }, owner), true);
    assert.equal(
      verifyWorkshopRecord(domain, { record, signature }, owner.toUpperCase().replace("0X", "0x") as Hex),
      true,
    );
  });

  test("given another workshop, is not that one's", () => {
    const other = privateKeyToAccount(`0x${"07".repeat(32)}`).address;
    assert.equal(verifyWorkshopRecord(domain, { record, signature }, other), false);
  });

  test("given any flipped bit of its signature or of a member, is not signed", () => {
    const names = ["order", "vehicle", "sku", "work", "signature"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat({ max: 519 }), (name, bit) => {
        const bytes = Buffer.from((name === "signature" ? signature : record[name]).slice(2), "hex");
        const at = (bit >> 3) % bytes.length;
        bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
        const flipped: Hex = `0x${bytes.toString("hex")}`;
        const altered =
          name === "signature" ? { record, signature: flipped } : { record: { ...record, [name]: flipped }, signature };
        assert.equal(verifyWorkshopRecord(domain, altered, owner), false);
      }),
    );
  });

  test("given the other form of its signature, with s in the high half, is not signed", () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = order - BigInt(`0x${signature.slice(66, 130)}`);
    const v = signature.endsWith("1b") ? "1c" : "1b";
    const high: Hex = `0x${signature.slice(2, 66)}${s.toString(16).padStart(64, "0")}${v}`;
    assert.equal(verifyWorkshopRecord(domain, { record, signature: high }, owner), false);
  });
});

test("when a SKU is made of a name, it is keccak256 of its UTF-8 bytes", () => {
  assert.equal(skuOf("abc"), "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
});
