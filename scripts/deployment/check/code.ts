import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { keccak256, slice } from "viem";
import type { ChainClient } from "../../../src/chain/client.ts";
import { readCode } from "../../../src/chain/read/code.ts";
import type { Construction } from "../../../src/chain/write/constructors.ts";
import { CONTRACTS, type ContractName, type Deployment, type Hex } from "../../../src/protocol/index.ts";
import { artifactName } from "../../contract-sources.ts";
import { expectedCode } from "./expected-code.ts";
import { compare, type Difference } from "./report.ts";

/** A value that a constructor builds into the code, and one of its places there. */
interface Immutable {
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** What was found of one contract's code. */
export interface CodeCheck {
  /** Whether it is what the sources give, so that what the contract says of itself can be believed. */
  readonly genuine: boolean;
  readonly differences: readonly Difference[];
}

/**
 * Compares the code of every contract with what the sources give, and with what the record says of it.
 * @throws CHAIN_UNREACHABLE.
 */
export async function checkCode(
  hre: HardhatRuntimeEnvironment,
  client: ChainClient,
  deployment: Deployment,
  construction: Construction,
): Promise<Record<ContractName, CodeCheck>> {
  const expected = await expectedCode(hre, deployment, construction);
  const actual = await readCode(client, deployment.contracts);
  const entries = CONTRACTS.map(async (name) => {
    const own = await codeDifferences(hre, name, expected[name], actual[name]);
    const recorded = compare("recorded code hash", deployment.codeHashes[name], keccak256(actual[name]));
    return [name, { genuine: own.length === 0, differences: [...own, ...recorded] }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ContractName, CodeCheck>;
}

/** Where only built-in values differ, they are named; else the code is another one. */
async function codeDifferences(
  hre: HardhatRuntimeEnvironment,
  name: ContractName,
  expected: Hex,
  actual: Hex,
): Promise<Difference[]> {
  if (expected === actual) return [];
  if (expected.length === actual.length) {
    const immutables = await immutablesOf(hre, name);
    if (masked(expected, immutables) === masked(actual, immutables)) {
      const found = immutables.flatMap(({ name: what, start, length }) => {
        const value = (code: Hex): string => readable(slice(code, start, start + length));
        return compare(what, value(expected), value(actual));
      });
      return [...new Map(found.map((difference) => [difference.what, difference])).values()];
    }
  }
  return compare("code", keccak256(expected), actual === "0x" ? "no code" : keccak256(actual));
}

function masked(code: Hex, places: readonly Immutable[]): string {
  return places.reduce(
    (text, { start, length }) =>
      text.slice(0, 2 + 2 * start) + "0".repeat(2 * length) + text.slice(2 + 2 * (start + length)),
    code as string,
  );
}

/** A built-in word as it is written elsewhere: times as numbers, addresses as addresses. */
function readable(word: Hex): string {
  const value = BigInt(word);
  if (value < 2n ** 64n) return value.toString();
  return value < 2n ** 160n ? `0x${value.toString(16).padStart(40, "0")}` : word;
}

async function immutablesOf(hre: HardhatRuntimeEnvironment, name: ContractName): Promise<Immutable[]> {
  const artifact = await hre.artifacts.readArtifact(artifactName(name));
  const buildInfoId = await hre.artifacts.getBuildInfoId(artifactName(name));
  const path = buildInfoId === undefined ? undefined : await hre.artifacts.getBuildInfoOutputPath(buildInfoId);
  const nameOf =
    path === undefined ? new Map<number, string>() : variableNames(JSON.parse(await readFile(path, "utf8")));
  return Object.entries(artifact.immutableReferences ?? {}).flatMap(([id, places]) =>
    places.map((place) => ({ name: nameOf.get(Number(id)) ?? `immutable ${id}`, ...place })),
  );
}

/** Names of all variables of a compilation, by the numbers that the compiler gave them. */
function variableNames(output: unknown): Map<number, string> {
  const names = new Map<number, string>();
  const pending: unknown[] = [output];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    const { nodeType, id, name } = node as { nodeType?: string; id?: number; name?: string };
    if (nodeType === "VariableDeclaration" && id !== undefined && name !== undefined) names.set(id, name);
    pending.push(...Object.values(node));
  }
  return names;
}
