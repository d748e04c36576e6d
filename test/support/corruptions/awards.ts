import { awardFilePath, DAY_S, DROPS_PER_DAY, type Hex, ZERO_HASH } from "../../../src/protocol/codec/index.ts";
import type { DropBook, PlannedAward } from "../dishonest-books.ts";
import { CARS, HOUR_S, MIDNIGHT, STRANGER, TASK_SIGNER, VISITOR } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import { removeFile } from "../tampering.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR, SECOND, THIRD] = CARS;
/** On day 1: the drop of everybody's sign-in, and those of the two awards for feedback, the first beside readings. */
const [SIGN_IN, FEEDBACK, LATER] = [186, 192, 198];
const DAY_1 = MIDNIGHT + DAY_S;

/** The scheme in which one more award is made; where it is put may be another drop than its own. */
function oneMore(
  facts: Partial<PlannedAward["award"]> & { awardedAt: number },
  so: { drop?: number; signer?: typeof STRANGER } = {},
) {
  return (producer: DishonestProducer) => ({
    awards: async (planned: PlannedAward[]) => [
      ...planned,
      await producer.plannedAward({ account: VISITOR, task: 2, ...facts }, so),
    ],
  });
}

/** What can be false about an award. */
export const AWARDS = corruptionsOf("an award", { means: "books", by: "relayer" }, [
  {
    when: "an award is signed by a stranger",
    scheme: oneMore({ awardedAt: DAY_1 + 10 * HOUR_S }, { signer: STRANGER }),
    finds: [["AWARD_SIGNATURE_INVALID", "award drop 204 index 0"]],
  },
  {
    when: "an award's signature is in its other form",
    scheme: () => ({
      awards: (planned) => planned.map((one, at) => (at === 0 ? { ...one, signature: otherForm(one.signature) } : one)),
    }),
    finds: [["AWARD_SIGNATURE_INVALID", /^award drop 186 index/]],
  },
  {
    when: "awards are signed by a key that held until half an hour before",
    means: "transaction",
    by: "rules",
    meanwhile: async (day, producer) => {
      if (day !== 1) return;
      const until = DAY_1 + DAY_S + 8 * HOUR_S + HOUR_S / 2;
      await producer.send("rules", "taskBook", "setTaskKey", [TASK_SIGNER.address, MIDNIGHT, until]);
    },
    finds: [0, 1, 2].map((index) => ["AWARD_SIGNATURE_INVALID", `award drop ${LATER + DROPS_PER_DAY} index ${index}`]),
  },
  {
    when: "an award is of a task that nobody defined",
    scheme: oneMore({ awardedAt: DAY_1 + 10 * HOUR_S, task: 9, crystals: 7 }),
    finds: [["AWARD_TASK_CLOSED", "award drop 204 index 0"]],
  },
  {
    when: "an award is made on a day before its task begins",
    scheme: oneMore({ awardedAt: MIDNIGHT + 10 * HOUR_S }),
    finds: [["AWARD_TASK_CLOSED", "award drop 60 index 0"]],
  },
  {
    when: "an award gives more crystals than its task",
    scheme: oneMore({ awardedAt: DAY_1 + 10 * HOUR_S, crystals: 6 }),
    finds: [["AWARD_CRYSTALS_WRONG", "award drop 204 index 0"]],
  },
  {
    when: "the same occurrence is awarded twice",
    scheme: (producer) => ({
      awards: async (planned) =>
        [
          ...planned,
          await producer.plannedAward({
            account: CAR.account,
            task: 2,
            awardedAt: DAY_1 + DAY_S + 10 * HOUR_S,
            occurrence: planned.find(({ award }) => award.account === CAR.account && award.task === 2)?.award
              .occurrence as Hex,
          }),
        ].filter(({ drop, award }) => !(drop === LATER + DROPS_PER_DAY && award.account === CAR.account)),
    }),
    finds: [["AWARD_DOUBLED", "award drop 348 index 0"]],
  },
  {
    when: "a task is awarded more often on one day than it allows",
    scheme: oneMore({ awardedAt: DAY_1 + 10 * HOUR_S, account: CAR.account }),
    finds: [["AWARD_LIMIT_PASSED", "award drop 204 index 0"]],
  },
  {
    when: "an award stands in a drop before it is made",
    scheme: oneMore({ awardedAt: DAY_1 + 10 * HOUR_S }, { drop: 202 }),
    finds: [["AWARD_FROM_FUTURE", "award drop 202 index 0"]],
  },
  {
    when: "an award is too old",
    scheme: oneMore({ awardedAt: DAY_1 + 10 * HOUR_S }, { drop: 204 + DROPS_PER_DAY + 1 }),
    finds: [["AWARD_TOO_OLD", "award drop 349 index 0"]],
  },
  {
    when: "a drop's awards are not in order",
    scheme: () => ({ awardOrder: (planned) => (planned[0]?.drop === FEEDBACK ? planned.toReversed() : planned) }),
    finds: [
      ["AWARD_ORDER_WRONG", `award drop ${FEEDBACK} index 1`],
      ["AWARD_ORDER_WRONG", `award drop ${FEEDBACK} index 2`],
    ],
  },
  {
    when: "an account's running total of crystals jumps",
    scheme: () => ({
      awardRow: (row) =>
        row.drop === LATER && row.index === 0 ? { ...row, accountCrystalsAfter: row.accountCrystalsAfter + 1n } : row,
    }),
    finds: [["AWARD_RUNNING_TOTAL_WRONG", `award drop ${LATER} index 0`]],
  },
  {
    when: "an award points past the account's last one",
    scheme: () => ({
      awardRow: (row) => (row.drop === LATER && row.index === 1 ? { ...row, prevAwardLeaf: ZERO_HASH } : row),
    }),
    finds: [["AWARD_CHAIN_WRONG", `award drop ${LATER} index 1`]],
  },
  {
    when: "an award is left out of the day",
    scheme: () => ({
      dayRow: (row) => (row.day === 1 && row.account === SECOND.account ? { ...row, crystals: 10n } : row),
    }),
    finds: [["DAY_CRYSTALS_WRONG", `day 1 account ${SECOND.account}`]],
  },
  {
    when: "a day's row points to an older award",
    scheme: () => ({
      dayRow: (row) => (row.day === 2 && row.account === THIRD.account ? { ...row, headAward: ZERO_HASH } : row),
    }),
    finds: [["DAY_AWARD_HEAD_WRONG", `day 2 account ${THIRD.account}`]],
  },
  {
    when: "an account with awards alone is left out of a day",
    scheme: () => ({
      dayAccounts: (day, accounts) => (day === 1 ? accounts.filter((account) => account !== VISITOR) : accounts),
    }),
    finds: [["DAY_ACCOUNT_MISSING", `day 1 account ${VISITOR}`]],
  },
  {
    when: "an award is left out of a published file",
    means: "files",
    afterwards: async (run) => {
      const { awards } = run.drops[SIGN_IN] as DropBook;
      await run.publisher.publish("award", awardFilePath(SIGN_IN), awards.slice(0, -1));
      return undefined;
    },
    finds: [
      ["ANCHOR_DIGEST_WRONG", "drops 144 to 287"],
      ["DROP_ROOT_WRONG", `drop ${SIGN_IN}`],
    ],
  },
  {
    when: "the awards of a drop are not published at all",
    means: "files",
    afterwards: async (run) => void (await removeFile(run.filesDir, awardFilePath(SIGN_IN), { unname: false })),
    finds: [["FILE_MISSING", awardFilePath(SIGN_IN)]],
  },
]);

/** The same signature with s in the high half, which recovers the same signer. */
function otherForm(signature: Hex): Hex {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = 55 - Number.parseInt(signature.slice(130), 16);
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v.toString(16)}` as Hex;
}
