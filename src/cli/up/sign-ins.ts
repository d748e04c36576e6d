import { CairnError, dayOf, type Hex } from "../../protocol/index.ts";
import { warn } from "../cleanup.ts";
import type { PatientOperator } from "../operator-api.ts";
import type { PatientRelayer } from "../relayer-api.ts";

/** Who signs in every day. */
interface SignInParts {
  readonly genesis: number;
  readonly relayer: Pick<PatientRelayer, "status">;
  readonly operator: Pick<PatientOperator, "award">;
  readonly owners: readonly Hex[];
}

/** Tasks of a new programme are awarded from its second day on. */
const FIRST_DAY = 1;

/** Owners of simulated cars who sign in once a day of chain time, which the operator awards. */
export class SignIns {
  readonly #parts: SignInParts;
  /** The last day on which all have signed in. */
  #lastDay = FIRST_DAY - 1;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * Lets all sign in when a new day has begun. After a failure all do so again: the same award of the same day is one award.
   * @throws What keeps relayer or operator from answering.
   */
  async look(): Promise<void> {
    const { genesis, relayer, owners } = this.#parts;
    const day = dayOf(genesis, (await relayer.status()).chainTime);
    if (day <= this.#lastDay) return;
    for (const account of owners) await this.#signIn(account);
    this.#lastDay = day;
  }

  async #signIn(account: Hex): Promise<void> {
    try {
      await this.#parts.operator.award("daily-sign-in", { account });
    } catch (error) {
      // What is refused today stays refused; what merely failed is tried again.
      if (!(error instanceof CairnError) || error.kind === "unavailable") throw error;
      warn(error);
    }
  }
}
