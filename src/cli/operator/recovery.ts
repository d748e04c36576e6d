import { Option } from "commander";
import { size } from "viem";
import { readHistory } from "../../chain/read/events.ts";
import { readRecovery } from "../../chain/read/moves.ts";
import { MAX_SIGNATURE_BYTES, readAreSignaturesValid } from "../../chain/read/signatures.ts";
import { readStones } from "../../chain/read/stones.ts";
import { CairnError, DAY_S, type Hex, lowerHex, signingDomain, typedDigest } from "../../protocol/index.ts";
import { parseRecoveryAgreementFile, type RecoveryAgreementFile } from "../../sdk/index.ts";
import { readJsonFile } from "../files.ts";
import { formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn } from "./act.ts";
import type { Desk } from "./desk.ts";
import { hashOrFile } from "./documents.ts";
import type { Shown, Subject } from "./subject.ts";
import { account, file } from "./takes.ts";

/** Why an account is moved without its signature: the codes begin with 1 (docs/protocol.md 2.5). */
const REASONS = ["lost-key", "inheritance", "merging", "court"] as const;
type Reason = (typeof REASONS)[number];
/** Seconds between an announcement and the move. */
const WAITS_S = 30 * DAY_S;

/** `cairn operator recovery`. */
export function recoveryCommands(subject: Subject): void {
  subject
    .below("recovery", "moves of accounts whose owners cannot sign")
    .shows({ name: "list", description: "announced moves", run: list })
    .acts<[string], { reason: Reason; evidence: string }>({
      name: "announce",
      description: "announce the move of an account, to one that has agreed",
      takes: [file("the target's signed agreement, as `cairn recovery agree` writes it")],
      options: [
        new Option("--reason <reason>", "why").choices(REASONS).makeOptionMandatory(),
        new Option("--evidence <file-or-hash>", "the documents that show it, or their hash").makeOptionMandatory(),
      ],
      run: (desk, [path], { reason, evidence }) => announce(desk, path, reason, hashOrFile(evidence)),
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

/** @throws EVIDENCE_INVALID when the target has not agreed: the contract would refuse it. */
async function announce(desk: Desk, path: string, reason: Reason, evidence: Hex): Promise<Act[]> {
  const agreement = parseRecoveryAgreementFile(readJsonFile(path, "EVIDENCE_INVALID"));
  await requireAgreed(desk, agreement);
  const { move, signature } = agreement;
  const stones = await readStones(desk.client, desk.deployment, move.account);
  return [
    actOn(desk, "accountMoves", "announceRecovery", [move, signature, REASONS.indexOf(reason) + 1, evidence], {
      title: `Announce that account ${move.account} moves`,
      facts: [
        ["to", `${move.to}, which has agreed`],
        ["to be announced", `until ${formatTime(move.deadline)}`],
        ["reason", reason],
        ["evidence", evidence],
        ["takes along", `${formatStones(stones.mined + stones.received - stones.out)}, and what is reserved of them`],
      ],
      holds: {
        from: desk.head.time + WAITS_S,
        why: "anybody may carry it out then; until then its owner can cancel it",
      },
    }),
  ];
}

async function requireAgreed({ client, deployment }: Desk, agreement: RecoveryAgreementFile): Promise<void> {
  const { chainId, accountMoves, move, signature } = agreement;
  if (chainId !== deployment.chainId || accountMoves !== lowerHex(deployment.contracts.accountMoves)) {
    throw new CairnError("EVIDENCE_INVALID", "the agreement is for another programme");
  }
  const digest = typedDigest(signingDomain(deployment, "AccountMove"), "AccountMove", { ...move });
  const isAsked = size(signature) <= MAX_SIGNATURE_BYTES;
  const claims = isAsked ? [{ account: move.to, digest, signature }] : [];
  const [isValid = false] = await readAreSignaturesValid(client, deployment, claims);
  if (!isValid) {
    throw new CairnError("EVIDENCE_INVALID", "the agreement is not signed by the account to which the other one moves");
  }
}
