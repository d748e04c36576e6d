import { readHistory } from "../../chain/read/events.ts";
import { dayStart } from "../../protocol/index.ts";
import { formatCount, formatTable } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import { readDocument } from "./documents.ts";
import type { Shown, Subject } from "./subject.ts";
import { dayOption, file, numbered } from "./takes.ts";

/** `cairn operator tasks`. */
export function taskCommands(subject: Subject): void {
  subject
    .below("tasks", "what can be done for crystals")
    .shows({ name: "list", description: "all tasks", run: list })
    .acts<[string]>({
      name: "define",
      description: "define the task of a document",
      takes: [file("the task's document, JSON")],
      run: (desk, [path]) => define(desk, path),
    })
    .acts<[number], { untilDay: number }>({
      name: "end",
      description: "end a task, with notice once it has begun",
      takes: [numbered("task", "number of the task")],
      options: [dayOption("--until-day", "first day on which it is not awarded any more").makeOptionMandatory()],
      run: (desk, [task], { untilDay }) => end(desk, task, untilDay),
    });
}

async function readTasks({ client, deployment, head }: Desk) {
  const events = await readHistory(client, deployment, "taskBook", head.number);
  const ends = new Map(events.flatMap(({ name, args }) => (name === "TaskEnded" ? [[args.task, args.untilDay]] : [])));
  return events.flatMap(({ name, args }) => {
    if (name !== "TaskDefined") return [];
    const { task, terms } = args;
    return [{ task, ...terms, untilDay: ends.get(task) ?? terms.untilDay }];
  });
}

async function list(desk: Desk): Promise<Shown> {
  const tasks = await readTasks(desk);
  const rows = tasks.map(({ task, crystals, perDay, fromDay, untilDay, contentHash }) => [
    String(task),
    formatCount(crystals),
    String(perDay),
    String(fromDay),
    untilDay === 0 ? "–" : String(untilDay),
    contentHash,
  ]);
  const text = formatTable(["task", "crystals", "a day", "from day", "until day", "document"], rows);
  return { data: { today: desk.today, tasks }, text: tasks.length === 0 ? "No tasks." : text };
}

async function define(desk: Desk, path: string): Promise<Act[]> {
  const { document, contentHash } = await readDocument(path, "cairn.task/1");
  const { crystals, perDay, fromDay, untilDay } = document;
  const known = await readTasks(desk);
  if (known.some((task) => task.contentHash === contentHash)) return [];
  return [
    actOn(desk, "taskBook", "defineTask", [{ crystals, perDay, fromDay, untilDay, contentHash }], {
      title: `Define task ${known.length + 1}: ${document.title.en}`,
      facts: [
        ["crystals", `${formatCount(crystals)}, at most ${perDay} times a day and account`],
        ["days", `from ${fromDay} ${untilDay === 0 ? "on" : `until ${untilDay}`}; today is day ${desk.today}`],
        ["all tasks", `at most ${formatCount(desk.rules.maxCrystalsPerDay)} crystals a day`],
        ["document", contentHash],
      ],
      holds: { from: dayStart(desk.deployment.genesis, fromDay), why: `day ${fromDay}; its terms never change` },
    }),
  ];
}

function end(desk: Desk, task: number, untilDay: number): Act[] {
  return [
    actOn(desk, "taskBook", "endTask", [task, untilDay], {
      title: `End task ${task} before day ${untilDay}`,
      facts: [["notice", `${formatDuration(desk.rules.noticeS)}, if it has begun`]],
      holds: { from: dayStart(desk.deployment.genesis, untilDay), why: `day ${untilDay}` },
    }),
  ];
}
