// Compares the trees of conditions in test/contracts/trees with the contracts' functions and with the tests' titles.
//
// `<Contract>.tree` holds a tree per function: the root is the function's name (or `constructor`), inner nodes are conditions
// (`given …` for state, `when …` for what is done), leaves are outcomes. A leaf stands for one test, whose title is the
// conditions and the outcome joined by ", ".
//
// A test belongs to the function that the outermost describe around it names which begins with a contract's name and a
// colon: `StoneLedger: settleDay`, or `StoneLedger: settleDay, bounds on metres`, where the aspect is for readers only.
// Describes below that one are conditions, and part of the title. Several describes, in several files, may name one function.
// Describes that begin with no contract's name (`Vectors: …`) are nobody's.
//
// Demanded: every function that writes has a tree; every leaf has exactly one test, and every function's test a leaf.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Abi } from "viem";
import { ABIS } from "../src/chain/contracts.ts";
import { loadContractTests } from "./contract-tests/load.ts";
import { type Contract, checkContract } from "./trees/check.ts";
import { functionTests } from "./trees/tests.ts";

const FOLDER = "test/contracts/trees";

function contractOf([key, abi]: [string, Abi]): Contract {
  const functions = abi.filter((entry) => entry.type === "function");
  const writing = functions.filter(({ stateMutability: is }) => is === "nonpayable" || is === "payable");
  return {
    name: `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    callable: new Set([...functions.map(({ name }) => name), "constructor"]),
    writing: new Set(writing.map(({ name }) => name)),
  };
}

const contracts = Object.entries(ABIS as Readonly<Record<string, Abi>>).map(contractOf);
const names = new Set(contracts.map(({ name }) => name));
const tests = functionTests((await loadContractTests()).suite, names);
const strays = globSync(`${FOLDER}/*.tree`).filter((path) => !names.has(basename(path, ".tree")));
const faults = [
  ...contracts.flatMap((contract) => {
    const path = `${FOLDER}/${contract.name}.tree`;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    const own = tests.filter((test) => test.contract === contract.name);
    return checkContract(contract, text, own);
  }),
  ...strays.map((path) => `${path}: there is no such contract`),
];
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0
    ? `${tests.length} tests stand in the trees of ${contracts.length} contracts`
    : `${faults.length} mismatches between trees, functions and tests`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
