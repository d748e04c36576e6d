import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { RoundLeaf } from "../../src/protocol/index.ts";
import { addressOf, deployContracts, type Programme } from "../support/contracts.ts";
import { grantOf } from "../support/contracts-consents.ts";
import { anchorThrough, openingsOf, settlementArguments, stonesTree } from "../support/contracts-days.ts";
import { digestOf } from "../support/contracts-intents.ts";
import type { Owner } from "../support/contracts-signers.ts";
import { pair, register, type TestVehicle } from "../support/contracts-vehicles.ts";
import { actAs, at, connection, DAY_S, DROP_S, ethers, GENESIS, load, moveTo, now, seeded } from "./fixture.ts";
import { type RoundTree, roundTree } from "./fundable.ts";
import { SIGNER_KINDS, type SignerKind } from "./signers.ts";

const PAIRED_AT = GENESIS - 3_600;
/** When every intent of these tests can be carried out; vehicles are paired for 90 days, a successor announced for 60. */
export const NOW = GENESIS + 95 * DAY_S;
export const DEADLINE = NOW + 3_600;
/** Where everybody's stones may migrate to. */
export const SUCCESSOR = ethers.getAddress(`0x${"5a".repeat(20)}`);

const PRICE = 1_000_000n;
const STONES = 10n * PRICE;
const CRYSTALS = 100n;

/** Leaves of a settled day. */
type Opening = ReturnType<typeof openingsOf>;

/** What one account has, so that it can sign an intent of every type. */
export interface Estate {
  readonly owner: Owner;
  /** An account of the same kind that has nothing. */
  readonly fresh: Owner;
  /** Held, to be paired, held, and held but asked back by the manufacturer. */
  readonly vehicles: Readonly<Record<"held" | "toPair" | "toRelease" | "toContest", TestVehicle>>;
  /** Fulfilled orders. */
  readonly orders: Readonly<Record<"toAccept" | "toObject", string>>;
  /** Number of the announced recovery. */
  readonly recovery: number;
  /** Number of the exclusion that stands. */
  readonly exclusion: number;
  /** Its part of benefit round 1. */
  readonly part: { readonly leaf: RoundLeaf; readonly proof: readonly string[] };
  /** What day 1 gives everybody, which is not credited yet. */
  readonly earned: Opening;
}

/** A programme in which accounts of every kind can sign everything, and another one of the same code. */
export interface Signable {
  readonly p: Programme;
  readonly other: Programme;
  readonly estates: ReadonlyMap<SignerKind, Estate>;
}

/** What an account has before anything counts on the time. */
type Beginning = Omit<Estate, "orders" | "recovery" | "exclusion" | "part" | "earned"> & {
  readonly acting: HardhatEthersSigner;
};

async function begin(p: Programme, kind: SignerKind): Promise<Beginning> {
  const owner = await kind.make(p, "owner");
  const fresh = await kind.make(p, "newcomer");
  const acting = await actAs(owner.address);
  const names = ["held", "to pair", "to release", "to contest"].map((use) => `${use} by ${kind.title}`);
  const [held, toPair, toRelease, toContest] = (await register(p, ...names)) as [
    TestVehicle,
    TestVehicle,
    TestVehicle,
    TestVehicle,
  ];
  for (const vehicle of [held, toRelease, toContest]) {
    await pair(p, vehicle, acting, { time: (await now()) + 1, at });
  }
  return { owner, fresh, acting, vehicles: { held, toPair, toRelease, toContest } };
}

/** Settles a day on which everybody earns as many stones as on the day before, until it can be credited. @returns Its leaves. */
async function settle(p: Programme, day: number, accounts: readonly string[]): Promise<Opening> {
  const stones = BigInt(day + 1) * STONES;
  const tree = stonesTree(accounts.map((account) => ({ account, stones, crystals: CRYSTALS })));
  const count = BigInt(accounts.length);
  const totals = {
    stonesRoot: tree.tree.root,
    accounts: accounts.length,
    stones: count * stones,
    crystals: count * CRYSTALS,
    metres: 100_000n,
  };
  await anchorThrough(p, day, moveTo);
  await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(day, totals));
  await moveTo((await now()) + p.rulesInForce.challengeWindowS);
  return openingsOf(
    tree,
    accounts.map((_, index) => index),
  );
}

/** Settles day 0 and credits stones and crystals to everybody. */
async function pay(p: Programme, accounts: readonly string[]): Promise<void> {
  const { leaves, proof, flags } = await settle(p, 0, accounts);
  await p.stoneLedger.creditMany(0, leaves, proof, flags);
  await p.mineBox.creditCrystalsMany(0, leaves, proof, flags);
}

