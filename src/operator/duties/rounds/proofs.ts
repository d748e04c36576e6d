import type { Hex } from "../../../protocol/codec/bytes.ts";
import { hashRoundLeaf, type RoundLeaf } from "../../../protocol/codec/leaves.ts";
import { roundFilePath } from "../../../protocol/codec/rows.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { MerkleTree } from "../../../protocol/tree.ts";
import { FILE_KINDS } from "../../../storage/file-kinds.ts";
import type { DutyContext } from "../../duty.ts";

/** Rounds whose trees are kept in memory. */
const ROUNDS_KEPT = 4;

/** What an account claims its part with. */
export interface RoundProof {
  readonly round: number;
  readonly leaf: Omit<RoundLeaf, "weight"> & { readonly weight: string };
  readonly root: Hex;
  readonly proof: readonly Hex[];
}

interface Tree {
  readonly leaves: readonly RoundLeaf[];
  readonly tree: MerkleTree;
}

/** Proofs of the parts of opened rounds, from their published files. */
export class RoundProofs {
  readonly #context: Pick<DutyContext, "store" | "publisher">;
  readonly #kept = new Map<number, Tree>();

  constructor(context: Pick<DutyContext, "store" | "publisher">) {
    this.#context = context;
  }

  /** @throws NOT_FOUND for an unknown round or an account without a part, UNEXPECTED when its file does not give its root. */
  async prove(round: number, account: Hex): Promise<RoundProof> {
    const { leaves, tree } = this.#kept.get(round) ?? (await this.#load(round));
    const leaf = leaves.find((found) => found.account === account);
    if (leaf === undefined) throw new CairnError("NOT_FOUND", "the account has no part in this round");
    return { round, leaf: { ...leaf, weight: leaf.weight.toString() }, root: tree.root, proof: tree.proof(leaf.index) };
  }

  async #load(round: number): Promise<Tree> {
    const { store, publisher } = this.#context;
    const row = await store.db.selectFrom("chain_rounds").select("root").where("round", "=", round).executeTakeFirst();
    if (row === undefined) throw new CairnError("NOT_FOUND", `there is no round ${round}`);
    const leaves = await publisher.read(FILE_KINDS.round, roundFilePath(round));
    const tree = new MerkleTree(leaves.map(hashRoundLeaf));
    if (tree.root !== row.root) throw new CairnError("UNEXPECTED", `the file of round ${round} does not give its root`);
    this.#kept.set(round, { leaves, tree });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > ROUNDS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return { leaves, tree };
  }
}
