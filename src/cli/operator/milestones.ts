import { readHistory } from "../../chain/read/events.ts";
import type { DocumentOf } from "../../operator/documents/schemas.ts";
import type { Hex } from "../../protocol/index.ts";
import { formatCount, formatKm, formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import { readDocument } from "./documents.ts";
import type { Shown, Subject } from "./subject.ts";
import { account, accounts, file, numbered } from "./takes.ts";

const MILESTONE = numbered("milestone", "number of the milestone", 2 ** 16 - 1);

/** `cairn operator milestones` and `cairn operator adults`. */
export function milestoneCommands(subject: Subject): void {
  subject
    .below("milestones", "what accounts can reach, and who did")
    .shows({ name: "list", description: "all milestones, and how many reached them", run: list })
    .acts<[string]>({
      name: "define",
      description: "define the milestone of a document",
      takes: [file("the milestone's document, JSON")],
      run: (desk, [path]) => define(desk, path),
    })
    .acts<[number, Hex[]]>({
      name: "attest",
      description: "say that accounts reached a milestone",
      takes: [MILESTONE, accounts("those that reached it")],
      run: (desk, [milestone, reached]) => attest(desk, milestone, reached),
    })
    .acts<[number, Hex]>({
      name: "revoke",
      description: "take an attestation back before it counts, as guardian",
      takes: [MILESTONE, account()],
      run: (desk, [milestone, who]) => [
        actOn(desk, "milestones", "revokeAttestation", [milestone, who], {
          title: `Take back that ${who} reached milestone ${milestone}`,
        }),
      ],
    });
  adultCommands(subject);
}

function adultCommands(subject: Subject): void {
  const attestation =
    (adult: boolean) =>
    (desk: Desk, [who]: [Hex[]]) => [
      actOn(desk, "mineBox", "attestAdults", [who, adult], {
        title: `Say that the owners of ${who.length} accounts are ${adult ? "" : "not "}adults`,
        facts: [["accounts", who.join(", ")]],
        holds: {
          why: adult ? "from its block on: they may request boxes" : "from its block on: they request no boxes",
        },
      }),
    ];
  const takes = [accounts("those whose owners it is about")];
  subject
    .below("adults", "whose owners are attested to be adults: only they may request boxes")
    .acts({ name: "attest", description: "say that they are adults", takes, run: attestation(true) })
    .acts({ name: "revoke", description: "say that they are not", takes, run: attestation(false) });
}

async function readMilestones({ client, deployment, head }: Desk) {
  const events = await readHistory(client, deployment, "milestones", head.number);
  return events.flatMap((event) => {
    if (event.name !== "MilestoneDefined") return [];
    const { milestone, contentHash } = event.args;
    const attested = new Map<string, number>();
    for (const { name, args } of events) {
      if (name === "MilestoneAttested" && args.milestone === milestone) attested.set(args.account, args.countsFrom);
      if (name === "AttestationRevoked" && args.milestone === milestone) attested.delete(args.account);
    }
    const counting = [...attested.values()].filter((from) => from <= head.time).length;
    return [{ milestone, contentHash, definedAt: event.time, counting, waiting: attested.size - counting }];
  });
}

async function list(desk: Desk): Promise<Shown> {
  const milestones = await readMilestones(desk);
  const rows = milestones.map(({ milestone, definedAt, counting, waiting, contentHash }) => [
    String(milestone),
    formatTime(definedAt),
    formatCount(counting),
    formatCount(waiting),
    contentHash,
  ]);
  const text = formatTable(["milestone", "defined", "reached", "not counting yet", "document"], rows);
  return { data: { milestones }, text: milestones.length === 0 ? "No milestones." : text };
}

async function define(desk: Desk, path: string): Promise<Act[]> {
  const { document, contentHash: hash } = await readDocument(path, "cairn.milestone/1");
  const known = await readMilestones(desk);
  if (known.some(({ contentHash }) => contentHash === hash)) return [];
  return [
    actOn(desk, "milestones", "defineMilestone", [hash], {
      title: `Define milestone ${known.length + 1}: ${document.title.en}`,
      facts: [
        ["reached by", ruleText(document.rule)],
        ["document", hash],
      ],
      holds: { why: "from its block on: it can be attested, and items can ask for it" },
    }),
  ];
}

function ruleText(rule: DocumentOf<"cairn.milestone/1">["rule"]): string {
  if (rule.kind === "days") return `holding one vehicle for ${formatCount(rule.days)} days`;
  return `${formatKm(rule.metres)} within ${formatCount(rule.withinDays)} days`;
}

function attest(desk: Desk, milestone: number, reached: Hex[]): Act[] {
  const { challengeWindowS } = desk.rules;
  return [
    actOn(desk, "milestones", "attestMilestone", [milestone, reached], {
      title: `Say that ${reached.length} accounts reached milestone ${milestone}`,
      facts: [["accounts", reached.join(", ")]],
      holds: {
        from: desk.head.time + challengeWindowS,
        why: `a challenge window of ${formatDuration(challengeWindowS)}, in which the guardian can take it back`,
      },
    }),
  ];
}
