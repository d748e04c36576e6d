import { DAY_S } from "../../../src/protocol/codec/codes.ts";
import type { Planned } from "../dishonest-books.ts";
import { CARS, HOUR_S, MIDNIGHT, STRANGER } from "../dishonest-cast.ts";
import { corruptionsOf } from "./corruption.ts";

const [, , THIRD] = CARS;

/** What can be false about what a receipt promised. */
export const RECEIPTS = corruptionsOf("what a receipt promised", { means: "books", by: "relayer" }, [
  {
    when: "a receipted reading is left out of its drop",
    scheme: (producer) => ({ plan: (plan) => plan.filter((planned) => !(isVictim(planned) && producer)) }),
    afterwards: async (run, producer) => {
      const victim = producer.honestPlan().find(isVictim) as Planned;
      return { receiptsDir: await run.writeReceipts([await producer.receiptFor(victim)]) };
    },
    finds: [["RECEIPT_BROKEN", /^receipt 0x/]],
  },
  {
    when: "a receipted reading is anchored too late",
    afterwards: async (run, producer) => {
      const receipt = await producer.receiptFor(run.plan[0] as Planned, { deadline: MIDNIGHT + 9 * HOUR_S });
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["RECEIPT_LATE", /^receipt 0x/]],
  },
  {
    when: "a receipt is signed by a stranger",
    means: "files",
    by: "a stranger",
    afterwards: async (run, producer) => {
      const receipt = await producer.receiptFor(run.plan[0] as Planned, { signer: STRANGER });
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["RECEIPT_INVALID", /^receipt 0x/]],
  },
  {
    when: "a receipt promises more time than the rules",
    afterwards: async (run, producer) => {
      const receipt = await producer.receiptFor(run.plan[0] as Planned, { deadline: MIDNIGHT + 9 * DAY_S });
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["RECEIPT_DEADLINE_WRONG", /^receipt 0x/]],
  },
]);

function isVictim({ account, drop }: Planned): boolean {
  return account === THIRD.account && drop === 72;
}
