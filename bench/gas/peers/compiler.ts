import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import hre from "hardhat";
import type { Hex } from "viem";

const SOURCES = new URL("../../peers/contracts/", import.meta.url);
const CACHE = new URL("../../peers/cache/", import.meta.url);
const require = createRequire(import.meta.url);

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, { evm: { bytecode: { object: string } } }>>>>;
}

/**
 * Creation code of a contract in bench/peers/contracts, by the compiler and the settings of our own contracts.
 * What was compiled is kept, under a hash of the source and the settings.
 */
export function compilePeer(contract: string): Hex {
  const file = `${contract}.sol`;
  const content = readFileSync(new URL(file, SOURCES), "utf8");
  const [compiler] = hre.config.solidity.profiles.default?.compilers ?? [];
  const outputSelection = { [file]: { [contract]: ["evm.bytecode.object"] } };
  const settings = { ...compiler?.settings, outputSelection };
  const input = JSON.stringify({ language: "Solidity", sources: { [file]: { content } }, settings });
  const cached = new URL(`${contract}-${createHash("sha256").update(input).digest("hex")}`, CACHE);
  if (existsSync(cached)) return readFileSync(cached, "utf8") as Hex;
  const solc = require("solc") as { compile(input: string, callbacks: object): string };
  const found = (path: string) => ({ contents: readFileSync(require.resolve(path), "utf8") });
  const output: Output = JSON.parse(solc.compile(input, { import: found }));
  const failure = output.errors?.find(({ severity }) => severity === "error");
  if (failure !== undefined) throw new Error(failure.formattedMessage);
  const bytecode: Hex = `0x${output.contracts[file]?.[contract]?.evm.bytecode.object}`;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(cached, bytecode);
  return bytecode;
}
