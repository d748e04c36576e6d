import { Argument } from "commander";
import { readPauses } from "../../chain/read/pauses.ts";
import { PAUSABLE } from "../../chain/write/roles.ts";
import { formatTable, formatTime } from "../output.ts";
import { type Act, actOn } from "./act.ts";
import type { Desk } from "./desk.ts";
import type { Shown, Subject } from "./subject.ts";

type Pausable = (typeof PAUSABLE)[number];

/** How long roles' duties rest, seconds (docs/protocol.md, section 11). */
const PAUSE_S = 7 * 86_400;

const CONTRACTS = new Argument("<contract...>", "contracts whose roles' duties it is about").choices(PAUSABLE);

/** `cairn operator pause`, `resume` and `pauses`. */
export function pauseCommands(subject: Subject): void {
  subject
    .shows({ name: "pauses", description: "which contracts' duties rest", run: list })
    .acts<[Pausable[]]>({
      name: "pause",
      description: "let roles' duties in contracts rest for 7 days, as guardian",
      takes: [CONTRACTS],
      run: (desk, [contracts]) => contracts.map((contract) => pause(desk, contract)),
    })
    .acts<[Pausable[]]>({
      name: "resume",
      description: "end pauses early, as guardian",
      takes: [CONTRACTS],
      run: (desk, [contracts]) =>
        contracts.map((contract) => actOn(desk, contract, "resume", [], { title: `Resume the duties in ${contract}` })),
    });
}

function pause(desk: Desk, contract: Pausable): Act {
  const until = formatTime(desk.head.time + PAUSE_S);
  return actOn(desk, contract, "pause", [], {
    title: `Pause the duties in ${contract}`,
    facts: [["for owners", "nothing rests: owners' functions, credits, vetoes, refunds and moves go on"]],
    holds: { why: `from its block on, until ${until}; not again before 28 days have passed` },
  });
}

async function list({ client, deployment, head }: Desk): Promise<Shown> {
  const pauses = (await readPauses(client, deployment, PAUSABLE)).map((pause) => ({
    ...pause,
    paused: pause.pausedUntil > head.time,
  }));
  const rows = pauses.map(({ contract, paused, pausedUntil }) => [
    contract,
    paused ? `rests until ${formatTime(pausedUntil)}` : "runs",
  ]);
  return { data: { pauses }, text: formatTable(["contract", "duties"], rows) };
}
