import { type Abi, erc20Abi } from "viem";
import { readHistory } from "../../chain/read/events.ts";
import { readAllowance } from "../../chain/read/tokens.ts";
import { type Hex, lowerHex } from "../../protocol/index.ts";
import { formatCount, formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import { hashOrFile } from "./documents.ts";
import { type KeySource, signerOf } from "./signer.ts";
import type { Shown, Subject } from "./subject.ts";
import { file, numbered } from "./takes.ts";
import { TermsFile } from "./terms-file.ts";

const MEMBERS = ["token", "amount", "day", "accounts", "totalWeight", "deadline", "root", "document"] as const;
const ROUND = numbered("round", "number of the round");

/** `cairn operator rounds`. */
export function benefitRoundCommands(subject: Subject): void {
  subject
    .below("rounds", "amounts that the company shares among owners")
    .shows({ name: "list", description: "all rounds", run: list })
    .acts<[string], KeySource>({
      name: "open",
      description: "pay a round in; approves the amount first, as far as it is not",
      takes: [file("JSON object with the round's terms, as the operator's service lays them out")],
      run: (desk, [path], keys) => open(desk, path, keys),
    })
    .acts<[number]>({
      name: "cancel",
      description: "stop a round before it can be claimed, as guardian; return-rest pays it back",
      takes: [ROUND],
      run: (desk, [round]) => [
        actOn(desk, "benefitRounds", "cancelRound", [round], {
          title: `Cancel round ${round}`,
          facts: [["then", `\`cairn operator rounds return-rest ${round}\` pays it back; anybody may send that`]],
        }),
      ],
    })
    .acts<[number]>({
      name: "return-rest",
      description: "return what nobody claimed, after the deadline or once the round was cancelled; anybody may",
      takes: [ROUND],
      run: (desk, [round]) => [
        {
          ...actOn(desk, "benefitRounds", "returnRest", [round], { title: `Return what is left of round ${round}` }),
          signedBy: "anybody",
        },
      ],
    });
}

async function list({ client, deployment, head }: Desk): Promise<Shown> {
  const events = await readHistory(client, deployment, "benefitRounds", head.number);
  const rounds = events.flatMap(({ name, args }) => {
    if (name !== "RoundOpened") return [];
    const { round, claimableFrom, terms } = args;
    const of = events.filter(({ args }) => "round" in args && args.round === round);
    const claims = of.flatMap((event) => (event.name === "BenefitClaimed" ? [event.args.amount] : []));
    const paid = claims.reduce((a, b) => a + b, 0n);
    const isReturned = of.some((event) => event.name === "RestReturned");
    const left = isReturned ? 0n : terms.amount - paid;
    const state = of.some((event) => event.name === "RoundCancelled")
      ? "cancelled"
      : isReturned
        ? "returned"
        : stateOf(claimableFrom, terms.deadline, head.time);
    return [{ round, state, claimableFrom, ...terms, claims: claims.length, paid, left }];
  });
  const rows = rounds.map(({ round, state, amount, token, claims, accounts, paid, left, deadline }) => [
    String(round),
    state,
    `${amount}`,
    `${paid}`,
    `${left}`,
    `${formatCount(claims)} of ${formatCount(accounts)}`,
    formatTime(deadline),
    token.toLowerCase(),
  ]);
  const text = formatTable(["round", "state", "amount", "paid", "left", "claimed", "deadline", "token"], rows);
  return { data: { rounds }, text: rounds.length === 0 ? "No rounds." : text };
}

function stateOf(claimableFrom: number, deadline: number, now: number): string {
  if (now < claimableFrom) return "can be cancelled";
  return now <= deadline ? "claimable" : "over";
}

async function open(desk: Desk, path: string, keys: KeySource): Promise<Act[]> {
  const terms = readTerms(path);
  const { challengeWindowS } = desk.rules;
  const pay = actOn(desk, "benefitRounds", "openRound", [terms], {
    title: "Pay in a benefit round",
    facts: [
      ["amount", `${terms.amount} of the smallest unit of ${terms.token}`],
      [
        "shared by",
        `${formatStones(terms.totalWeight)} of ${formatCount(terms.accounts)} accounts at the end of day ${terms.day}`,
      ],
      ["deadline", `${formatTime(terms.deadline)}; the rest goes back to who paid it in`],
      ["root", terms.root],
      ["document", terms.contentHash],
    ],
    holds: {
      from: desk.head.time + challengeWindowS,
      why: `a challenge window of ${formatDuration(challengeWindowS)}, in which the guardian can cancel it`,
    },
  });
  const funder = signerOf(keys, "treasurer").address;
  const { benefitRounds } = desk.deployment.contracts;
  const allowed = await readAllowance(desk.client, { token: terms.token, owner: funder, spender: benefitRounds });
  return allowed >= terms.amount ? [pay] : [approval(desk, terms, funder), { ...pay, afterOthers: true }];
}

function readTerms(path: string) {
  const file = new TermsFile(path, MEMBERS);
  return {
    token: file.address("token"),
    amount: file.wide("amount", 128),
    day: file.whole("day", 2 ** 32 - 1),
    accounts: file.whole("accounts", 2 ** 40 - 1),
    totalWeight: file.wide("totalWeight", 64),
    deadline: file.time("deadline"),
    root: file.hash("root"),
    contentHash: hashOrFile(file.text("document")),
  };
}

/** The token's leave for the contract to pull the amount from the key that pays. */
function approval({ deployment }: Desk, { token, amount }: { token: Hex; amount: bigint }, funder: Hex): Act {
  const { benefitRounds } = deployment.contracts;
  return {
    call: {
      contract: "token",
      to: token,
      abi: erc20Abi as Abi,
      functionName: "approve",
      args: [benefitRounds, amount],
    },
    title: "Approve that the contract takes the amount",
    facts: [["amount", `${amount} of the smallest unit of ${token}`]],
    holds: { why: "from its block on" },
    signedBy: { key: lowerHex(funder) },
  };
}
