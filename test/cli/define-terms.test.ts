import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readHistory } from "../../src/chain/read/events.ts";
import { readItems } from "../../src/chain/read/orders.ts";
import { KEY_NAMES, type ProgrammeKeys } from "../../src/cli/keys.ts";
import { defineStartingTerms } from "../../src/cli/up/define-terms.ts";
import { LISTED_ITEMS, STARTING_MILESTONES } from "../../src/cli/up/starting-terms.ts";
import { STARTING_TASKS, startingTask } from "../../src/operator/index.ts";
import { contentHash, DAY_S, type Hex } from "../../src/protocol/index.ts";
import { keyOf } from "../relayer/support/keys.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";

const KEYS = {
  ...(Object.fromEntries(KEY_NAMES.map((name) => [name, keyOf(name)])) as Record<(typeof KEY_NAMES)[number], Hex>),
  fleet: "test",
} satisfies ProgrammeKeys;

let programme: TestProgramme;
before(async () => {
  programme = await startProgramme();
});
after(() => programme.stop());

async function defined() {
  const { client, deployment } = programme;
  const head = Number(await client.getBlockNumber());
  const tasks = await readHistory(client, deployment, "taskBook", head);
  const milestones = await readHistory(client, deployment, "milestones", head);
  return {
    tasks: tasks.flatMap(({ name, args }) => (name === "TaskDefined" ? [args.terms] : [])),
    milestones: milestones.flatMap(({ name, args }) => (name === "MilestoneDefined" ? [args.contentHash] : [])),
    items: await readItems(client, deployment),
  };
}

test("given a start that was broken off, the next one adds what is missing, and the one after that nothing", async () => {
  await programme.moveTo(GENESIS + 60);
  const [, , third] = STARTING_TASKS;
  assert.ok(third);
  const { crystals, perDay, fromDay, untilDay } = startingTask(third, 1);
  const terms = { crystals, perDay, fromDay, untilDay, contentHash: contentHash(startingTask(third, 1)) };
  await programme.writer("rules").call("taskBook", "defineTask", [terms]);
  const second = contentHash(STARTING_MILESTONES[1] as (typeof STARTING_MILESTONES)[number]);
  await programme.writer("rules").call("milestones", "defineMilestone", [second]);

  // Days later the tasks that are missing begin later than the one that was defined in time.
  await programme.moveTo(GENESIS + 3 * DAY_S);
  const documents = await defineStartingTerms({ ...programme, keys: KEYS });
  const after = await defined();
  assert.deepEqual(
    after.tasks.map((task) => task.fromDay),
    [1, 4, 4, 4, 4],
  );
  const onChain = [...after.tasks.map((task) => task.contentHash), ...after.milestones];
  const told = documents.filter(({ type }) => type !== "cairn.item/1").map((document) => contentHash(document));
  assert.deepEqual(new Set(onChain), new Set(told));
  assert.equal(after.milestones.indexOf(second), 0);
  assert.deepEqual(
    after.items.map(({ sku, milestone }) => [sku, milestone]),
    LISTED_ITEMS.map(({ text }, i) => [text.sku, 2 - i]),
  );

  const block = await programme.client.getBlockNumber();
  assert.deepEqual(await defineStartingTerms({ ...programme, keys: KEYS }), documents);
  assert.equal(await programme.client.getBlockNumber(), block);
});
