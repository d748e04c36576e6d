import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { DAY_S, type RoundRow, signingDomain, typedDigest, type VoteRow } from "../../src/protocol/codec/index.ts";
import { describeCorruptions } from "../support/corruption.ts";
import { CARS, STRANGER, VISITOR } from "../support/dishonest-cast.ts";
import type { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";
import { exchangePrizes, openSeason } from "../support/dishonest-season.ts";
import {
  holdPoll,
  holdRound,
  type PollScheme,
  type RoundScheme,
  settledWeights,
  voteReceipt,
} from "../support/dishonest-services.ts";

const [CAR, SECOND, THIRD] = CARS;
const FALSE: Hex = `0x${"12".repeat(32)}`;

const poll = (scheme: PollScheme) => async (run: Run, producer: DishonestProducer) =>
  void (await holdPoll(run, producer, scheme));
const lastVote = (change: object, weighting = 0): PollScheme => ({
  weighting,
  votes: (rows) => rows.with(2, { ...at(rows, 2), ...change }),
});

describeCorruptions("a poll", [
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
    afterwards: poll({ result: () => ({ root: FALSE }) }),
    finds: [["POLL_ROOT_WRONG", "poll 1"]],
  },
  {
    when: "a result has another tally than its votes",
    afterwards: poll({ weighting: 1, result: ({ tallies }) => ({ tallies: tallies.with(1, 7n) }) }),
    finds: [["POLL_TALLY_WRONG", "poll 1 option 1"]],
  },
  {
    when: "a result has more voters than votes",
    afterwards: poll({ weighting: 1, result: ({ voters }) => ({ voters: voters + 1 }) }),
    finds: [["POLL_TALLY_WRONG", "poll 1 voters"]],
  },
  {
    when: "a result names the digest of another file",
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
    afterwards: async (run, producer) => {
      const votes = await holdPoll(run, producer);
      const receipt = await voteReceipt(producer, at(votes, 0), STRANGER);
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["VOTE_RECEIPT_INVALID", /^vote 0x/]],
  },
]);

const round = (scheme: RoundScheme) => async (run: Run, producer: DishonestProducer) =>
  void (await holdRound(run, producer, settledWeights(run), scheme));

describeCorruptions("a benefit round", [
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
    afterwards: round({ terms: () => ({ root: FALSE }) }),
    finds: [["ROUND_ROOT_WRONG", "round 1"]],
  },
  {
    when: "a round shares by less than all weights",
    afterwards: round({ terms: ({ totalWeight }) => ({ totalWeight: totalWeight - 1n }) }),
    finds: [["ROUND_TOTAL_WRONG", "round 1"]],
  },
]);

describeCorruptions("a text", [
  {
    when: "a round shares less than its text says",
    afterwards: async (run, producer) => {
      let text: object = {};
      await holdRound(run, producer, settledWeights(run), {
        text: ({ amount, ...terms }) => {
          text = { type: "cairn.round/1", ...terms, amount: `${amount + 1n}` };
          return text;
        },
      });
      return { documentsDir: await run.writeDocuments({ text }) };
    },
    finds: [["DOCUMENT_BROKEN", "round 1"]],
  },
  {
    when: "a poll closes earlier than its text says",
    afterwards: async (run, producer) => {
      let text: object = {};
      await holdPoll(run, producer, {
        text: ({ closesAt, ...terms }) => {
          text = { type: "cairn.poll/1", ...terms, options: ["A", "B"], weighting: "account", closesAt: closesAt + 60 };
          return text;
        },
      });
      return { documentsDir: await run.writeDocuments({ text }) };
    },
    finds: [["DOCUMENT_BROKEN", "poll 1"]],
  },
]);

describeCorruptions("a season", [
  {
    when: "the prizes of a season are others than were fixed",
    afterwards: async (_, producer) => {
      await openSeason(producer);
      await exchangePrizes(producer);
      return undefined;
    },
    finds: [["STATE_DIFFERS", "season 1"]],
  },
]);

/** Excludes the first car's owner on day 0 for day 1. */
const exclude = (ignored: boolean) => async (day: number, _: DishonestProducer, run: Run) => {
  if (day === 0) await run.exclude(CAR.account, { from: 1, until: 2 }, ignored);
};

describeCorruptions("an exclusion", [
  {
    when: "metres of an excluded account are counted",
    meanwhile: exclude(true),
    finds: [192, 204, 216].map((drop) => ["EXCLUSION_IGNORED", `drop ${drop} index 0`] as const),
  },
  {
    when: "metres are not counted although the exclusion lapsed",
    meanwhile: async (day, producer, run) => {
      await exclude(false)(day, producer, run);
      const appeal = { account: CAR.account, exclusion: 1, statementHash: FALSE, deadline: 0 };
      if (day === 0) await producer.send(CAR.account, "exclusions", "appealExclusion", [appeal]);
    },
    finds: [192, 204, 216].map((drop) => ["DROP_COUNT_WRONG", `drop ${drop} index 0`] as const),
  },
  {
    when: "metres are not counted although the arbiter decided for the owner",
    meanwhile: async (day, producer, run) => {
      await exclude(false)(day, producer, run);
      if (day !== 0) return;
      const appeal = { account: CAR.account, exclusion: 1, statementHash: FALSE, deadline: 0 };
      await producer.send(CAR.account, "exclusions", "appealExclusion", [appeal]);
      await producer.send("arbiter", "exclusions", "decideAppeal", [CAR.account, 1, false]);
    },
    finds: [192, 204, 216].map((drop) => ["DROP_COUNT_WRONG", `drop ${drop} index 0`] as const),
  },
]);

/** An order of the first car that is fulfilled with the digest of an entitlement, which may be told of something else. */
async function deliver(run: Run, producer: DishonestProducer, told: object, evidence?: Hex) {
  await run.credit(2);
  const intent = { account: CAR.account, item: 1, vehicle: CAR.vehicle, maxPrice: 10n ** 9n, nonce: 1n, deadline: 0 };
  await producer.send(CAR.account, "redemptionDesk", "placeOrder", [intent]);
  const order = typedDigest(signingDomain(producer.deployment, "OrderIntent"), "OrderIntent", intent);
  const entitlement = { order, vehicle: CAR.vehicle, sku: `0x${"77".repeat(32)}`, issuedAt: 3 * DAY_S, ...told };
  const digest = typedDigest(signingDomain(producer.deployment, "Entitlement"), "Entitlement", entitlement);
  await producer.send("operator", "redemptionDesk", "fulfilOrder", [order, evidence ?? digest]);
  return { documentsDir: await run.writeDocuments({ entitlement: { entitlement, signature: "0x" } }) };
}

describeCorruptions("a delivery", [
  {
    when: "an entitlement is for another vehicle than its order",
    afterwards: (run, producer) => deliver(run, producer, { vehicle: SECOND.vehicle }),
    finds: [["DELIVERY_WRONG", /^order 0x/]],
  },
  {
    when: "an entitlement is for another item than its order",
    afterwards: (run, producer) => deliver(run, producer, { sku: FALSE }),
    finds: [["DELIVERY_WRONG", /^order 0x/]],
  },
  {
    when: "an order is fulfilled with another hash than its entitlement's",
    afterwards: (run, producer) => deliver(run, producer, {}, FALSE),
    finds: [["DELIVERY_UNNAMED", /^order 0x/]],
  },
]);

function at<R>(rows: readonly R[], index: number): R {
  return rows[index] as R;
}
