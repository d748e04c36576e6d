import { ethers } from "./fixture.ts";

/** `isValidSignature(bytes32,bytes)`, which is also what a wallet answers with. */
export const YES = "0x1626ba7e".padEnd(66, "0");
const NO = `0x${"ff".repeat(32)}`;
/** More than the call's gas can pay the memory of. */
const MEGABYTE = 2 ** 20;
/** Nearly all that 200,000 gas can pay the memory of. */
export const QUARTER_MEGABYTE = 2 ** 18;
/** What a wallet can cost a batch: the gas of its call, and what it takes to look at an intent and skip it. */
export const MOST_COST = 200_000n + 40_000n;

/** What an AnsweringWallet is made of: what its answer begins with, how long it is, and whether it reverts with it. */
type Answer = readonly [word: string, length: number | bigint, reverts: boolean];

/** Wallets whose answer is no signature, by what they do. */
export const HOSTILE_WALLETS: readonly (readonly [string, Answer])[] = [
  ["answers with another word", [NO, 32, false]],
  ["answers with a word that is true", [ethers.toBeHex(1, 32), 32, false]],
  ["answers rightly in 31 bytes", [YES, 31, false]],
  ["answers rightly in the 4 bytes that matter", [YES, 4, false]],
  ["answers rightly but for the last bit", [YES.replace(/0$/, "1"), 32, false]],
  ["answers nothing", [YES, 0, false]],
  ["reverts with the right answer", [YES, 32, true]],
  ["reverts with a quarter of a megabyte", [YES, QUARTER_MEGABYTE, true]],
  ["answers with a quarter of a megabyte", [NO, QUARTER_MEGABYTE, false]],
  ["answers rightly at the head of a megabyte", [YES, MEGABYTE, false]],
  ["burns all its gas", [YES, ethers.MaxUint256, false]],
];

export function deployWallet(answer: Answer) {
  return ethers.deployContract("AnsweringWallet", [...answer]);
}
