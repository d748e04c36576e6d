import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CONTRACTS, parseDeployment, signingDomain } from "../../src/protocol/codec/deployment.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const contracts = Object.fromEntries(CONTRACTS.map((name, n) => [name, `0x${(n + 1).toString(16).padStart(40, "0")}`]));
const codeHashes = Object.fromEntries(
  CONTRACTS.map((name, n) => [name, `0x${(n + 1).toString(16).padStart(64, "0")}`]),
);
const VALID = {
  chainId: 31_337,
  deployer: `0x${"ef".repeat(20)}`,
  firstBlock: 3,
  block: 12,
  blockHash: `0x${"Ab".repeat(32)}`,
  genesis: 1_625_068_800,
  operator: `0x${"Cd".repeat(20)}`,
  contracts,
  codeHashes,
};

describe("parseDeployment", () => {
  test("when all is there, hex comes out in lower case", () => {
    const parsed = parseDeployment(VALID);
    assert.deepEqual(parsed, { ...VALID, blockHash: `0x${"ab".repeat(32)}`, operator: `0x${"cd".repeat(20)}` });
  });

  test("when there is more than the fields, the rest is left out", () => {
    assert.deepEqual(parseDeployment({ ...VALID, secret: "x" }), parseDeployment(VALID));
  });

  for (const { field, value } of [
    { field: "the file", value: null },
    { field: "the file", value: "text" },
    { field: "the file", value: [] },
    { field: "contracts", value: { ...VALID, contracts: undefined } },
    { field: "chainId", value: { ...VALID, chainId: "31337" } },
    { field: "chainId", value: { ...VALID, chainId: -1 } },
    { field: "deployer", value: { ...VALID, deployer: undefined } },
    { field: "firstBlock", value: { ...VALID, firstBlock: "3" } },
    { field: "block", value: { ...VALID, block: 1.5 } },
    { field: "blockHash", value: { ...VALID, blockHash: "0x12" } },
    { field: "genesis", value: { ...VALID, genesis: undefined } },
    { field: "operator", value: { ...VALID, operator: 5 } },
    ...CONTRACTS.map((name) => ({
      field: `contracts.${name}`,
      value: { ...VALID, contracts: { ...contracts, [name]: "0xzz" } },
    })),
    { field: "codeHashes", value: { ...VALID, codeHashes: undefined } },
    { field: "codeHashes.mineBox", value: { ...VALID, codeHashes: { ...codeHashes, mineBox: contracts.mineBox } } },
  ]) {
    test(`when ${field} is wrong, throws DEPLOYMENT_INVALID that names it`, () => {
      const error = assertThrowsCode(() => parseDeployment(value), "DEPLOYMENT_INVALID");
      assert.equal(error.details.field, field);
    });
  }
});

test("when a type is signed, its domain is that of its contract", () => {
  assert.deepEqual(signingDomain(parseDeployment(VALID), "OrderIntent"), {
    name: "Cairn RedemptionDesk",
    version: "1",
    chainId: 31_337,
    verifyingContract: contracts.redemptionDesk,
  });
});
