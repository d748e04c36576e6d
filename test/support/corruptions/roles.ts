import { toFunctionSelector } from "viem";
import { contentHash, DAY_S, DROPS_PER_DAY, dropFilePath, hashStonesLeaf } from "../../../src/protocol/codec/index.ts";
import { ROLES as ROLE_NUMBERS } from "../../../src/protocol/codec/roles.ts";
import { MerkleTree } from "../../../src/protocol/tree.ts";
import type { DayBook } from "../dishonest-books.ts";
import { CARS, DAYS, RECEIPT_SIGNER, ROLES, STRANGER } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Run } from "../dishonest-run.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR, SECOND, THIRD] = CARS;
const AFTER_LAST_DAY = dropFilePath(DAYS * DROPS_PER_DAY);
/** Nobody drives that far in a day here. */
const FAR = { rule: { kind: "metres", metres: 25_000, withinDays: 1 } };
/** Everybody drives that far. */
const NEAR = { rule: { kind: "metres", metres: 10_000, withinDays: 1 } };
const THREE_DAYS = { rule: { kind: "days", days: 3 } };

/** Defines a milestone and hands its document in. */
async function define(run: Run, producer: DishonestProducer, document: { rule: { kind: string } }) {
  await producer.send("rules", "milestones", "defineMilestone", [contentHash(document)]);
  return { documentsDir: await run.writeDocuments({ document }) };
}

/** A tree in which the first account's leaf has more crystals than it was awarded. */
function rich({ leaves }: DayBook) {
  const first = leaves[0] as DayBook["leaves"][number];
  const leaf = { ...first, crystals: first.crystals + 1n };
  return { leaf, tree: new MerkleTree([leaf, ...leaves.slice(1)].map(hashStonesLeaf)) };
}

/** What a role does by its own key, or leaves undone. */
export const ROLES_ABUSED = corruptionsOf("what a role does", { means: "transaction", by: "attester" }, [
  {
    when: "a milestone is attested that was not reached",
    afterwards: async (run, producer) => {
      const documents = await define(run, producer, FAR);
      await producer.send("attester", "milestones", "attestMilestone", [1, [CAR.account]]);
      return documents;
    },
    finds: [["MILESTONE_UNEARNED", `milestone 1 account ${CAR.account}`]],
  },
  {
    when: "a milestone is attested that was not reached, and somebody else is erased",
    afterwards: async (run, producer) => {
      const documents = await define(run, producer, FAR);
      await producer.send("attester", "milestones", "attestMilestone", [1, [CAR.account]]);
      await run.erase(SECOND.account);
      return documents;
    },
    finds: [["MILESTONE_UNEARNED", `milestone 1 account ${CAR.account}`]],
  },
  {
    when: "metres of a milestone are not attested for weeks, and somebody else is erased",
    afterwards: async (run, producer) => {
      const documents = await define(run, producer, NEAR);
      await producer.moveTo((await producer.now()).time + 20 * DAY_S);
      await run.erase(SECOND.account);
      return documents;
    },
    finds: [CAR, THIRD].map(({ account }) => ["MILESTONE_WITHHELD", `milestone 1 account ${account}`] as const),
  },
  {
    when: "more crystals are credited than awards gave, by a leaf that no file has, and somebody else is erased",
    by: "relayer",
    scheme: () => ({ settle: (book) => (book.day === 2 ? { stonesRoot: rich(book).tree.root } : {}) }),
    afterwards: async (run, producer) => {
      const { tree, leaf } = rich(run.days[2] as DayBook);
      await run.moveToCreditable(2);
      await producer.send("relayer", "mineBox", "creditCrystals", [2n, leaf, tree.proof(0)]);
      await run.erase(THIRD.account);
      return undefined;
    },
    finds: [["CRYSTALS_CREDIT_WRONG", `account ${SECOND.account}`]],
  },
  {
    when: "a milestone that was reached is not attested for weeks",
    afterwards: async (run, producer) => {
      const documents = await define(run, producer, THREE_DAYS);
      await producer.moveTo((await producer.now()).time + 20 * DAY_S);
      return documents;
    },
    finds: CARS.map(({ account }) => ["MILESTONE_WITHHELD", `milestone 1 account ${account}`] as const),
  },
  {
    when: "a poll that closed gets no result",
    by: "curator",
    afterwards: async (_, producer) => {
      const { time } = await producer.now();
      const terms = { options: 2, weighting: 0, snapshotDay: 0, opensAt: time + 60, closesAt: time + 120 };
      await producer.send("curator", "polls", "openPoll", [{ contentHash: contentHash(terms), ...terms }]);
      await producer.moveTo(time + 15 * DAY_S);
      return undefined;
    },
    finds: [["POLL_RESULT_MISSING", "poll 1"]],
  },
  {
    when: "the admin gives itself the relayer's role and anchors what stands for nothing",
    by: "admin",
    afterwards: async (run, producer) => {
      await producer.asAdmin("accessManager", "grantRole", [ROLE_NUMBERS.relayer, ROLES.admin, 0]);
      await run.anchorRubbish(DAYS, { role: "admin", call: "anchorDrops" });
      return undefined;
    },
    finds: [
      ["ROLE_KEY_SHARED", `account ${ROLES.admin}`],
      ["FILE_MISSING", AFTER_LAST_DAY],
    ],
  },
  {
    when: "the admin gives a role to a key that signs receipts",
    by: "admin",
    afterwards: async (_, producer) => {
      await producer.asAdmin("accessManager", "grantRole", [ROLE_NUMBERS.arbiter, RECEIPT_SIGNER.address, 0]);
      return undefined;
    },
    finds: [["ROLE_KEY_SHARED", `account ${RECEIPT_SIGNER.address.toLowerCase()}`]],
  },
  {
    when: "the admin appoints another one that acts at once",
    by: "admin",
    afterwards: async (_, producer) => {
      await producer.asAdmin("accessManager", "grantRole", [ROLE_NUMBERS.admin, STRANGER.address, 0]);
      return undefined;
    },
    finds: [["ROLE_DELAY_WRONG", `account ${STRANGER.address.toLowerCase()}`]],
  },
  {
    when: "the admin lets the relayer veto days, and the guardian not",
    by: "admin",
    afterwards: async (_, producer) => {
      const { stoneLedger } = producer.deployment.contracts;
      const veto = toFunctionSelector("vetoDay(uint256)");
      const args = [stoneLedger, [veto], ROLE_NUMBERS.relayer];
      await producer.asAdmin("accessManager", "setTargetFunctionRole", args);
      return undefined;
    },
    finds: [["ROLE_POWERS_CHANGED", /^contract 0x/]],
  },
  {
    when: "the standby anchors what stands for nothing",
    by: "standby",
    afterwards: async (run) => {
      await run.anchorRubbish(DAYS, { role: "standby", call: "anchorDropsAsStandby", daysLate: 30 });
      return undefined;
    },
    finds: [["FILE_MISSING", AFTER_LAST_DAY]],
  },
]);
