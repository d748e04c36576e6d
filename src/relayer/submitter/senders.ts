import type { LocalAccount } from "viem";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { ChainSnapshot } from "../jobs/chain-view.ts";
import { runEach } from "../jobs/run-each.ts";
import { FOLLOW_EXCLUSION } from "./calls.ts";
import { Submitter, type SubmitterParts } from "./submitter.ts";

/** The keys that send. Only the first needs a role: whoever carries intents and credits needs none. */
export interface SendingAccounts {
  /** Anchors, settles, and does all that has no key of its own. */
  readonly relayer: LocalAccount;
  /** Carries owners' intents, and the crystals that they need. */
  readonly intents?: LocalAccount | undefined;
  /** Pushes credits. */
  readonly credits?: LocalAccount | undefined;
}

type Purpose = keyof SendingAccounts;

/** What each kind of effect is for. Effects of one purpose keep their order; those of others do not wait for them. */
const PURPOSES: Readonly<Record<string, Purpose>> = {
  anchorDrops: "relayer",
  settleDay: "relayer",
  [FOLLOW_EXCLUSION]: "relayer",
  creditMany: "credits",
};

/** Carries the outbox to the chain with several keys side by side, each with nonces of its own. */
export class Senders {
  readonly #submitters: readonly Submitter[];

  constructor(accounts: SendingAccounts, parts: Omit<SubmitterParts, "account" | "purpose" | "signs" | "carries">) {
    const others = (["intents", "credits"] as const).filter((purpose) => accounts[purpose] !== undefined);
    const addresses = new Map(
      others.map((purpose) => [lowerHex((accounts[purpose] as LocalAccount).address), purpose]),
    );
    const ownerOf = (kind: string): Purpose => {
      const purpose = PURPOSES[kind] ?? "intents";
      return accounts[purpose] === undefined ? "relayer" : purpose;
    };
    const signs = (purpose: Purpose) => (kind: string) => ownerOf(kind) === purpose;
    this.#submitters = [
      // What a key has signed that is not there any more is carried on by the relayer's own.
      new Submitter({
        ...{ ...parts, account: accounts.relayer, signs: signs("relayer") },
        carries: (sender) => !addresses.has(sender),
      }),
      ...others.map((purpose) => {
        const account = accounts[purpose] as LocalAccount;
        const carries = (sender: Hex) => sender === lowerHex(account.address);
        return new Submitter({ ...parts, account, purpose, signs: signs(purpose), carries });
      }),
    ];
  }

  /** One step of each, whether or not those before it failed. @returns Whether anything changed. @throws As {@link Submitter.step}. */
  step(snapshot: ChainSnapshot): Promise<boolean> {
    return runEach(this.#submitters.map((submitter) => () => submitter.step(snapshot)));
  }

  /** Blocks that counted as final are gone. */
  async recover(): Promise<void> {
    for (const submitter of this.#submitters) await submitter.recover();
  }

  /** Forgets what this process believes of nonces. */
  reset(): void {
    for (const submitter of this.#submitters) submitter.reset();
  }
}
