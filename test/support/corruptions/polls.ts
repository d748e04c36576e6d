import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { pollFilePath, type VoteRow } from "../../../src/protocol/codec/index.ts";
import { CARS, STRANGER, VISITOR } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Run } from "../dishonest-run.ts";
import { holdPoll, type PollScheme, voteReceipt } from "../dishonest-services.ts";
import { corruptionsOf } from "./corruption.ts";

const [, , THIRD] = CARS;
const FALSE: Hex = `0x${"12".repeat(32)}`;

const poll = (scheme: PollScheme) => async (run: Run, producer: DishonestProducer) =>
  void (await holdPoll(run, producer, scheme));
const lastVote = (change: object, weighting = 0): PollScheme => ({
  weighting,
  votes: (rows) => rows.with(2, { ...at(rows, 2), ...change }),
});

/** What can be false about a poll. */
export const POLLS = corruptionsOf("a poll", { means: "books", by: "operator" }, [
  {
    when: "a vote of somebody without a vehicle is counted",
    afterwards: poll(lastVote({ account: VISITOR })),
    finds: [["VOTE_NOT_ELIGIBLE", "poll 1 index 2"]],
  },
  {
    when: "a vote weighs twice and another nothing, where all weigh the same",
    afterwards: poll({
      votes: (rows) => [{ ...at(rows, 0), weight: 2n }, { ...at(rows, 1), weight: 0n }, at(rows, 2)],
    }),
    finds: [
      ["VOTE_WEIGHT_WRONG", "poll 1 index 0"],
      ["VOTE_WEIGHT_WRONG", "poll 1 index 1"],
    ],
  },
  {
    when: "a vote weighs less than its account's stones",
    afterwards: poll(lastVote({ weight: 5n }, 1)),
    finds: [["VOTE_WEIGHT_WRONG", "poll 1 index 2"]],
  },
  {
    when: "an account without stones votes by stones",
    afterwards: poll(lastVote({ account: VISITOR }, 1)),
    finds: [["VOTE_NOT_ELIGIBLE", "poll 1 index 2"]],
  },
  {
    when: "an account votes twice",
    afterwards: poll(lastVote({ account: THIRD.account })),
    finds: [["VOTE_DOUBLED", "poll 1 index 2"]],
  },
  {
    when: "a vote was cast when the poll had closed",
    afterwards: poll({ votes: (rows, { closesAt }) => rows.with(2, { ...at(rows, 2), castAt: closesAt }) }),
    finds: [["VOTE_OUT_OF_TIME", "poll 1 index 2"]],
  },
  {
    when: "a vote is for an option that there is not",
    afterwards: poll(lastVote({ option: 2 }, 1)),
    finds: [["VOTE_OPTION_UNKNOWN", "poll 1 index 2"]],
  },
  {
    when: "an index is left out",
    afterwards: poll({ votes: (rows) => rows.with(2, { ...at(rows, 2), index: 3 }) }),
    finds: [["VOTE_ORDER_WRONG", "poll 1 index 2"]],
  },
  {
    when: "votes are not in order",
    afterwards: poll({
      votes: (rows) => [rows[1], rows[0], rows[2]].map((row, index) => ({ ...at([row], 0), index }) as VoteRow),
    }),
    finds: [["VOTE_ORDER_WRONG", "poll 1 index 1"]],
  },
  {
    when: "a result has another root than its votes",
    means: "transaction",
    by: "curator",
    afterwards: poll({ result: () => ({ root: FALSE }) }),
    finds: [["POLL_ROOT_WRONG", "poll 1"]],
  },
  {
    when: "a result has another tally than its votes",
    means: "transaction",
    by: "curator",
    afterwards: poll({ weighting: 1, result: ({ tallies }) => ({ tallies: tallies.with(1, 7n) }) }),
    finds: [["POLL_TALLY_WRONG", "poll 1 option 1"]],
  },
  {
    when: "a result has more voters than votes",
    means: "transaction",
    by: "curator",
    afterwards: poll({ weighting: 1, result: ({ voters }) => ({ voters: voters + 1 }) }),
    finds: [["POLL_TALLY_WRONG", "poll 1 voters"]],
  },
  {
    when: "a vote is left out and a result changed behind one that never was, published as if it were erased",
    means: "books",
    by: "operator",
    afterwards: poll({
      weighting: 1,
      votes: (rows) => rows.slice(0, -1),
      ghost: FALSE,
      result: ({ tallies }) => ({ root: FALSE, tallies: tallies.with(1, at(tallies, 1) + 7n) }),
    }),
    finds: [["ERASURE_UNFOUNDED", pollFilePath(1)]],
  },
  {
    when: "a vote that never was stands where all weigh the same, published as if it were erased",
    means: "books",
    by: "operator",
    afterwards: poll({ ghost: FALSE, result: ({ tallies }) => ({ root: FALSE, tallies: tallies.with(1, 2n) }) }),
    finds: [["ERASURE_UNFOUNDED", pollFilePath(1)]],
  },
  {
    when: "a result has a smaller tally than the votes that stand beside an erased one",
    means: "transaction",
    by: "curator",
    afterwards: async (run, producer) => {
      await holdPoll(run, producer, { erased: THIRD.account, result: () => ({ tallies: [1n, 2n] }) });
      await run.erase(THIRD.account);
      return undefined;
    },
    finds: [["POLL_TALLY_WRONG", "poll 1 option 0"]],
  },
  {
    when: "an erased vote weighs more than all stones of its day",
    means: "transaction",
    by: "curator",
    afterwards: async (run, producer) => {
      const result = ({ tallies }: { tallies: bigint[] }) => ({
        tallies: tallies.with(1, at(tallies, 1) + 10n ** 18n),
      });
      await holdPoll(run, producer, { weighting: 1, erased: THIRD.account, result });
      await run.erase(THIRD.account);
      return undefined;
    },
    finds: [["POLL_TALLY_WRONG", "poll 1"]],
  },
  {
    when: "a result names the digest of another file",
    means: "transaction",
    by: "curator",
    afterwards: poll({ result: () => ({ dataDigest: FALSE }) }),
    finds: [["POLL_DIGEST_WRONG", "poll 1"]],
  },
  {
    when: "a vote is left out although it was receipted",
    afterwards: async (run, producer) => {
      let left: Parameters<typeof voteReceipt>[1] | undefined;
      await holdPoll(run, producer, {
        votes: (rows) => {
          left = rows.at(-1);
          return rows.slice(0, -1);
        },
      });
      const receipt = await voteReceipt(producer, left as NonNullable<typeof left>);
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["VOTE_RECEIPT_BROKEN", /^vote 0x/]],
  },
  {
    when: "a vote's receipt is signed by a stranger",
    means: "files",
    by: "a stranger",
    afterwards: async (run, producer) => {
      const votes = await holdPoll(run, producer);
      const receipt = await voteReceipt(producer, at(votes, 0), STRANGER);
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["VOTE_RECEIPT_INVALID", /^vote 0x/]],
  },
]);

function at<R>(rows: readonly R[], index: number): R {
  return rows[index] as R;
}
