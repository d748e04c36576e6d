import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { hashTypedData } from "viem";
import {
  DOMAIN_NAMES,
  DOMAIN_OF,
  domainOf,
  type SignedType,
  TYPES,
  typedDigest,
} from "../../src/protocol/codec/eip712.ts";
import { address, bytes32, uint } from "../support/arbitraries.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const SIGNED_TYPES = Object.keys(TYPES) as SignedType[];

/** Any value of a member of a type. */
function memberOf(type: string): fc.Arbitrary<unknown> {
  if (type === "address") return address;
  if (type === "bytes32") return bytes32;
  if (type === "string") return fc.string();
  return uint(Number(type.slice("uint".length)));
}

/** Any message of a type. */
function messageOf(type: SignedType): fc.Arbitrary<object> {
  return fc.record(Object.fromEntries(TYPES[type].map((member) => [member.name, memberOf(member.type)])));
}

describe("typedDigest", () => {
  for (const type of SIGNED_TYPES) {
    test(`when a ${type} holds any values, equals viem's hashTypedData`, () => {
      const any = fc.tuple(messageOf(type), fc.nat(), address);
      fc.assert(
        fc.property(any, ([message, chainId, contract]) => {
          const domain = domainOf(DOMAIN_OF[type], chainId, contract);
          const data = { domain, types: { [type]: TYPES[type] }, primaryType: type, message };
          assert.equal(typedDigest(domain, type, message), hashTypedData(data as never));
        }),
        { numRuns: 40 },
      );
    });
  }

  test("when numbers come as number or as bigint, the digest is the same", () => {
    const domain = domainOf("dropAnchor", 1, `0x${"11".repeat(20)}`);
    const receipt = { readingDigest: `0x${"22".repeat(32)}`, account: `0x${"33".repeat(20)}` };
    const byNumber = typedDigest(domain, "Receipt", { ...receipt, drop: 7, deadline: 9 });
    assert.equal(typedDigest(domain, "Receipt", { ...receipt, drop: 7n, deadline: 9n }), byNumber);
  });

  test("when the chain or the contract is another, the digest is another", () => {
    const message = { order: `0x${"22".repeat(32)}`, deadline: 9 };
    const digests = [
      domainOf("redemptionDesk", 1, `0x${"11".repeat(20)}`),
      domainOf("redemptionDesk", 2, `0x${"11".repeat(20)}`),
      domainOf("redemptionDesk", 1, `0x${"12".repeat(20)}`),
      domainOf("dropAnchor", 1, `0x${"11".repeat(20)}`),
    ].map((domain) => typedDigest(domain, "OrderAcceptance", message));
    assert.equal(new Set(digests).size, digests.length);
  });

  test("when a number is negative, throws ARGUMENT_INVALID", () => {
    const domain = domainOf("redemptionDesk", 1, `0x${"11".repeat(20)}`);
    const message = { order: `0x${"22".repeat(32)}`, deadline: -1 };
    assertThrowsCode(() => typedDigest(domain, "OrderAcceptance", message), "ARGUMENT_INVALID");
  });
});

test("when every domain is listed, each has a type that is signed in it", () => {
  assert.deepEqual(new Set(Object.values(DOMAIN_OF)), new Set(Object.keys(DOMAIN_NAMES)));
});
