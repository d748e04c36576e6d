import { readSeason, readSeasonCount } from "../../chain/read/mine-box.ts";
import { dropStart } from "../../protocol/index.ts";
import { formatCount, formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import { readSeasonTerms, seasonFacts } from "./season-terms.ts";
import type { Shown, Subject } from "./subject.ts";
import { file, numbered } from "./takes.ts";

const SEASON = numbered("season", "number of the season", 2 ** 24 - 1);

/** `cairn operator seasons`. */
export function seasonCommands(subject: Subject): void {
  subject
    .below("seasons", "seasons of the mine box")
    .shows({ name: "list", description: "all seasons", run: list })
    .acts<[string]>({
      name: "open",
      description: "fix the next season",
      takes: [file("JSON object with its terms")],
      run: (desk, [path]) => open(desk, path),
    })
    .acts<[number]>({
      name: "veto",
      description: "take back a season that has not begun, as guardian",
      takes: [SEASON],
      run: (desk, [season]) => [actOn(desk, "mineBox", "vetoSeason", [season], { title: `Veto season ${season}` })],
    })
    .acts<[number]>({
      name: "close",
      description: "free what an ended season did not give; anybody may",
      takes: [SEASON],
      run: (desk, [season]) => [
        {
          ...actOn(desk, "mineBox", "closeSeason", [season], {
            title: `Close season ${season}: what it did not give is free`,
          }),
          signedBy: "anybody",
        },
      ],
    });
}

async function list({ client, deployment, head }: Desk): Promise<Shown> {
  const count = await readSeasonCount(client, deployment);
  const found = await Promise.all(Array.from({ length: count }, (_, i) => readSeason(client, deployment, i + 1)));
  const seasons = found.filter((season) => season !== undefined);
  const start = (drop: number) => dropStart(deployment.genesis, drop);
  const state = ({ firstDrop, endDrop, forced }: (typeof seasons)[number]) => {
    if (forced) return "forced";
    if (firstDrop === endDrop) return "vetoed";
    if (head.time < start(firstDrop)) return "waiting";
    return head.time < start(endDrop) ? "open" : "over";
  };
  const rows = seasons.map((season) => [
    String(season.season),
    state(season),
    formatTime(start(season.firstDrop)),
    formatTime(start(season.endDrop)),
    formatCount(season.price),
    formatStones(season.budgetLeft),
    formatCount(season.vouchersLeft),
  ]);
  const text = formatTable(["season", "state", "from", "to", "crystals", "stones left", "vouchers left"], rows);
  return {
    data: { seasons: seasons.map((season) => ({ ...season, state: state(season) })) },
    text: seasons.length === 0 ? "No seasons." : text,
  };
}

function open(desk: Desk, path: string): Act[] {
  const terms = readSeasonTerms(path);
  const { genesis } = desk.deployment;
  const { challengeWindowS } = desk.rules;
  return [
    actOn(desk, "mineBox", "openSeason", [terms], {
      title: "Fix the next season of the mine box",
      facts: [
        ...seasonFacts(terms, genesis),
        [
          "veto",
          `the guardian can take it back until it begins, ${formatDuration(challengeWindowS)} from now at the earliest`,
        ],
      ],
      holds: { from: dropStart(genesis, terms.firstDrop), why: "its first drop; nothing of it can be changed" },
    }),
  ];
}
