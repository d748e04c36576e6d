import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex } from "../../src/protocol/codec/bytes.ts";
import { deriveSalt } from "../../src/protocol/salts.ts";
import { bytes32 } from "../support/arbitraries.ts";
import { assertThrowsCode } from "../support/assertions.ts";

test("given any key and position, the salt is node:crypto's HMAC over kind, number and index", () => {
  fc.assert(
    fc.property(bytes32, fc.nat({ max: 255 }), fc.maxSafeNat(), fc.nat({ max: 2 ** 32 - 1 }), (key, kind, n, index) => {
      const message = Buffer.alloc(13);
      message.writeUInt8(kind);
      message.writeBigUInt64BE(BigInt(n), 1);
      message.writeUInt32BE(index, 9);
      const expected = createHmac("sha256", fromHex(key)).update(message).digest("hex");
      assert.equal(deriveSalt(key, kind, n, index), `0x${expected}`);
    }),
  );
});

test("when the key is not 32 bytes, throws ARGUMENT_INVALID", () => {
  assertThrowsCode(() => deriveSalt("0x1234", 1, 0, 0), "ARGUMENT_INVALID");
});
