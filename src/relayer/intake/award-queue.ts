import { awardDigest, type SignedAward } from "../../protocol/codec/award.ts";
import { fromHex } from "../../protocol/codec/bytes.ts";
import { recoverAddress } from "../../service/signer.ts";
import type { ChainView } from "../jobs/chain-view.ts";
import { beginIntake } from "../jobs/intake-moment.ts";
import type { Programme } from "../programme.ts";
import type { Store } from "../store/open.ts";
import { type AwardCandidate, type AwardResult, acceptAwards } from "./accept-awards.ts";
import { GroupQueue } from "./group-queue.ts";

/** What taking awards in works with. */
export interface AwardParts {
  readonly programme: Programme;
  readonly store: Store;
  readonly view: ChainView;
}

/** Takes task awards in; each is answered once it is durable. */
export class AwardQueue {
  readonly #parts: AwardParts;
  readonly #queue: GroupQueue<AwardCandidate, AwardResult>;

  constructor(parts: AwardParts) {
    this.#parts = parts;
    this.#queue = new GroupQueue((candidates) => this.#commit(candidates));
  }

  /**
   * @returns The drop or a refusal for each award, in order.
   * @throws OVERLOADED when too many wait; CHAIN_UNREACHABLE before the chain was first processed; STORE_FULL; PROGRAMME_STOPPED.
   */
  async take(awards: readonly SignedAward[]): Promise<AwardResult[]> {
    return this.#queue.take(awards.length, async () => awards.map((award) => this.#examine(award)));
  }

  /** Takes nothing more and waits until what was taken is answered. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  #examine(award: SignedAward): AwardCandidate {
    const digest = awardDigest(this.#parts.programme.domains.TaskAward, award);
    return { award, digest, signer: recoverAddress(digest, fromHex(award.signature)) };
  }

  #commit(candidates: readonly AwardCandidate[]): Promise<AwardResult[]> {
    const { store, view, programme } = this.#parts;
    return store.transaction(async (tx) => {
      const moment = await beginIntake(tx, view, programme);
      return acceptAwards(tx, { ...moment, genesis: programme.genesis }, candidates);
    });
  }
}
