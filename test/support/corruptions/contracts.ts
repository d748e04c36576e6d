import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { CARS } from "../dishonest-cast.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR] = CARS;
/** An account that never drove. */
const STRANGE: Hex = `0x${"ff".repeat(20)}`;
/** Code that answers every call with 1. */
const ALWAYS_ONE: Hex = "0x600160005260206000f3";

/** What can be false about what stands at a contract's address. */
export const CODE = corruptionsOf("a contract's code", { means: "storage", by: "who makes the blocks" }, [
  {
    when: "a verifier of owners' signatures takes every one",
    afterwards: async (_, producer) => void (await producer.replaceCode("p256Verifier", ALWAYS_ONE)),
    finds: [["DEPLOYMENT_MISMATCH", "code of p256Verifier"]],
  },
]);

/** What can be false about what contracts do to each other. */
export const CONTRACTS = corruptionsOf(
  "what contracts do to each other",
  { means: "transaction", by: "a contract that is wrong" },
  [
    {
      when: "the ledger gives a prize without a box",
      afterwards: async (_, producer) => {
        const box = producer.deployment.contracts.mineBox;
        await producer.fund(box);
        await producer.send(box, "stoneLedger", "issuePrize", [CAR.account, 7n]);
        return undefined;
      },
      finds: [
        ["CREDIT_SUM_WRONG", `account ${CAR.account}`],
        ["STATE_DIFFERS", `account ${CAR.account}`],
        ["STATE_DIFFERS", "issuedDrawn"],
        ["STATE_DIFFERS", "issuedMined"],
      ],
    },
    {
      when: "the desk gives a voucher without a box",
      afterwards: async (_, producer) => {
        const box = producer.deployment.contracts.mineBox;
        await producer.fund(box);
        await producer.send(box, "redemptionDesk", "grantVouchers", [CAR.account, 1, 2]);
        return undefined;
      },
      finds: [["PRIZE_WRONG", `account ${CAR.account}`]],
    },
    {
      when: "stones move although their account does not",
      afterwards: async (run, producer) => {
        await run.credit(2);
        const moves = producer.deployment.contracts.accountMoves;
        await producer.fund(moves);
        await producer.send(moves, "stoneLedger", "moveStones", [CAR.account, STRANGE]);
        return undefined;
      },
      finds: [
        ["MOVE_TRANSFER_WRONG", `account ${CAR.account}`],
        ["STATE_DIFFERS", `account ${CAR.account}`],
      ],
    },
  ],
);
