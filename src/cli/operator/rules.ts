import { Argument } from "commander";
import { readHistory } from "../../chain/read/events.ts";
import { readNoticeCount } from "../../chain/read/rules.ts";
import { dayStart } from "../../protocol/index.ts";
import { formatFields, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import { hashOrFile } from "./documents.ts";
import { earliestDay, needsNotice, RULE_JUDGEMENTS, type RulesClock, readRuleSet, rulesBefore } from "./rule-terms.ts";
import type { Shown, Subject } from "./subject.ts";
import { dayOption, file } from "./takes.ts";
import { changeFacts, changesTable, termChanges } from "./term-changes.ts";

/** `cairn operator rules`. */
export function ruleCommands(subject: Subject): void {
  subject
    .below("rules", "the programme's numbers, and consent notices")
    .shows({ name: "show", description: "the rules of today, and versions to come", run: show })
    .acts<[string], { fromDay?: number }>({
      name: "schedule",
      description: "add a version of the rules",
      takes: [file("JSON object with the rules that change")],
      options: [dayOption("--from-day", "first day for which it holds; the earliest that is allowed unless given")],
      run: (desk, [path], { fromDay }) => schedule(desk, path, fromDay),
    })
    .acts<[string]>({
      name: "notice",
      description: "publish the hash of a consent notice",
      takes: [new Argument("<file-or-hash>", "the notice's text, or its hash")],
      run: (desk, [given]) => publishNotice(desk, given),
    });
}

async function readVersions({ client, deployment, head }: Desk) {
  const events = await readHistory(client, deployment, "rules", head.number);
  return events.flatMap((event) => (event.name === "RulesScheduled" ? [event.args] : []));
}

async function show(desk: Desk): Promise<Shown> {
  const versions = await readVersions(desk);
  const coming = versions.filter(({ fromDay }) => fromDay > desk.today);
  const parts = [
    `Rules of day ${desk.today}\n`,
    formatFields(Object.entries(desk.rules).map(([name, value]) => [name, String(value)])),
    ...coming.map(({ version, fromDay, rules }) => {
      const from = formatTime(dayStart(desk.deployment.genesis, fromDay));
      const changes = termChanges(desk.rules, rules, RULE_JUDGEMENTS);
      return `\nVersion ${version}, from day ${fromDay} (${from}), against today's:\n${changesTable(changes)}`;
    }),
  ];
  return { data: { today: desk.today, rules: desk.rules, versions }, text: parts.join("\n") };
}

async function schedule(desk: Desk, path: string, asked: number | undefined): Promise<Act[]> {
  const { genesis } = desk.deployment;
  const versions = await readVersions(desk);
  const newest = versions.at(-1)?.rules ?? desk.rules;
  const rules = readRuleSet(path, newest);
  if (termChanges(newest, rules, RULE_JUDGEMENTS).length === 0) return [];
  const clock: RulesClock = { genesis, now: desk.head.time, noticeS: desk.rules.noticeS, versions };
  const earliest = earliestDay(rules, clock);
  const fromDay = asked ?? earliest;
  const changes = termChanges(rulesBefore(versions, fromDay), rules, RULE_JUDGEMENTS);
  const worse = needsNotice(rules, versions, fromDay);
  const notice = worse ? `, with a notice of ${formatDuration(desk.rules.noticeS)}` : "";
  return [
    actOn(desk, "rules", "scheduleRules", [fromDay, rules], {
      title: `Schedule new rules from day ${fromDay}`,
      facts: [
        [
          "changed from the day before",
          changes.length === 0 ? "nothing: what was announced is taken back" : `${changes.length}`,
        ],
        ...changeFacts(changes),
        ["for owners", worse ? "worse in what is marked, so they must be told before" : "nothing is worse"],
        ["earliest", `day ${earliest}${notice}`],
      ],
      holds: {
        from: dayStart(genesis, fromDay),
        why: `the start of day ${fromDay}; of versions for one day the last holds`,
      },
    }),
  ];
}

async function publishNotice(desk: Desk, given: string): Promise<Act[]> {
  const { client, deployment, head } = desk;
  const hash = hashOrFile(given);
  const events = await readHistory(client, deployment, "rules", head.number);
  const published = events.some((event) => event.name === "NoticePublished" && event.args.contentHash === hash);
  if (published) return [];
  const number = (await readNoticeCount(client, deployment)) + 1;
  return [
    actOn(desk, "rules", "publishNotice", [hash], {
      title: `Publish consent notice ${number}`,
      facts: [["hash", hash]],
      holds: { why: "from its block on: consents can name it" },
    }),
  ];
}
