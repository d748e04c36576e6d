import type { Hex } from "../../src/protocol/codec/bytes.ts";
import {
  contentHash,
  DAY_S,
  dataDigest,
  hashRoundLeaf,
  hashRoundRow,
  hashVoteLeaf,
  hashVoteRow,
  type Json,
  pollFilePath,
  type RoundRow,
  roundFilePath,
  signingDomain,
  typedDigest,
  type VoteRow,
} from "../../src/protocol/codec/index.ts";
import { MerkleTree } from "../../src/protocol/index.ts";
import { digestOf, type FileRow } from "./dishonest-books.ts";
import { CARS, RECEIPT_SIGNER, RULES, type STRANGER } from "./dishonest-cast.ts";
import type { DishonestProducer } from "./dishonest-producer.ts";
import type { Run } from "./dishonest-run.ts";

const CONTENT: Hex = `0x${"cc".repeat(32)}`;
const salt = (n: number): Hex => `0x${(n + 1).toString(16).padStart(64, "0")}`;

/** What is false about a poll; each change is made before anything is computed from it. */
export interface PollScheme {
  /** 1 by the stones of day 2; 0 unless given. */
  readonly weighting?: number;
  votes?(rows: VoteRow[], poll: { opensAt: number; closesAt: number }): VoteRow[];
  result?(honest: PollResult): Partial<PollResult>;
  /** Whose vote is published as its hash alone. */
  readonly erased?: Hex;
  /** The hash of a vote that never was, which the file has as if it were erased. */
  readonly ghost?: Hex;
  /** What its text says, whose hash it names. */
  text?(terms: PollTerms): object;
}

interface PollTerms {
  options: number;
  weighting: number;
  snapshotDay: number;
  opensAt: number;
  closesAt: number;
}

interface PollResult {
  root: Hex;
  tallies: bigint[];
  voters: number;
  dataDigest: Hex;
}

/** Opens a poll of two options now, in which all owners vote, and publishes its result. */
export async function holdPoll(run: Run, producer: DishonestProducer, scheme: PollScheme = {}): Promise<VoteRow[]> {
  const { time } = await producer.now();
  const [opensAt, closesAt] = [time + 60, time + 120];
  const weighting = scheme.weighting ?? 0;
  const terms = { options: 2, weighting, snapshotDay: weighting * 2, opensAt, closesAt };
  await producer.send("curator", "polls", "openPoll", [{ contentHash: hashOf(scheme.text?.(terms)), ...terms }]);
  await producer.moveTo(closesAt);
  const voters = CARS.map(({ account }) => account).sort();
  const honest = voters.map((account, index): VoteRow => {
    const stones = run.days[2]?.rows.find(({ row }) => row.account === account)?.row.stones ?? 0n;
    const weight = weighting === 0 ? 1n : stones;
    const vote = { option: index % 2, castAt: opensAt + index, signatureHash: CONTENT, salt: salt(index) };
    return { poll: 1, index, account, weight, ...vote };
  });
  const votes = scheme.votes?.(honest, { opensAt, closesAt }) ?? honest;
  const cast = votes.map((row): FileRow => {
    const rowSalt = salt(100 + row.index);
    return { row, rowSalt, rowHash: hashVoteRow(row, rowSalt) };
  });
  const rows = withGhost(cast, scheme.ghost);
  await run.operator.publish("poll", pollFilePath(1), rows, [scheme.erased]);
  const sumOf = (option: number) => votes.reduce((sum, vote) => (vote.option === option ? sum + vote.weight : sum), 0n);
  const leaves = votes.map((row) => hashVoteLeaf({ ...row, voteDigest: voteDigest(producer, row) }));
  const counted: PollResult = {
    root: new MerkleTree(leaves).root,
    tallies: [sumOf(0), sumOf(1)],
    voters: rows.length,
    dataDigest: dataDigest([digestOf(rows)]),
  };
  const result = { ...counted, ...scheme.result?.(counted) };
  const told = [result.root, result.tallies, result.voters, result.dataDigest];
  await producer.send("curator", "polls", "publishResult", [1, ...told]);
  return votes;
}

function withGhost(rows: readonly FileRow[], ghost: Hex | undefined): readonly FileRow[] {
  return ghost === undefined ? rows : [...rows, { rowHash: ghost }];
}

