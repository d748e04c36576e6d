import { compareBytes, fromHex, type Hex, toHex, ZERO_HASH } from "./codec/bytes.ts";
import { keccakBytes } from "./codec/keccak.ts";

/** A multiproof for OpenZeppelin's MerkleProof.multiProofVerify. */
export interface MultiProof {
  /** Leaves in the order in which the verifier takes them. */
  readonly leaves: readonly Hex[];
  readonly proof: readonly Hex[];
  readonly proofFlags: readonly boolean[];
}

/**
 * A Merkle tree that is, node for node, OpenZeppelin's SimpleMerkleTree: leaves sorted by hash, laid from the end of one flat
 * array, parents keccak256 of their two children in ascending order. The empty tree has root 0.
 */
export class MerkleTree {
  /** 2n - 1 nodes of 32 bytes; node 0 is the root, node i's children are 2i + 1 and 2i + 2. */
  readonly #nodes: Uint8Array;
  readonly #count: number;
  /** Position in the sorted order, by index as given. */
  readonly #rank: Uint32Array;
  /** Index as given, by position in the sorted order. */
  readonly #order: Uint32Array;

  /** @param leaves Leaf hashes, 32 bytes each, in any order. */
  constructor(leaves: readonly Hex[]) {
    this.#count = leaves.length;
    const bytes = leaves.map((leaf) => fromHex(leaf, 32));
    this.#order = Uint32Array.from(leaves.keys()).sort((a, b) =>
      compareBytes(bytes[a] as Uint8Array, bytes[b] as Uint8Array),
    );
    this.#rank = new Uint32Array(leaves.length);
    this.#nodes = new Uint8Array(Math.max(0, 64 * leaves.length - 32));
    const last = 2 * leaves.length - 2;
    this.#order.forEach((given, position) => {
      this.#rank[given] = position;
      this.#nodes.set(bytes[given] as Uint8Array, 32 * (last - position));
    });
    this.#hashInner();
  }

  #hashInner(): void {
    const pair = new Uint8Array(64);
    for (let i = this.#count - 2; i >= 0; i--) {
      const left = this.#node(2 * i + 1);
      const right = this.#node(2 * i + 2);
      const swap = compareBytes(left, right) > 0;
      pair.set(swap ? right : left, 0);
      pair.set(swap ? left : right, 32);
      this.#nodes.set(keccakBytes(pair), 32 * i);
    }
  }

  #node(i: number): Uint8Array {
    return this.#nodes.subarray(32 * i, 32 * i + 32);
  }

  /** How many leaves there are. */
  get size(): number {
    return this.#count;
  }

  /** The root; 0 for the empty tree. */
  get root(): Hex {
    return this.#count === 0 ? ZERO_HASH : toHex(this.#node(0));
  }

  /** Indices as given, in the order of the tree (ascending leaf hash). */
  get order(): readonly number[] {
    return [...this.#order];
  }

  /** The proof of the leaf at an index as given. */
  proof(index: number): Hex[] {
    const proof: Hex[] = [];
    for (let i = this.#position(index); i > 0; i = Math.floor((i - 1) / 2)) {
      proof.push(toHex(this.#node(i % 2 === 1 ? i + 1 : i - 1)));
    }
    return proof;
  }

  /** One proof for several leaves, by their indices as given; `order` in the result lists them as the verifier takes them. */
  multiProof(indices: readonly number[]): MultiProof & { readonly order: readonly number[] } {
    const positions = indices.map((index) => this.#position(index)).sort((a, b) => b - a);
    const last = 2 * this.#count - 2;
    const order = positions.map((position) => this.#order[last - position] as number);
    const leaves = positions.map((position) => toHex(this.#node(position)));
    const stack = [...positions];
    const proof: Hex[] = [];
    const proofFlags: boolean[] = [];
    for (let at = 0; stack.length > at && (stack[at] as number) > 0; ) {
      const node = stack[at++] as number;
      const sibling = node % 2 === 1 ? node + 1 : node - 1;
      if (stack[at] === sibling) {
        proofFlags.push(true);
        at++;
      } else {
        proofFlags.push(false);
        proof.push(toHex(this.#node(sibling)));
      }
      stack.push(Math.floor((node - 1) / 2));
    }
    if (indices.length === 0) proof.push(this.root);
    return { leaves, proof, proofFlags, order };
  }

  #position(index: number): number {
    return 2 * this.#count - 2 - (this.#rank[index] as number);
  }
}
