import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeErrorResult } from "viem";
import { ABIS } from "../../src/chain/contracts.ts";
import { contractErrorName, decodeContractError } from "../../src/chain/errors.ts";
import { filled } from "./support.ts";

describe("decodeContractError", () => {
  test("when a contract of ours reverted, name and values come by the names of the parameters", () => {
    const data = encodeErrorResult({
      abi: ABIS.stoneLedger,
      errorName: "StoneLedger_InsufficientStones",
      args: [filled(0xaa, 20), 5n, 9n],
    });
    const error = decodeContractError(data);
    assert.equal(error?.name, "StoneLedger_InsufficientStones");
    assert.deepEqual(
      [String(error?.args.account).toLowerCase(), error?.args.have, error?.args.need],
      [filled(0xaa, 20), 5n, 9n],
    );
  });

  test("when an error carries the name of a field, it comes as text", () => {
    const name = `0x${Buffer.from("price").toString("hex").padEnd(64, "0")}` as const;
    const data = encodeErrorResult({
      abi: ABIS.catalogue,
      errorName: "Catalogue_InvalidTerms",
      args: [name as `0x${string}`, 0n],
    });
    assert.equal(decodeContractError(data)?.args.name, "price");
  });

  test("when only the selector is left, as in an event, the name still comes", () => {
    const selector = encodeErrorResult({
      abi: ABIS.consentRegistry,
      errorName: "ConsentRegistry_WrongVersion",
      args: [1, 2],
    }).slice(0, 10) as `0x${string}`;
    assert.deepEqual(decodeContractError(selector), { name: "ConsentRegistry_WrongVersion", args: {} });
    assert.equal(contractErrorName(selector), "ConsentRegistry_WrongVersion");
  });

  test("when the selector is nobody's, there is no error and the selector is its own name", () => {
    assert.equal(decodeContractError("0xdeadbeef"), undefined);
    assert.equal(contractErrorName("0xdeadbeef"), "0xdeadbeef");
  });
});
