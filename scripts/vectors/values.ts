import { type Hex, keccak256, stringToBytes } from "viem";

/** 32 bytes that look random and are the same in every run. */
export function bytes32(label: string): Hex {
  return keccak256(stringToBytes(label));
}

/** 20 bytes that look random and are the same in every run. */
export function address(label: string): Hex {
  return `0x${bytes32(label).slice(26)}`;
}

/** A number below `bound` that is the same in every run. */
export function below(bound: number, label: string): number {
  return Number(BigInt(bytes32(label)) % BigInt(bound));
}

export const ZERO: Hex = `0x${"00".repeat(32)}`;

/** The EIP-712 domain of a contract, at an address of its own. */
export function domainOf(contract: string) {
  return {
    name: `Cairn ${contract}`,
    version: "1",
    chainId: 31_337,
    verifyingContract: address(`contract ${contract}`),
  };
}
