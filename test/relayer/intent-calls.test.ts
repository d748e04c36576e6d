import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Abi, decodeFunctionData } from "viem";
import { ABIS } from "../../src/chain/contracts.ts";
import { isWideMember, TYPES } from "../../src/protocol/index.ts";
import { callOf } from "../../src/relayer/submitter/calls.ts";
import {
  INTENT_FUNCTIONS,
  INTENT_KINDS,
  type IntentKind,
  type StoredIntent,
} from "../../src/relayer/submitter/intent-calls.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { DEPLOYMENT } from "./support/stores.ts";

function intentOf(kind: IntentKind, nonce: number): StoredIntent {
  const members = TYPES[kind].map(({ name, type }) => {
    if (type === "address") return [name, addressOf(`${name} ${nonce}`)];
    if (type === "bytes32") return [name, keyOf(`${name} ${nonce}`)];
    return [name, isWideMember(type) ? 2n ** 60n + BigInt(nonce) : nonce];
  });
  return {
    message: Object.fromEntries(members),
    signature: keyOf(`signature ${nonce}`),
    deviceSignature: keyOf(`device ${nonce}`),
    targetSignature: keyOf(`target ${nonce}`),
  };
}

describe("the call of a batch of intents", () => {
  for (const kind of INTENT_KINDS) {
    test(`when two of ${kind} are to be sent, the contract gets both with their signatures`, async () => {
      const { contract, name } = INTENT_FUNCTIONS[kind];
      const intents = [intentOf(kind, 1), intentOf(kind, 2)];
      const creditLeaves = async () => assert.fail("it pays nobody");
      const call = await callOf({ id: 1, kind: name, payload: "{}" }, DEPLOYMENT, {
        creditLeaves,
        leavesOf: creditLeaves,
        intentsOf: async () => intents,
      });
      assert.equal(call.to, DEPLOYMENT.contracts[contract]);
      const { functionName, args } = decodeFunctionData({ abi: ABIS[contract] as Abi, data: call.data });
      const [messages, signatures, others] = args as [Record<string, unknown>[], string[], string[] | undefined];
      const lower = (message: object) =>
        Object.fromEntries(Object.entries(message).map(([key, value]) => [key, String(value).toLowerCase()]));
      assert.equal(functionName, name);
      assert.deepEqual(
        messages.map(lower),
        intents.map(({ message }) => lower(message)),
      );
      assert.deepEqual(
        signatures,
        intents.map(({ signature }) => signature),
      );
      const second = { VehiclePairing: "deviceSignature", AccountMove: "targetSignature" } as const;
      const member = second[kind as keyof typeof second];
      assert.deepEqual(others, member === undefined ? undefined : intents.map((intent) => intent[member]));
    });
  }
});