/** Lists an item and opens a season, both open for a while from NOW on. */
async function offer(p: Programme): Promise<void> {
  await p.catalogue.connect(p.roles.catalogue).listItem({
    sku: seeded("seat heating"),
    price: PRICE,
    stock: 100,
    opensAt: 0,
    closesAt: NOW + 100 * DAY_S,
    fulfilmentS: 20 * DAY_S,
    minDaysPaired: 90,
    maxRank: 0,
    milestone: 0,
  });
  const firstDrop = Math.floor((NOW - GENESIS) / DROP_S);
  await p.mineBox.connect(p.roles.catalogue).openSeason({
    firstDrop,
    endDrop: firstDrop + 1_000,
    price: 10,
    guarantee: 5,
    guaranteedTier: 0,
    maxBoxes: 100,
    budget: 0,
    vouchers: 0,
    links: 10,
    tip: seeded("tip"),
    prizes: [{ kind: 2, weight: 1, amount: 1, item: 0 }],
  });
}

/** Pays in a round with a part for everybody, that can be claimed long before NOW. */
async function fund(p: Programme, accounts: readonly string[]): Promise<RoundTree> {
  const tree = roundTree(accounts.map((account) => ({ account, weight: STONES })));
  const { treasurer } = p.roles;
  const token = await ethers.deployContract("OddToken");
  await token.mint(treasurer.address, STONES);
  await token.connect(treasurer).approve(addressOf(p.benefitRounds), STONES);
  await p.benefitRounds.connect(treasurer).openRound({
    ...{ token: addressOf(token), amount: STONES, day: 0, accounts: accounts.length },
    ...{ totalWeight: BigInt(accounts.length) * STONES, deadline: NOW + 30 * DAY_S },
    ...{ root: tree.tree.root, contentHash: seeded("what the round is for") },
  });
  return tree;
}

/** Places an order and fulfils it. @returns Its id. */
async function deliver(p: Programme, { owner, acting, vehicles }: Beginning, nonce: bigint): Promise<string> {
  const intent = {
    account: owner.address,
    item: 1,
    vehicle: vehicles.held.vehicle,
    maxPrice: PRICE,
    nonce,
    deadline: 0,
  };
  await p.redemptionDesk.connect(acting).placeOrder(intent);
  const order = digestOf("OrderIntent", intent, { contracts: p });
  await p.redemptionDesk.connect(p.roles.operator).fulfilOrder(order, seeded("evidence"));
  return order;
}

/** The rest of what an account needs, shortly before NOW. */
async function complete(p: Programme, given: Beginning, come: Pick<Estate, "part" | "earned">): Promise<Estate> {
  const { owner, fresh, acting, vehicles } = given;
  const box = await actAs(p.mineBox);
  await p.consentRegistry.connect(acting).grantConsent(grantOf(p, acting, { purpose: 2 }));
  await p.vehicleRegistry.connect(p.roles.manufacturer).requestRelease(vehicles.toContest.vehicle);
  await p.redemptionDesk.connect(box).grantVouchers(owner.address, 1, 1);
  await p.mineBox.connect(p.roles.attester).attestAdults([owner.address], true);
  const recovery = { account: owner.address, to: fresh.address, deadline: DEADLINE };
  const agreed = await fresh.sign("AccountMove", recovery, { contracts: p });
  const documents = seeded("documents of a lost key");
  await p.accountMoves.connect(p.roles.recovery).announceRecovery(recovery, agreed, 1, documents);
  const { number } = await p.accountMoves.recoveryOf(owner.address);
  const tomorrow = Number(await p.rules.dayOf(await now())) + 1;
  await p.exclusions
    .connect(p.roles.excluder)
    .excludeAccount(owner.address, 1, seeded(`evidence against ${owner.address}`), tomorrow + 10);
  return {
    ...{ owner, fresh, vehicles, ...come },
    orders: { toAccept: await deliver(p, given, 1n), toObject: await deliver(p, given, 2n) },
    recovery: Number(number),
    exclusion: Number(await p.exclusions.exclusionCount()),
  };
}

async function deploySignable(): Promise<Signable> {
  const p = await deployContracts(connection, { genesis: GENESIS });
  const other = await deployContracts(connection, { genesis: GENESIS });
  await p.stoneLedger.connect(p.roles.admin).announceSuccessor(SUCCESSOR);
  await moveTo(PAIRED_AT);
  const beginnings: Beginning[] = [];
  for (const kind of SIGNER_KINDS) beginnings.push(await begin(p, kind));
  const accounts = beginnings.map(({ owner }) => owner.address);
  await pay(p, accounts);
  const earned = await settle(p, 1, accounts);
  await offer(p);
  const { leaves, tree } = await fund(p, accounts);
  await moveTo(NOW - 3_600);
  const estates = new Map<SignerKind, Estate>();
  for (const [i, kind] of SIGNER_KINDS.entries()) {
    const part = { leaf: leaves[i] as RoundLeaf, proof: tree.proof(i) };
    estates.set(kind, await complete(p, beginnings[i] as Beginning, { part, earned }));
  }
  return { p, other, estates };
}

/** A fresh one of these; the chain stands shortly before NOW. */
export function signable(): Promise<Signable> {
  return load(deploySignable);
}
