import {
  type Abi,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  parseAbiParameters,
} from "viem";
import { benefitRoundsAbi } from "../../src/chain/generated/benefitRounds.ts";
import { exclusionsAbi } from "../../src/chain/generated/exclusions.ts";
import { pollsAbi } from "../../src/chain/generated/polls.ts";
import { taskBookAbi } from "../../src/chain/generated/taskBook.ts";
import type { Role } from "../../src/protocol/codec/roles.ts";
import { DAY_S, dayOf, hashRoundLeaf, MerkleTree, type RoundLeaf } from "../../src/protocol/index.ts";
import { type Actor, actor, type Bench, type Sent, seeded } from "./chain.ts";
import type { Measurement } from "./measurement.ts";
import { ownersOf, signIntent } from "./owners.ts";
import { compilePeer } from "./peers/compiler.ts";

/** Every proof has 17 steps. */
const ACCOUNTS = 2 ** 17;
const WEIGHT = 2_000_000n;
const AMOUNT = WEIGHT * BigInt(ACCOUNTS);
const WINDOW_S = 86_400;
const OPEN_S = 60 * DAY_S;
/** The day by whose stones is shared; it is creditable. */
const DAY = 1;
const OPTIONS = 3;
const APPEALS = 20;
const DEADLINE_AHEAD_S = 3_600;
/** Claims that are signed, and sent in one transaction. */
const SIGNED = 20;
/** Two accounts that claim by themselves, then those that sign. */
const CLAIMANTS = Array.from({ length: 2 + SIGNED }, (_, index) => actor(`claimant ${index}`));

/** A round's parts, and their tree. */
interface BenefitRound {
  readonly leaves: readonly RoundLeaf[];
  readonly tree: MerkleTree;
}

type Contract = keyof Bench["deployment"]["contracts"];

function send(
  bench: Bench,
  from: Role,
  { contract, abi, name, args }: { contract: Contract; abi: Abi; name: string; args: readonly unknown[] },
): Promise<Sent> {
  const data = encodeFunctionData({ abi, functionName: name, args });
  return bench.send(bench.roles[from], bench.deployment.contracts[contract], data);
}

/** What the people who run a programme do beside the days, and what owners get of it. */
export async function measureServices(bench: Bench): Promise<Measurement[]> {
  return [
    ...(await measureTasks(bench)),
    ...(await measurePolls(bench)),
    ...(await measureExclusions(bench)),
    ...(await measureRounds(bench)),
  ];
}

async function measureTasks(bench: Bench): Promise<Measurement[]> {
  const fromDay = dayOf(bench.deployment.genesis, bench.now()) + 2;
  const terms = { crystals: 5, perDay: 1, fromDay, untilDay: 0, contentHash: seeded("task") };
  const define = () =>
    send(bench, "rules", { contract: "taskBook", abi: taskBookAbi, name: "defineTask", args: [terms] });
  await define();
  return [{ operation: "task defined", items: 1, ...(await define()) }];
}

async function measurePolls(bench: Bench): Promise<Measurement[]> {
  const results: { opened: Sent; published: Sent }[] = [];
  for (const poll of [1, 2]) {
    const opensAt = bench.now() + 100;
    const closesAt = opensAt + DAY_S;
    const terms = { contentHash: seeded("poll"), options: OPTIONS, weighting: 0, snapshotDay: 0, opensAt, closesAt };
    const opened = await send(bench, "curator", { contract: "polls", abi: pollsAbi, name: "openPoll", args: [terms] });
    bench.moveTo(closesAt);
    const args = [poll, seeded("root"), [1_000n, 2_000n, 3_000n], 6_000, seeded("data")];
    const published = await send(bench, "curator", { contract: "polls", abi: pollsAbi, name: "publishResult", args });
    results.push({ opened, published });
  }
  const [, { opened, published }] = results as [unknown, { opened: Sent; published: Sent }];
  return [
    { operation: "poll opened", items: 1, ...opened },
    { operation: `poll's result published, ${OPTIONS} options`, items: 1, ...published },
  ];
}

async function measureExclusions(bench: Bench): Promise<Measurement[]> {
  const owners = ownersOf(APPEALS);
  const untilDay = dayOf(bench.deployment.genesis, bench.now()) + 60;
  const excluded: Sent[] = [];
  for (const [i, { account }] of owners.entries()) {
    const args = [account.address, 1, seeded(`evidence ${i}`), untilDay];
    excluded.push(
      await send(bench, "excluder", { contract: "exclusions", abi: exclusionsAbi, name: "excludeAccount", args }),
    );
  }
  const deadline = bench.now() + DEADLINE_AHEAD_S;
  const appeals = owners.map(({ account }, i) => ({
    ...{ account: account.address, exclusion: i + 1, statementHash: seeded(`statement ${i}`), deadline },
  }));
  const signatures = await Promise.all(
    appeals.map((appeal, i) =>
      signIntent(bench, (owners[i] as (typeof owners)[number]).account, "ExclusionAppeal", appeal),
    ),
  );
  const args = [appeals, signatures];
  const appealed = await send(bench, "relayer", {
    ...{ contract: "exclusions", abi: exclusionsAbi, name: "appealExclusions", args },
  });
  return [
    { operation: "account excluded", items: 1, ...(excluded.at(-1) as Sent) },
    { operation: "exclusion appealed against", items: APPEALS, ...appealed },
  ];
}

