import type { TaskDocument } from "../../documents/schemas.ts";

/** A task without the days on which it is awarded. */
type TaskTemplate = Omit<TaskDocument, "type" | "fromDay" | "untilDay">;

/** Ids of tasks that the operator's service awards itself, for taking part in co-creation. */
export const SUBMISSION_TASK = "co-creation-submission";
export const VOTE_TASK = "co-creation-vote";

/** The tasks that a programme starts with. */
export const STARTING_TASKS: readonly TaskTemplate[] = [
  {
    id: "daily-sign-in",
    title: { zh: "每日签到", en: "Daily sign-in" },
    description: { zh: "每天在应用中签到一次。", en: "Sign in to the app, once a day." },
    ...{ crystals: 5, perDay: 1, occurrence: "day" },
  },
  {
    id: "trip-feedback",
    title: { zh: "行程反馈", en: "Trip feedback" },
    description: { zh: "对一次行程给出评价。", en: "Say how a trip was." },
    ...{ crystals: 10, perDay: 3, occurrence: "each" },
  },
  {
    id: "function-activation",
    title: { zh: "功能激活", en: "Function activation" },
    description: { zh: "首次使用车辆的一项功能。", en: "Use a function of the car for the first time." },
    ...{ crystals: 30, perDay: 2, occurrence: "each" },
  },
  {
    id: SUBMISSION_TASK,
    title: { zh: "共创投稿", en: "Co-creation: submission" },
    description: { zh: "提交命名、标志或功能的创意。", en: "Hand in an idea for a name, a logo or a function." },
    ...{ crystals: 20, perDay: 3, occurrence: "each" },
  },
  {
    id: VOTE_TASK,
    title: { zh: "共创投票", en: "Co-creation: vote" },
    description: { zh: "在一次投票中投出一票。", en: "Cast a vote in a poll." },
    ...{ crystals: 10, perDay: 10, occurrence: "each" },
  },
];

/**
 * A starting task as the document that is defined on the chain.
 * @param fromDay First programme day on which it is awarded; it must not have begun when the task is defined.
 */
export function startingTask(template: TaskTemplate, fromDay: number): TaskDocument {
  return { type: "cairn.task/1", ...template, fromDay, untilDay: 0 };
}
