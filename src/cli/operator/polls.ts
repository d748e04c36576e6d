import { readHistory } from "../../chain/read/events.ts";
import { dayStart } from "../../protocol/index.ts";
import { formatCount, formatTable, formatTime } from "../output.ts";
import { type Act, actOn } from "./act.ts";
import type { Desk } from "./desk.ts";
import { readDocument } from "./documents.ts";
import type { Shown, Subject } from "./subject.ts";
import { file, numbered } from "./takes.ts";

/** Who has a vote, and how much it weighs: the numbers of the contract. */
const WEIGHTINGS = ["account", "stones"] as const;

/** `cairn operator polls`. Results are counted and published by the operator's service. */
export function pollCommands(subject: Subject): void {
  subject
    .below("polls", "questions to owners")
    .shows({ name: "list", description: "all polls and their results", run: list })
    .acts<[string]>({
      name: "open",
      description: "fix the poll of a document",
      takes: [file("the poll's document, JSON")],
      run: (desk, [path]) => open(desk, path),
    })
    .acts<[number]>({
      name: "veto",
      description: "take a result back before it counts, as guardian",
      takes: [numbered("poll", "number of the poll")],
      run: (desk, [poll]) => [
        actOn(desk, "polls", "vetoResult", [poll], { title: `Take back the result of poll ${poll}` }),
      ],
    });
}

async function readPolls({ client, deployment, head }: Desk) {
  const events = await readHistory(client, deployment, "polls", head.number);
  type Result = { readonly tallies: readonly bigint[]; readonly voters: number; readonly countsFrom: number };
  const results = new Map<number, Result>();
  for (const { name, args } of events) {
    if (name === "ResultPublished") results.set(args.poll, args);
    if (name === "ResultVetoed") results.delete(args.poll);
  }
  return events.flatMap(({ name, args }) => {
    if (name !== "PollOpened") return [];
    const { poll, terms } = args;
    const { tallies, voters, countsFrom } = results.get(poll) ?? {};
    const result = countsFrom === undefined ? undefined : { tallies, voters, countsFrom };
    return [{ poll, ...terms, state: stateOf(terms, countsFrom, head.time), result }];
  });
}

function stateOf(
  { opensAt, closesAt }: { opensAt: number; closesAt: number },
  countsFrom: number | undefined,
  now: number,
) {
  if (now < opensAt) return "waiting";
  if (now < closesAt) return "open";
  if (countsFrom === undefined) return "to be counted";
  return now < countsFrom ? "can be vetoed" : "decided";
}

async function list(desk: Desk): Promise<Shown> {
  const polls = await readPolls(desk);
  const rows = polls.map(({ poll, state, opensAt, closesAt, weighting, result }) => [
    String(poll),
    state,
    formatTime(opensAt),
    formatTime(closesAt),
    WEIGHTINGS[weighting] ?? "",
    result === undefined ? "" : `${formatCount(result.voters ?? 0)} voters: ${(result.tallies ?? []).join(" ")}`,
  ]);
  const text = formatTable(["poll", "state", "opens", "closes", "votes by", "result"], rows);
  return { data: { polls }, text: polls.length === 0 ? "No polls." : text };
}

async function open(desk: Desk, path: string): Promise<Act[]> {
  const { document, contentHash } = await readDocument(path, "cairn.poll/1");
  const { weighting, snapshotDay, opensAt, closesAt } = document;
  const options = document.options.length;
  const known = await readPolls(desk);
  if (known.some((poll) => poll.contentHash === contentHash)) return [];
  const terms = { contentHash, options, weighting: WEIGHTINGS.indexOf(weighting), snapshotDay, opensAt, closesAt };
  const snapshot = `${snapshotDay}, which begins ${formatTime(dayStart(desk.deployment.genesis, snapshotDay))}`;
  return [
    actOn(desk, "polls", "openPoll", [terms], {
      title: `Fix poll ${known.length + 1}: ${document.title.en}`,
      facts: [
        ["options", String(options)],
        [
          "votes",
          weighting === "account" ? "one for each account with a vehicle" : `by the stones settled at day ${snapshot}`,
        ],
        ["closes", formatTime(closesAt)],
        ["document", contentHash],
      ],
      holds: { from: opensAt, why: "votes are cast from then on; nothing of it can be changed" },
    }),
  ];
}
