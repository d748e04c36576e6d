import { Option } from "commander";
import { readSettledDays, readSettlement } from "../../chain/read/days.ts";
import { DROPS_PER_DAY } from "../../protocol/index.ts";
import { wholeNumber } from "../arguments.ts";
import { formatCount, formatKm, formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import type { Shown, Subject } from "./subject.ts";
import { file, numbered } from "./takes.ts";
import { TermsFile } from "./terms-file.ts";

const DAY = numbered("day", "the day, counted from genesis");
const DAYS_SHOWN = 14;

/** `cairn operator days` and `cairn operator drops`. */
export function dayCommands(subject: Subject): void {
  subject
    .below("days", "settled days, until they can be credited")
    .shows<[], { last: number }>({
      name: "list",
      description: "the last settled days, and until when each can be taken back",
      options: [new Option("--last <number>", "how many").argParser(wholeNumber(1, 1_000)).default(DAYS_SHOWN)],
      run: (desk, _, { last }) => list(desk, last),
    })
    .acts<[number], { asOverseer?: boolean }>({
      name: "veto",
      description: "undo a settled day and all later ones, as guardian",
      takes: [DAY],
      options: [new Option("--as-overseer", "as overseer, when the guardian's three vetoes are used up")],
      run: (desk, [day], { asOverseer }) => veto(desk, day, asOverseer === true),
    })
    .acts<[number]>({
      name: "withdraw",
      description: "take back the relayer's own settlement of a day and of all later ones, as relayer",
      takes: [DAY],
      run: async (desk, [day]) => [
        actOn(desk, "stoneLedger", "withdrawDay", [BigInt(day)], {
          title: `Take back day ${day}`,
          facts: await undone(desk, day),
          holds: { why: "from its block on; it can be settled again at once" },
        }),
      ],
    });
  subject.below("drops", "anchored drops of days that are not settled").acts<[string]>({
    name: "supersede",
    description: "anchor drops anew, from one on, as relayer",
    takes: [file("JSON object with firstDrop, roots and dataDigest")],
    run: (desk, [path]) => supersede(desk, path),
  });
}

async function readLastDays({ client, deployment, head }: Desk, count: number) {
  const settled = await readSettledDays(client, deployment);
  const days = Array.from({ length: Math.min(count, settled) }, (_, i) => settled - 1 - i);
  const settlements = await Promise.all(days.map((day) => readSettlement(client, deployment, day)));
  return settlements.map((one) => ({ ...one, state: one.creditableAt <= head.time ? "creditable" : "can be vetoed" }));
}

async function list(desk: Desk, count: number): Promise<Shown> {
  const days = await readLastDays(desk, count);
  const rows = days.map(({ day, state, creditableAt, accounts, totalMetres, totalStones }) => [
    String(day),
    state,
    formatTime(creditableAt),
    formatCount(accounts),
    formatKm(totalMetres),
    formatStones(totalStones),
  ]);
  const text = formatTable(["day", "state", "creditable from", "accounts", "counted in all", "settled in all"], rows);
  return { data: { days }, text: days.length === 0 ? "No day is settled." : text };
}

/** What undoing a day takes away. */
async function undone({ client, deployment, today }: Desk, day: number): Promise<(readonly [string, string])[]> {
  const settled = await readSettledDays(client, deployment);
  if (day >= settled) return [["the day", `is not settled; today is day ${today}`]];
  const [last, before] = await Promise.all([
    readSettlement(client, deployment, settled - 1),
    day === 0 ? undefined : readSettlement(client, deployment, day - 1),
  ]);
  const stones = last.totalStones - (before?.totalStones ?? 0n);
  return [["undoes", `days ${day} to ${settled - 1}, ${formatStones(stones)} that nobody could credit yet`]];
}

async function veto(desk: Desk, day: number, asOverseer: boolean): Promise<Act[]> {
  const { challengeWindowS } = desk.rules;
  const words = {
    title: asOverseer ? `Veto day ${day} as overseer` : `Veto day ${day}`,
    facts: await undone(desk, day),
    holds: { why: `from its block on; the day can be settled again ${formatDuration(challengeWindowS)} later` },
  };
  return [
    asOverseer
      ? actOn(desk, "stoneLedger", "vetoDayByOverseer", [BigInt(day)], words)
      : actOn(desk, "stoneLedger", "vetoDay", [BigInt(day)], words),
  ];
}

function supersede(desk: Desk, path: string): Act[] {
  const terms = new TermsFile(path, ["firstDrop", "roots", "dataDigest"]);
  const [first, roots] = [terms.whole("firstDrop", 2 ** 32 - 1), terms.hashes("roots")];
  return [
    actOn(desk, "dropAnchor", "supersede", [BigInt(first), roots, terms.hash("dataDigest")], {
      title: `Anchor drops ${first} to ${first + roots.length - 1} anew`,
      facts: [
        ["of day", String(Math.floor(first / DROPS_PER_DAY))],
        ["roots", `${formatCount(roots.length)}, ${roots.filter((root) => BigInt(root) === 0n).length} of them empty`],
        ["falls", `all that was anchored from drop ${first} on; receipts are judged by the new roots`],
      ],
    }),
  ];
}
