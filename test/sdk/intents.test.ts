import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { hashTypedData, recoverTypedDataAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { signingDomain, TYPES, typedDigest } from "../../src/protocol/index.ts";
import type { IntentKind } from "../../src/sdk/index.ts";
import { typedDataOf } from "../../src/sdk/intents.ts";
import { address, bytes32, uint } from "../support/arbitraries.ts";
import { DEPLOYMENT, filled } from "./support.ts";

const KINDS: readonly IntentKind[] = [
  "ConsentGrant",
  "ConsentWithdrawal",
  "VehiclePairing",
  "VehicleRelease",
  "ReleaseContest",
  "AccountMove",
  "RecoveryCancellation",
  "StoneMigration",
  "OrderIntent",
  "VoucherOrder",
  "OrderAcceptance",
  "OrderObjection",
  "BoxRequest",
];

function messageOf(kind: IntentKind) {
  const member = (type: string) =>
    type === "address" ? address : type === "bytes32" ? bytes32 : uint(Number(type.slice("uint".length)));
  return fc.record(Object.fromEntries(TYPES[kind].map(({ name, type }) => [name, member(type)])));
}

describe("typedDataOf", () => {
  for (const kind of KINDS) {
    test(`when a wallet hashes a ${kind}, it is the digest that contracts and relayer know it by`, () => {
      fc.assert(
        fc.property(messageOf(kind), (message) => {
          const data = typedDataOf({ deployment: DEPLOYMENT }, kind, message as never);
          const digest = typedDigest(signingDomain(DEPLOYMENT, kind), kind, message);
          assert.equal(hashTypedData(data as never), digest);
        }),
        { numRuns: 25 },
      );
    });
  }

  test("when viem's account signs it, the account is recovered", async () => {
    const account = privateKeyToAccount(filled(0x41));
    const data = typedDataOf({ deployment: DEPLOYMENT }, "OrderAcceptance", { order: filled(1), deadline: 9 });
    const signature = await account.signTypedData(data as never);
    assert.equal(await recoverTypedDataAddress({ ...data, signature } as never), account.address);
  });
});
