import { readPlay } from "../../../chain/read/mine-box.ts";
import { readVouchers } from "../../../chain/read/orders.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { refusalOf, type Sender } from "../../sender.ts";
import { PLAY } from "./gains.ts";

/** What a moved account was given: crystals and waiting stones, or vouchers for an item. */
interface Gain {
  readonly account: Hex;
  readonly item: number;
  /** The block of the last of it. */
  readonly block: number;
}

/** Lets what the mine box has given to accounts that moved, before or after, follow them. */
export class MovedGains {
  readonly #context: DutyContext;
  /** Gains of which nothing was left, with the newest block by which that was seen first. */
  readonly #gone = new Map<string, number>();

  constructor(context: DutyContext) {
    this.#context = context;
  }

  /** @returns Whether anything followed. */
  async step({ head, final }: ChainSnapshot, sender: Sender): Promise<boolean> {
    for (const gain of await this.#readMoved()) {
      const key = `${gain.account} ${gain.item}`;
      const goneAt = this.#gone.get(key) ?? -1;
      // Seen in a block that is final by now, and after the last of it.
      if (goneAt >= gain.block && goneAt <= final.number) continue;
      if (await this.#isLeft(gain)) {
        this.#gone.delete(key);
        if (await follow(gain, sender)) return true;
      } else if (goneAt < gain.block) this.#gone.set(key, head.number);
    }
    return false;
  }

  #readMoved(): Promise<Gain[]> {
    return this.#context.store.db
      .selectFrom("chain_box_gains as gain")
      .innerJoin("chain_moves as move", "move.account", "gain.account")
      .select(["gain.account", "gain.item", "gain.block"])
      .orderBy("gain.account")
      .orderBy("gain.item")
      .execute();
  }

  async #isLeft({ account, item }: Gain): Promise<boolean> {
    const { client, deployment } = this.#context;
    if (item !== PLAY) return (await readVouchers(client, deployment, account, item)) > 0;
    const { crystals, claimable } = await readPlay(client, deployment, account);
    return crystals > 0n || claimable > 0n;
  }
}

/** @returns Whether it was sent; it may have followed meanwhile. */
async function follow({ account, item }: Gain, sender: Sender): Promise<boolean> {
  try {
    if (item === PLAY) await sender.send("mineBox", "followMove", [account]);
    else await sender.send("redemptionDesk", "followMove", [account, item]);
    return true;
  } catch (error) {
    if (!refusalOf(error)?.endsWith("_NothingToFollow")) throw error;
    return false;
  }
}
