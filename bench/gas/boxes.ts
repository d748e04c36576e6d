import { encodeFunctionData, type Hex, keccak256 } from "viem";
import { mineBoxAbi } from "../../src/chain/generated/mineBox.ts";
import { dropOf, dropStart, type StonesLeaf } from "../../src/protocol/index.ts";
import { type Bench, type Sent, seeded } from "./chain.ts";
import { creditMany, type Day, OWNERS } from "./days.ts";
import type { Measurement } from "./measurement.ts";
import { type Owner, ownersOf, signIntent } from "./owners.ts";

const STONE = 1_000_000_000n;
const KIND = { stones: 1, crystals: 2, voucher: 3 } as const;
const PRICE = 10;
const DEADLINE_AHEAD_S = 3_600;
const INDICES = Array.from({ length: OWNERS }, (_, i) => i);
/** A season begins at least a day after it is fixed. */
const AHEAD_DROPS = 146;
/** Drops with requests. The first is measured; from the tenth on a season writes to no new storage. */
const WARM_AT = 9;
/** Their median is taken, since luck decides how many win stones. */
const WARM_ROUNDS = 11;
const ROUNDS = WARM_AT + WARM_ROUNDS;

/** Eight tiers in which every box gives something, a quarter of them stones. */
const PRIZES = [
  { kind: KIND.voucher, weight: 1, amount: 0n, item: 1 },
  { kind: KIND.stones, weight: 4, amount: 1_000n * STONE, item: 0 },
  { kind: KIND.stones, weight: 25, amount: 100n * STONE, item: 0 },
  { kind: KIND.stones, weight: 70, amount: 20n * STONE, item: 0 },
  { kind: KIND.stones, weight: 150, amount: 5n * STONE, item: 0 },
  { kind: KIND.crystals, weight: 50, amount: 50n, item: 0 },
  { kind: KIND.crystals, weight: 200, amount: 20n, item: 0 },
  { kind: KIND.crystals, weight: 500, amount: 5n, item: 0 },
] as const;

/** The operator's hash chain: the links in the order in which they are revealed, and its tip. */
function hashChain(): { readonly links: readonly Hex[]; readonly tip: Hex } {
  const links: Hex[] = [seeded("last link")];
  while (links.length < ROUNDS) links.unshift(keccak256(links[0] as Hex));
  return { links, tip: keccak256(links[0] as Hex) };
}

function send(bench: Bench, from: keyof Bench["roles"], data: Hex): Promise<Sent> {
  return bench.send(bench.roles[from], bench.deployment.contracts.mineBox, data);
}

/** Credits the owners' crystals, by one proof. */
function creditCrystals(bench: Bench, { day, leaves, tree }: Day): Promise<Sent> {
  const { order, proof, proofFlags } = tree.multiProof(INDICES);
  const listed = order.map((index) => leaves[index] as StonesLeaf);
  const args = [BigInt(day), listed, proof, proofFlags] as const;
  return send(bench, "relayer", encodeFunctionData({ abi: mineBoxAbi, functionName: "creditCrystalsMany", args }));
}

function attestAdults(bench: Bench, owners: readonly Owner[]): Promise<Sent> {
  const args = [owners.map(({ account }) => account.address), true] as const;
  return send(bench, "attester", encodeFunctionData({ abi: mineBoxAbi, functionName: "attestAdults", args }));
}

/** Fixes a season. @returns Its first drop. */
async function openSeason(bench: Bench, tip: Hex): Promise<number> {
  const firstDrop = dropOf(bench.deployment.genesis, bench.now()) + AHEAD_DROPS;
  const terms = {
    firstDrop,
    endDrop: firstDrop + 1_000,
    price: PRICE,
    guarantee: 9,
    guaranteedTier: 3,
    maxBoxes: 100,
    budget: 1_000_000n * STONE,
    vouchers: 100,
    links: ROUNDS,
    tip,
    prizes: PRIZES,
  };
  await send(bench, "catalogue", encodeFunctionData({ abi: mineBoxAbi, functionName: "openSeason", args: [terms] }));
  return firstDrop;
}

