import { Argument, Option } from "commander";
import { readHistory } from "../../chain/read/events.ts";
import { readExclusions } from "../../chain/read/exclusions.ts";
import { dayStart, EXCLUSION_REASONS, type Hex, lowerHex } from "../../protocol/index.ts";
import { formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import { chosen } from "./choice.ts";
import type { Desk } from "./desk.ts";
import { hashOrFile } from "./documents.ts";
import type { Shown, Subject } from "./subject.ts";
import { account, dayOption, numbered } from "./takes.ts";

/** Why an account is excluded: the codes begin with 1. */
type Reason = (typeof EXCLUSION_REASONS)[number];

const EXCLUSION = [account(), numbered("exclusion", "number of the exclusion")] as const;

/** `cairn operator exclusions`. */
export function exclusionCommands(subject: Subject): void {
  subject
    .below("exclusions", "accounts whose readings do not count for some days")
    .shows({ name: "list", description: "all exclusions, and what waits for a decision", run: list })
    .acts<[Hex, string], { reason: Reason; untilDay: number }>({
      name: "exclude",
      description: "exclude an account from tomorrow on",
      takes: [account(), new Argument("<evidence>", "the evidence, or its hash")],
      options: [
        new Option("--reason <reason>", "why").choices(EXCLUSION_REASONS).makeOptionMandatory(),
        dayOption("--until-day", "first day that counts again, at most 90 later").makeOptionMandatory(),
      ],
      run: (desk, [who, evidence], { reason, untilDay }) => exclude(desk, { who, evidence, reason, untilDay }),
    })
    .acts<[Hex, number]>({
      name: "lift",
      description: "end an exclusion tomorrow",
      takes: EXCLUSION,
      run: (desk, [who, exclusion]) => [
        actOn(desk, "exclusions", "liftExclusion", [who, exclusion], {
          title: `End exclusion ${exclusion} of ${who}`,
          holds: tomorrow(desk),
        }),
      ],
    })
    .acts<[Hex, number], { uphold?: boolean; lift?: boolean }>({
      name: "decide",
      description: "decide an appeal, as arbiter",
      takes: EXCLUSION,
      options: [
        new Option("--uphold", "the exclusion stays").conflicts("lift"),
        new Option("--lift", "it ends tomorrow"),
      ],
      run: (desk, [who, exclusion], { uphold, lift }) => decide(desk, who, exclusion, chosen(uphold, lift)),
    });
}

function tomorrow({ deployment, today }: Desk) {
  return { from: dayStart(deployment.genesis, today + 1), why: `day ${today + 1}: what is past stays as it was` };
}

async function list({ client, deployment, head, today }: Desk): Promise<Shown> {
  const events = await readHistory(client, deployment, "exclusions", head.number);
  const named = new Set(
    events.flatMap(({ name, args }) => {
      if (name === "AccountExcluded") return [lowerHex(args.account)];
      return name === "ExclusionFollowed" ? [lowerHex(args.to)] : [];
    }),
  );
  const found = await Promise.all(
    [...named].map(async (who) =>
      (await readExclusions(client, deployment, who)).map((one) => ({ account: who, ...one })),
    ),
  );
  const exclusions = found
    .flat()
    .map((one) => ({ ...one, reason: EXCLUSION_REASONS[one.reason - 1] ?? String(one.reason) }))
    .sort((a, b) => a.number - b.number);
  const rows = exclusions.map(({ number, account: who, reason, state, fromDay, untilDay, decideBy }) => [
    String(number),
    who,
    reason,
    untilDay <= today ? "over" : state,
    `${fromDay} to ${untilDay - 1}`,
    state === "appealed" ? formatTime(decideBy) : "",
  ]);
  const text = formatTable(["exclusion", "account", "reason", "state", "days", "decide by"], rows);
  return { data: { today, exclusions }, text: exclusions.length === 0 ? "No exclusions." : text };
}

interface Terms {
  readonly who: Hex;
  readonly evidence: string;
  readonly reason: Reason;
  readonly untilDay: number;
}

function exclude(desk: Desk, { who, evidence, reason, untilDay }: Terms): Act[] {
  const hash = hashOrFile(evidence);
  const { objectionS } = desk.rules;
  return [
    actOn(desk, "exclusions", "excludeAccount", [who, EXCLUSION_REASONS.indexOf(reason) + 1, hash, untilDay], {
      title: `Exclude ${who}`,
      facts: [
        ["days", `${desk.today + 1} to ${untilDay - 1}: readings in their drops count no metres`],
        ["reason", reason],
        ["evidence", `${hash}; the owner is given the evidence itself`],
        ["what stays", "stones earned, and the weight of metres counted before"],
        ["appeal", `the arbiter decides one within ${formatDuration(objectionS)}, or the exclusion lapses`],
      ],
      holds: tomorrow(desk),
    }),
  ];
}

function decide(desk: Desk, who: Hex, exclusion: number, upheld: boolean): Act[] {
  return [
    actOn(desk, "exclusions", "decideAppeal", [who, exclusion, upheld], {
      title: upheld ? `Uphold exclusion ${exclusion} of ${who}` : `Lift exclusion ${exclusion} of ${who} on appeal`,
      holds: upheld ? { why: "from its block on: it stays" } : tomorrow(desk),
    }),
  ];
}
