import { Option } from "commander";
import { readHistory } from "../../chain/read/events.ts";
import { readRecovery } from "../../chain/read/moves.ts";
import { readStones } from "../../chain/read/stones.ts";
import { type Hex, lowerHex } from "../../protocol/index.ts";
import { formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn } from "./act.ts";
import type { Desk } from "./desk.ts";
import { hashOrFile } from "./documents.ts";
import type { Shown, Subject } from "./subject.ts";
import { account } from "./takes.ts";

/** Why an account is moved without its signature: the codes begin with 1 (docs/protocol.md 2.5). */
const REASONS = ["lost-key", "inheritance", "merging", "court"] as const;
type Reason = (typeof REASONS)[number];
/** Seconds between an announcement and the move. */
const WAITS_S = 30 * 86_400;

/** `cairn operator recovery`. */
export function recoveryCommands(subject: Subject): void {
  subject
    .below("recovery", "moves of accounts whose owners cannot sign")
    .shows({ name: "list", description: "announced moves", run: list })
    .acts<[Hex, Hex], { reason: Reason; evidence: string }>({
      name: "announce",
      description: "announce the move of an account",
      takes: [account(), account("to", "address to which it moves")],
      options: [
        new Option("--reason <reason>", "why").choices(REASONS).makeOptionMandatory(),
        new Option("--evidence <file-or-hash>", "the documents that show it, or their hash").makeOptionMandatory(),
      ],
      run: (desk, [from, to], { reason, evidence }) => announce(desk, { from, to, reason, evidence }),
    })
    .acts<[Hex]>({
      name: "withdraw",
      description: "take an announced move back",
      takes: [account()],
      run: (desk, [from]) => [
        actOn(desk, "accountMoves", "withdrawRecovery", [from], { title: `Take back the announced move of ${from}` }),
      ],
    })
    .acts<[Hex]>({
      name: "execute",
      description: "carry out a move whose 30 days are over; anybody may",
      takes: [account()],
      run: (desk, [from]) => [
        {
          ...actOn(desk, "accountMoves", "executeRecovery", [from], {
            title: `Carry out the announced move of ${from}`,
          }),
          signedBy: "anybody",
        },
      ],
    });
}

async function list({ client, deployment, head }: Desk): Promise<Shown> {
  const events = await readHistory(client, deployment, "accountMoves", head.number);
  const announced = new Set(
    events.flatMap(({ name, args }) => (name === "RecoveryAnnounced" ? [lowerHex(args.account)] : [])),
  );
  const found = await Promise.all(
    [...announced].map(async (from) => ({ account: from, recovery: await readRecovery(client, deployment, from) })),
  );
  const recoveries = found.flatMap(({ account: from, recovery }) =>
    recovery === undefined ? [] : [{ account: from, ...recovery, reason: REASONS[recovery.reason - 1] }],
  );
  const rows = recoveries.map(({ account: from, to, reason, executableAt }) => [
    from,
    to,
    reason ?? "",
    formatTime(executableAt),
  ]);
  const text = formatTable(["account", "moves to", "reason", "can be carried out from"], rows);
  return { data: { recoveries }, text: recoveries.length === 0 ? "No move is announced." : text };
}

interface Announcement {
  readonly from: Hex;
  readonly to: Hex;
  readonly reason: Reason;
  readonly evidence: string;
}

async function announce(desk: Desk, { from, to, reason, evidence }: Announcement): Promise<Act[]> {
  const stones = await readStones(desk.client, desk.deployment, from);
  const hash = hashOrFile(evidence);
  return [
    actOn(desk, "accountMoves", "announceRecovery", [from, to, REASONS.indexOf(reason) + 1, hash], {
      title: `Announce that account ${from} moves`,
      facts: [
        ["to", to],
        ["reason", reason],
        ["evidence", hash],
        ["takes along", `${formatStones(stones.mined + stones.received - stones.out)}, and what is reserved of them`],
      ],
      holds: {
        from: desk.head.time + WAITS_S,
        why: "anybody may carry it out then; until then its owner can cancel it",
      },
    }),
  ];
}