/** The hash of a text, or that of one that nobody has. */
function hashOf(text: object | undefined): Hex {
  return text === undefined ? CONTENT : contentHash(text as Json);
}

function voteDigest(producer: DishonestProducer, { poll, account, option, castAt }: VoteRow): Hex {
  return typedDigest(signingDomain(producer.deployment, "Vote"), "Vote", { poll, account, option, castAt });
}

/** The receipt that a voter holds. */
export async function voteReceipt(
  producer: DishonestProducer,
  vote: VoteRow,
  signer: typeof STRANGER = RECEIPT_SIGNER,
) {
  const receipt = { voteDigest: voteDigest(producer, vote), receivedAt: vote.castAt };
  const hash = typedDigest(signingDomain(producer.deployment, "VoteReceipt"), "VoteReceipt", receipt);
  return { receipt, signature: await signer.sign({ hash }) };
}

/** What is false about a benefit round; each change is made before anything is computed from it. */
export interface RoundScheme {
  parts?(rows: RoundRow[]): RoundRow[];
  /** Whose part is published as its hash alone. */
  readonly erased?: Hex;
  /** The hash of a part that never was, which the file has as if it were erased. */
  readonly ghost?: Hex;
  terms?(honest: RoundTotals): Partial<RoundTotals>;
  /** What its text says, whose hash it names. */
  text?(terms: RoundTerms): object;
}

interface RoundTerms {
  token: Hex;
  amount: bigint;
  day: number;
  deadline: number;
}

interface RoundTotals {
  root: Hex;
  accounts: number;
  totalWeight: bigint;
}

/** A round of day 2, as it stands open. */
export interface OpenRound {
  readonly parts: readonly RoundRow[];
  readonly tree: MerkleTree;
}

/**
 * Opens a round of day 2 as soon as that can be credited, and waits until it can be claimed.
 * @param weights Units of the accounts that have any.
 */
export async function holdRound(
  run: Run,
  producer: DishonestProducer,
  weights: ReadonlyMap<Hex, bigint>,
  scheme: RoundScheme = {},
): Promise<OpenRound> {
  await run.moveToCreditable(2);
  const inOrder = [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
  const honest = inOrder.map(([account, weight], index): RoundRow => {
    return { round: 1, index, account, weight, salt: salt(index) };
  });
  const parts = scheme.parts?.(honest) ?? honest;
  const shared = parts.map((row): FileRow => {
    const rowSalt = salt(100 + row.index);
    return { row, rowSalt, rowHash: hashRoundRow(row, rowSalt) };
  });
  const rows = withGhost(shared, scheme.ghost);
  await run.operator.publish("round", roundFilePath(1), rows, [scheme.erased]);
  const tree = new MerkleTree(parts.map(hashRoundLeaf));
  const totalWeight = parts.reduce((sum, { weight }) => sum + weight, 0n);
  const totals: RoundTotals = { root: tree.root, accounts: rows.length, totalWeight };
  const { time } = await producer.now();
  const terms = { token: producer.token, amount: 1_000_000n, day: 2, deadline: time + 31 * DAY_S };
  const told = { contentHash: hashOf(scheme.text?.(terms)), ...totals, ...scheme.terms?.(totals) };
  await producer.send("treasurer", "benefitRounds", "openRound", [{ ...terms, ...told }]);
  await producer.moveTo(time + RULES.challengeWindowS + 60);
  return { parts, tree };
}

/** Claims a part of a round. @param by Who stands for its account; by default that account itself, which is paid. */
export async function claimPart(
  producer: DishonestProducer,
  { parts, tree }: OpenRound,
  index: number,
  by?: Hex,
): Promise<void> {
  const { account, weight, salt } = parts[index] as RoundRow;
  const claimant = by ?? account;
  const claim = { account: claimant, round: 1, index, to: claimant, deadline: 0 };
  const leaf = { index, account, weight, salt };
  await producer.send(claimant, "benefitRounds", "claimBenefit", [claim, leaf, tree.proof(index)]);
}

/** What everybody has settled on day 2, when nobody has moved or spent. */
export function settledWeights(run: Run): Map<Hex, bigint> {
  const rows = run.days[2]?.rows.map(({ row }) => row) ?? [];
  return new Map(rows.filter(({ stones }) => stones > 0n).map(({ account, stones }) => [account, stones]));
}
