import {
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  type Hex,
  parseAbi,
  parseAbiParameters,
} from "viem";
import { fromHex, keccak, MerkleTree } from "../../../src/protocol/index.ts";
import { actor, type Bench, seeded } from "../chain.ts";
import type { PeerMeasurement } from "../measurement.ts";
import { publishedBytecode } from "./package.ts";

const ARTIFACTS = "@uniswap/merkle-distributor/build";
const DISTRIBUTOR_ABI = parseAbi([
  "function claim(uint256 index, address account, uint256 amount, bytes32[] merkleProof)",
]);
const TOKEN_ABI = parseAbi(["function setBalance(address to, uint256 amount)"]);
const OMITS =
  "anybody has anybody paid, at the leaf's address: no recipient of the owner's choice, no account that moved, no deadline, no rest to return";
const PEER = "Uniswap MerkleDistributor";
/** Every proof has 17 steps. */
const ACCOUNTS = 2 ** 17;
const AMOUNT = 2_000_000n;

function accountOf(index: number): Hex {
  return seeded(`claimant ${index}`).slice(0, 42) as Hex;
}

/** The distributor's own leaves, in a tree that its proofs are checked against. */
function treeOfClaims(): MerkleTree {
  const leaves = Array.from({ length: ACCOUNTS }, (_, index) =>
    keccak(fromHex(encodePacked(["uint256", "address", "uint256"], [BigInt(index), accountOf(index), AMOUNT]))),
  );
  return new MerkleTree(leaves);
}

/**
 * Claims of one account from two distributors, as it is paid every month: first by a claim that writes a new word of claimed
 * bits and a new balance, then by one that finds both written.
 */
export async function measureUniswap(bench: Bench): Promise<PeerMeasurement[]> {
  const by = actor("deployer of Uniswap");
  const tree = treeOfClaims();
  const token = await bench.create(
    by,
    concat([
      publishedBytecode(`${ARTIFACTS}/TestERC20.json`),
      encodeAbiParameters(parseAbiParameters("string, string, uint256"), ["Test", "T", 0n]),
    ]),
  );
  const distributor = async () => {
    const args = encodeAbiParameters(parseAbiParameters("address, bytes32"), [token, tree.root]);
    const at = await bench.create(by, concat([publishedBytecode(`${ARTIFACTS}/MerkleDistributor.json`), args]));
    const funding = [at, AMOUNT * BigInt(ACCOUNTS)] as const;
    await bench.send(by, token, encodeFunctionData({ abi: TOKEN_ABI, functionName: "setBalance", args: funding }));
    return at;
  };
  const claim = (at: Hex, index: number) => {
    const args = [BigInt(index), accountOf(index), AMOUNT, tree.proof(index)] as const;
    return bench.send(by, at, encodeFunctionData({ abi: DISTRIBUTOR_ABI, functionName: "claim", args }));
  };
  const [firstMonth, secondMonth] = [await distributor(), await distributor()];
  const first = await claim(firstMonth, 0);
  await claim(secondMonth, 1);
  const again = await claim(secondMonth, 0);
  return [
    { operation: "credit by proof, depth 17, first", peer: PEER, items: 1, ...first },
    { operation: "credit by proof, depth 17, again", peer: PEER, items: 1, ...again },
    { operation: "benefit claimed by proof, depth 17, first", peer: PEER, items: 1, omits: OMITS, ...first },
    { operation: "benefit claimed by signature, depth 17, first", peer: PEER, items: 1, omits: OMITS, ...first },
    { operation: "benefit claimed by proof, depth 17, again", peer: PEER, items: 1, omits: OMITS, ...again },
    { operation: "benefit claimed by signature, depth 17, again", peer: PEER, items: 1, omits: OMITS, ...again },
  ];
}