/** Whose part has an index: the first are of keys that sign and send, the others of nobody. */
function claimantOf(index: number): Hex {
  return index < CLAIMANTS.length
    ? (CLAIMANTS[index] as Actor).address
    : (seeded(`claimant ${index}`).slice(0, 42) as Hex);
}

/** A round's leaves, the same weight for everybody, and their tree. */
function roundOf(round: number): BenefitRound {
  const leaves = Array.from({ length: ACCOUNTS }, (_, index) => ({
    ...{ round, index, account: claimantOf(index), weight: WEIGHT },
    salt: seeded(`salt ${index}`),
  }));
  return { leaves, tree: new MerkleTree(leaves.map(hashRoundLeaf)) };
}

/**
 * Claims from two rounds. One account by itself: first by a claim that writes a new word of claimed bits and a new balance, then by
 * one that finds both written. Then twenty that have signed, in one transaction: from the first round, which pays them for the first
 * time, and from the second.
 */
async function measureRounds(bench: Bench): Promise<Measurement[]> {
  const token = await fundTreasurer(bench);
  const rounds = [roundOf(1), roundOf(2)] as const;
  const opened: Sent[] = [];
  for (const { tree } of rounds) {
    const terms = {
      ...{ token, amount: AMOUNT, day: DAY, accounts: ACCOUNTS, totalWeight: AMOUNT, root: tree.root },
      ...{ deadline: bench.now() + 10 + WINDOW_S + OPEN_S, contentHash: seeded("round") },
    };
    opened.push(
      await send(bench, "treasurer", {
        ...{ contract: "benefitRounds", abi: benefitRoundsAbi, name: "openRound", args: [terms] },
      }),
    );
  }
  bench.moveTo(bench.now() + WINDOW_S);
  const first = await claim(bench, rounds[0], 0);
  await claim(bench, rounds[1], 1);
  const again = await claim(bench, rounds[1], 0);
  const signedFirst = await claimSigned(bench, rounds[0]);
  const signedAgain = await claimSigned(bench, rounds[1]);
  return [
    { operation: "benefit round paid in", items: 1, ...(opened.at(-1) as Sent) },
    { operation: "benefit claimed by proof, depth 17, first", items: 1, ...first },
    { operation: "benefit claimed by proof, depth 17, again", items: 1, ...again },
    { operation: "benefit claimed by signature, depth 17, first", items: SIGNED, ...signedFirst },
    { operation: "benefit claimed by signature, depth 17, again", items: SIGNED, ...signedAgain },
  ];
}

function claimMessage(bench: Bench, { round, index, account }: RoundLeaf) {
  return { account, round, index, to: account, deadline: bench.now() + DEADLINE_AHEAD_S };
}

/** An account claims by itself. */
function claim(bench: Bench, { leaves, tree }: BenefitRound, index: number): Promise<Sent> {
  const leaf = leaves[index] as RoundLeaf;
  const args = [claimMessage(bench, leaf), leaf, tree.proof(index)] as const;
  const data = encodeFunctionData({ abi: benefitRoundsAbi, functionName: "claimBenefit", args });
  return bench.send(CLAIMANTS[index] as Actor, bench.deployment.contracts.benefitRounds, data);
}

/** The relayer sends what accounts beyond the first two have signed. */
async function claimSigned(bench: Bench, { leaves, tree }: BenefitRound): Promise<Sent> {
  const signing = leaves.slice(2, 2 + SIGNED);
  const claims = signing.map((leaf) => claimMessage(bench, leaf));
  const signatures = await Promise.all(
    claims.map((message) => signIntent(bench, CLAIMANTS[message.index] as Actor, "BenefitClaim", message)),
  );
  const proofs = signing.map(({ index }) => tree.proof(index));
  return send(bench, "relayer", {
    ...{ contract: "benefitRounds", abi: benefitRoundsAbi, name: "claimBenefits" },
    args: [claims, signing, proofs, signatures],
  });
}

/** OpenZeppelin's ERC-20, of which the treasurer has enough for two rounds and more. @returns Its address. */
async function fundTreasurer(bench: Bench): Promise<Hex> {
  const { treasurer } = bench.roles;
  const supply = encodeAbiParameters(parseAbiParameters("uint256"), [3n * AMOUNT]);
  const token = await bench.create(treasurer, concat([compilePeer("BatchToken"), supply]));
  const args = [bench.deployment.contracts.benefitRounds, 3n * AMOUNT] as const;
  await bench.send(treasurer, token, encodeFunctionData({ abi: erc20Abi, functionName: "approve", args }));
  return token;
}
