import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { HistoryPlayer, histories } from "./support/histories.ts";
import { startProgramme } from "./support/programme.ts";
import { temporaryStore } from "./support/stores.ts";

describe("on which days an account is excluded", () => {
  test("given any history, the rule over its events says what the contract says, and of days that came never another thing", async (context) => {
    const programme = await startProgramme({ rules: { objectionS: 172_800, noticeS: 86_400 } });
    context.after(() => programme.stop());
    const { store } = await temporaryStore(context);
    const player = new HistoryPlayer(programme, store);
    await fc.assert(
      fc.asyncProperty(histories, (history) => player.play(history)),
      // Time goes on from one history to the next, so a failing one cannot be made smaller.
      { numRuns: 40, seed: 12, endOnFailure: true },
    );
    const happened = ["ExclusionAppealed", "ExclusionFollowed", "ExclusionLifted", "ExclusionUpheld", "lapsed"];
    assert.deepEqual([...player.seen].sort(), happened);
  });
});