/** Requests a box for each owner in a drop, in one transaction. */
async function request(bench: Bench, owners: readonly Owner[], drop: number, round: number): Promise<Sent> {
  bench.moveTo(dropStart(bench.deployment.genesis, drop));
  const deadline = bench.now() + DEADLINE_AHEAD_S;
  const requests = owners.map(({ account }, i) => ({
    account: account.address,
    season: 1,
    boxes: BigInt(round),
    count: 1,
    salt: BigInt(seeded(`salt ${i} ${round}`).slice(0, 26)),
    deadline,
  }));
  const signatures = await Promise.all(
    requests.map((message, i) => signIntent(bench, (owners[i] as Owner).account, "BoxRequest", message)),
  );
  const args = [requests, signatures] as const;
  return send(bench, "relayer", encodeFunctionData({ abi: mineBoxAbi, functionName: "requestBoxesOf", args }));
}

/** Opens the owners' boxes, in one transaction. */
function open(bench: Bench, owners: readonly Owner[]): Promise<Sent> {
  const args = [owners.map(({ account }) => account.address), owners.map(({ vehicle }) => vehicle)] as const;
  return send(bench, "relayer", encodeFunctionData({ abi: mineBoxAbi, functionName: "openBoxes", args }));
}

/** What a drop with requests takes. */
interface Round {
  readonly requested: Sent;
  readonly revealed: Sent;
  readonly opened: Sent;
}

/** A box for each owner: requested in a drop, revealed and opened in the next. */
async function play(bench: Bench, owners: readonly Owner[], round: number, drop: number, link: Hex): Promise<Round> {
  const requested = await request(bench, owners, drop, round);
  bench.moveTo(dropStart(bench.deployment.genesis, drop + 1));
  // The block after the request's, whose hash the outcome needs.
  await bench.send(bench.roles.relayer, bench.roles.relayer.address, "0x");
  const args = [1, drop, link] as const;
  const revealing = encodeFunctionData({ abi: mineBoxAbi, functionName: "revealDrop", args });
  return { requested, revealed: await send(bench, "operator", revealing), opened: await open(bench, owners) };
}

async function playAll(bench: Bench, day: Day, owners: readonly Owner[]): Promise<Round[]> {
  const { links, tip } = hashChain();
  const firstDrop = await openSeason(bench, tip);
  const rounds: Round[] = [];
  for (const [round, link] of links.entries()) {
    // Whoever plays again has had stones before.
    if (round === 1) await creditMany(bench, day, INDICES);
    rounds.push(await play(bench, owners, round, firstDrop + 2 * round, link));
  }
  return rounds;
}

function median(sent: readonly Sent[]): Sent {
  return sent.toSorted((a, b) => a.gas - b.gas)[Math.floor(sent.length / 2)] as Sent;
}

function measured(when: string, rounds: readonly Round[]): Measurement[] {
  return [
    { operation: `box requested, ${when}`, items: OWNERS, ...median(rounds.map(({ requested }) => requested)) },
    { operation: `drop revealed, ${when}`, items: 1, ...median(rounds.map(({ revealed }) => revealed)) },
    {
      operation: `box opened after its request, ${when}`,
      items: OWNERS,
      ...median(rounds.map(({ opened }) => opened)),
    },
  ];
}

/** Boxes of accounts that play for the first time, and again: a box each, twenty in a transaction. */
export async function measureBoxes(bench: Bench, day: Day): Promise<Measurement[]> {
  const owners = ownersOf(OWNERS);
  const credited = await creditCrystals(bench, day);
  const attested = await attestAdults(bench, owners);
  const [first, ...later] = await playAll(bench, day, owners);
  return [
    { operation: "crystals credited, first", items: OWNERS, ...credited },
    { operation: "adults attested", items: OWNERS, ...attested },
    ...measured("first", [first as Round]),
    ...measured("again", later.slice(WARM_AT - 1)),
  ];
}
