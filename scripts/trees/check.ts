import type { FunctionTest } from "./tests.ts";
import { drawTrees, faultsOf, type Node, parseTrees, titlesOf } from "./tree.ts";

/** A contract as its trees are held against it. */
export interface Contract {
  readonly name: string;
  /** All that can be called, and `constructor`. */
  readonly callable: ReadonlySet<string>;
  /** Functions that write: each needs a tree. */
  readonly writing: ReadonlySet<string>;
}

/**
 * What does not agree between a contract's functions, its trees and its tests.
 *
 * @param text The contract's `.tree` file.
 * @param tests The contract's tests.
 */
export function checkContract(contract: Contract, text: string, tests: readonly FunctionTest[]): string[] {
  const roots = parseTrees(text);
  const names = [...contract.writing, ...roots.map((root) => root.text), ...tests.map(({ name }) => name)];
  const faults = [...new Set(names)].flatMap((name) => {
    const own = roots.filter((root) => root.text === name);
    const titles = tests.filter((test) => test.name === name).map(({ title }) => title);
    return [
      ...(contract.callable.has(name) ? [] : ["is no function of the contract"]),
      ...(own.length === 1 ? [] : [`has ${own.length} trees`]),
      ...own.flatMap(faultsOf),
      ...compareTitles(own.flatMap(titlesOf), titles),
    ].map((fault) => `${contract.name}.${name}: ${fault}`);
  });
  return [...faultsOfDrawing(text, roots).map((fault) => `${contract.name}.tree: ${fault}`), ...faults];
}

/** Where a file is not drawn as its trees are to be drawn. */
function faultsOfDrawing(text: string, roots: readonly Node[]): string[] {
  const drawn = drawTrees(roots).split("\n");
  const other = text.split("\n").findIndex((line, i) => line !== drawn[i]);
  return other < 0 ? [] : [`line ${other + 1} should be "${drawn[other] ?? ""}"`];
}

/** Titles that are not exactly once in each list. */
function compareTitles(inTree: readonly string[], inTests: readonly string[]): string[] {
  const count = (titles: readonly string[], title: string) => titles.filter((other) => other === title).length;
  return [...new Set([...inTree, ...inTests])].flatMap((title) => {
    const [leaves, tests] = [count(inTree, title), count(inTests, title)];
    if (leaves === 1 && tests === 1) return [];
    if (tests === 0) return [`no test "${title}"`];
    if (leaves === 0) return [`no leaf for the test "${title}"`];
    return [`${leaves} leaves and ${tests} tests "${title}"`];
  });
}
