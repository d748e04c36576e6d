import { globSync, readFileSync } from "node:fs";
import solc from "solc";
import type { AstNode } from "./ast.ts";

/** Files by the names by which they import each other. */
export type Sources = Readonly<Record<string, string>>;

/** How a contract is compiled. Less work for the compiler makes a mutant cheaper. */
export interface Profile {
  readonly viaIR: boolean;
  readonly optimized: boolean;
}

/** From the fastest on. Not every contract compiles with the first ones: too many local variables at once. */
export const PROFILES: readonly Profile[] = [
  { viaIR: false, optimized: false },
  { viaIR: false, optimized: true },
  { viaIR: true, optimized: false },
  { viaIR: true, optimized: true },
];

/** A contract by its file and its name. */
export interface ContractAt {
  readonly path: string;
  readonly name: string;
}

/** A compiled contract, as hexadecimal digits. */
export interface Code {
  readonly creation: string;
  readonly runtime: string;
}

/** The compiler's first error. */
export class CompileError extends Error {}

interface Output {
  readonly errors?: readonly { severity: string; formattedMessage: string }[];
  readonly sources: Readonly<Record<string, { ast: AstNode }>>;
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, { evm: Record<string, { object: string }> }>>>>;
}

function run(sources: Sources, settings: object, readImport?: (path: string) => { contents: string }): Output {
  const files = Object.fromEntries(Object.entries(sources).map(([path, content]) => [path, { content }]));
  const input = JSON.stringify({ language: "Solidity", sources: files, settings });
  const output = JSON.parse(solc.compile(input, readImport && { import: readImport })) as Output;
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new CompileError(error.formattedMessage);
  return output;
}

/** The contracts of this folder, with all that they import, and the syntax tree of each file. */
export function readSources(): { sources: Sources; trees: Readonly<Record<string, AstNode>> } {
  const own = globSync("contracts/**/*.sol").map((path) => path.replaceAll("\\", "/"));
  const sources: Record<string, string> = {};
  for (const path of own) sources[path] = readFileSync(path, "utf8");
  const settings = { outputSelection: { "*": { "": ["ast"] } } };
  const { sources: parsed } = run(sources, settings, (path) => {
    sources[path] = readFileSync(`node_modules/${path}`, "utf8");
    return { contents: sources[path] };
  });
  return { sources, trees: Object.fromEntries(Object.entries(parsed).map(([path, { ast }]) => [path, ast])) };
}

/**
 * Compiles some contracts.
 *
 * @returns Their code, in the order asked for.
 * @throws CompileError When the sources have an error, or the contracts cannot be compiled with this profile.
 */
export function compile(sources: Sources, contracts: readonly ContractAt[], profile: Profile): Code[] {
  const wanted = ["evm.bytecode.object", "evm.deployedBytecode.object"];
  const settings = {
    viaIR: profile.viaIR,
    optimizer: { enabled: profile.optimized, runs: 1 },
    evmVersion: "osaka",
    // Without the hash of the source in it, the same code means the same contract.
    metadata: { appendCBOR: false },
    outputSelection: Object.fromEntries(contracts.map(({ path, name }) => [path, { [name]: wanted }])),
  };
  const { contracts: compiled } = run(sources, settings);
  return contracts.map(({ path, name }) => {
    const evm = compiled?.[path]?.[name]?.evm;
    return { creation: evm?.bytecode?.object ?? "", runtime: evm?.deployedBytecode?.object ?? "" };
  });
}
