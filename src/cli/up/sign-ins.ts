import { setTimeout as sleep } from "node:timers/promises";
import { CairnError, dayOf, type Hex } from "../../protocol/index.ts";
import { warn } from "../cleanup.ts";
import type { PatientOperator } from "../operator-api.ts";
import type { PatientRelayer } from "../relayer-api.ts";

/** Who signs in every day. */
export interface SignInParts {
  readonly genesis: number;
  readonly relayer: PatientRelayer;
  readonly operator: PatientOperator;
  readonly owners: readonly Hex[];
}

/** Tasks of a new programme are awarded from its second day on. */
const FIRST_DAY = 1;
const LOOK_EVERY_MS = 10_000;

/** Lets owners of simulated cars sign in once a day of chain time, which the operator awards. Never ends by itself. */
export async function signInDaily(parts: SignInParts): Promise<never> {
  let signedIn = FIRST_DAY - 1;
  for (;;) {
    const day = await signIn(parts, signedIn).catch((error: unknown) => {
      warn(error);
      return signedIn;
    });
    signedIn = day;
    await sleep(LOOK_EVERY_MS, undefined, { ref: false });
  }
}

/** The same award of the same day is one award, so that after a failure all may sign in again. @returns The last day. */
async function signIn({ genesis, relayer, operator, owners }: SignInParts, signedIn: number): Promise<number> {
  const day = dayOf(genesis, (await relayer.status()).chainTime);
  if (day <= signedIn) return signedIn;
  for (const account of owners) {
    try {
      await operator.award("daily-sign-in", { account });
    } catch (error) {
      // What is refused today stays refused; what merely failed is tried again.
      if (!(error instanceof CairnError) || error.kind === "unavailable") throw error;
      warn(error);
    }
  }
  return day;
}
