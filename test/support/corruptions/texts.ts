import { holdPoll, holdRound, settledWeights } from "../dishonest-services.ts";
import { corruptionsOf } from "./corruption.ts";

/** What can be false about a text. */
export const TEXTS = corruptionsOf("a text", { means: "transaction", by: "curator" }, [
  {
    when: "a round shares less than its text says",
    by: "treasurer",
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
