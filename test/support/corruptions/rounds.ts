import { concat, toFunctionSelector } from "viem";
import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { type RoundRow, roundFilePath } from "../../../src/protocol/codec/index.ts";
import { CARS, VISITOR } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Run } from "../dishonest-run.ts";
import { claimPart, holdRound, type RoundScheme, settledWeights } from "../dishonest-services.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR, SECOND, THIRD] = CARS;
const FALSE: Hex = `0x${"12".repeat(32)}`;
/** Somebody who stands for nobody. */
const STRANGE: Hex = `0x${"ff".repeat(20)}`;
/** Code that answers `currentOf` with that stranger, and every other call with zeros. */
const STANDS_FOR_ALL = concat([
  ...(["0x5f3560e01c63", toFunctionSelector("currentOf(address)"), "0x14601257"] as const),
  ...(["0x60405ff3", "0x5b73", STRANGE, "0x5f5260205ff3"] as const),
]);

const round = (scheme: RoundScheme) => async (run: Run, producer: DishonestProducer) =>
  void (await holdRound(run, producer, settledWeights(run), scheme));

/** What can be false about a benefit round. */
export const ROUNDS = corruptionsOf("a benefit round", { means: "books", by: "operator" }, [
  {
    when: "a part weighs less than its account has",
    afterwards: round({ parts: (rows) => rows.with(0, { ...at(rows, 0), weight: at(rows, 0).weight - 1n }) }),
    finds: [["ROUND_WEIGHT_WRONG", `round 1 account ${SECOND.account}`]],
  },
  {
    when: "an account is left out",
    afterwards: round({ parts: (rows) => rows.slice(0, -1) }),
    finds: [["ROUND_WEIGHT_WRONG", `round 1 account ${CAR.account}`]],
  },
  {
    when: "a part is for somebody who has nothing",
    afterwards: round({ parts: (rows) => rows.with(2, { ...at(rows, 2), account: VISITOR }) }),
    finds: [
      ["ROUND_WEIGHT_WRONG", `round 1 account ${CAR.account}`],
      ["ROUND_WEIGHT_WRONG", `round 1 account ${VISITOR}`],
    ],
  },
  {
    when: "an account has two parts",
    afterwards: round({
      parts: (rows) => [...rows.slice(0, 2), { ...at(rows, 2), account: THIRD.account }],
    }),
    finds: [
      ["ROUND_ACCOUNT_DOUBLED", `round 1 account ${THIRD.account}`],
      ["ROUND_WEIGHT_WRONG", `round 1 account ${CAR.account}`],
    ],
  },
  {
    when: "an index is left out",
    afterwards: round({ parts: (rows) => rows.with(2, { ...at(rows, 2), index: 3 }) }),
    finds: [["ROUND_ORDER_WRONG", "round 1 index 2"]],
  },
  {
    when: "parts are not in order",
    afterwards: round({
      parts: (rows) => [rows[1], rows[0], rows[2]].map((row, index) => ({ ...at([row], 0), index }) as RoundRow),
    }),
    finds: [["ROUND_ORDER_WRONG", "round 1 index 1"]],
  },
  {
    when: "a round has another root than its parts",
    means: "transaction",
    by: "treasurer",
    afterwards: round({ terms: () => ({ root: FALSE }) }),
    finds: [["ROUND_ROOT_WRONG", "round 1"]],
  },
  {
    when: "a round shares by less than all weights",
    means: "transaction",
    by: "treasurer",
    afterwards: round({ terms: ({ totalWeight }) => ({ totalWeight: totalWeight - 1n }) }),
    finds: [["ROUND_TOTAL_WRONG", "round 1"]],
  },
  {
    when: "a part that never was takes an account's place, published as if it were erased",
    afterwards: round({ parts: (rows) => rows.slice(0, -1), ghost: FALSE, terms: () => ({ root: FALSE }) }),
    finds: [
      ["ERASURE_UNFOUNDED", roundFilePath(1)],
      ["ROUND_WEIGHT_WRONG", `round 1 account ${CAR.account}`],
    ],
  },
  {
    when: "a round shares by less than the weights that stand beside an erased part",
    means: "transaction",
    by: "treasurer",
    afterwards: async (run, producer) => {
      await holdRound(run, producer, settledWeights(run), {
        erased: THIRD.account,
        terms: () => ({ totalWeight: 1n }),
      });
      await run.erase(THIRD.account);
      return undefined;
    },
    finds: [["ROUND_TOTAL_WRONG", "round 1"]],
  },
  {
    when: "a part is claimed by somebody who does not stand for its account",
    means: "storage",
    by: "who makes the blocks",
    afterwards: async (run, producer) => {
      const held = await holdRound(run, producer, settledWeights(run));
      await producer.fund(STRANGE);
      await producer.whileReplaced("accountMoves", STANDS_FOR_ALL, () => claimPart(producer, held, 2, STRANGE));
      return undefined;
    },
    finds: [["ROUND_CLAIM_WRONG", `round 1 account ${CAR.account}`]],
  },
]);

function at<R>(rows: readonly R[], index: number): R {
  return rows[index] as R;
}
