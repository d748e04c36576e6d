import { readPlay } from "../../../src/chain/read/mine-box.ts";
import type { RuleSet } from "../../../src/chain/write/rule-set.ts";
import {
  DAY_S,
  DROP_S,
  DROPS_PER_DAY,
  dropOf,
  type Hex,
  hashStonesLeaf,
  MerkleTree,
  type StonesLeaf,
  ZERO_HASH,
} from "../../../src/protocol/index.ts";
import { addressOf, keyOf } from "../../relayer/support/keys.ts";
import { carOf, pairingOf, registerCars, type TestCar } from "../../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../../relayer/support/programme.ts";
import { KIND, type TestPrize } from "../../support/contracts-boxes.ts";

/** Who plays; carol holds no car. */
export const PLAYERS = ["alice", "bob", "carol", "dave"] as const;
const CARS: Readonly<Record<string, TestCar>> = Object.fromEntries(PLAYERS.map((name) => [name, carOf(name, name)]));
const WITHOUT_CAR = "carol";
const CRYSTALS = 10_000n;
const CHALLENGE_WINDOW_S = 3_600;
const FUNDS_WEI = "0x56bc75e2d63100000";

/** What every box wins: a stone, or two, or five. */
const AMOUNTS = [5n * 10n ** 9n, 2n * 10n ** 9n, 10n ** 9n] as const;
export const GUARANTEED_TIER = 1;

/** Terms of a season that a test says otherwise. */
interface SeasonTerms {
  readonly guaranteedTier: number;
  readonly vouchers: number;
  readonly prizes: readonly TestPrize[];
}

/** A programme in which players have crystals, and seasons can be opened. */
export interface BoxStage extends TestProgramme {
  /** Fixes a season that begins as soon as it may, and moves to its first drop. @returns Its number and first drop. */
  openSeason(tip: Hex, links: number, more?: SeasonTerms): Promise<{ season: number; firstDrop: number }>;
  /** A player requests boxes. @returns The block in which the request stands. */
  request(name: string, season: number, count: number): Promise<number>;
  /** Moves to the start of a drop. */
  moveToDrop(drop: number): Promise<void>;
  /** Pairs a player's car. @param owner Under whose name; the player's own by default. */
  pair(name: string, owner?: string): Promise<void>;
}

/** Day 0 is settled with crystals for every player and can be credited; all are adults, and all but carol hold a car. */
export async function startBoxStage(rules: Partial<RuleSet> = {}): Promise<BoxStage> {
  const programme = await startProgramme({ rules: { challengeWindowS: CHALLENGE_WINDOW_S, ...rules } });
  for (const name of [...PLAYERS, "box", "second box"]) {
    await programme.rpc("anvil_setBalance", [addressOf(name), FUNDS_WEI]);
  }
  const stage = { ...programme, ...playing(programme) };
  await registerCars(programme, Object.values(CARS));
  for (const name of PLAYERS) if (name !== WITHOUT_CAR) await stage.pair(name);
  await settleCrystals(programme);
  await programme.writer("attester").call("mineBox", "attestAdults", [PLAYERS.map(addressOf), true]);
  return stage;
}

function playing(programme: TestProgramme): Omit<BoxStage, keyof TestProgramme> {
  const { client, deployment } = programme;
  const moveToDrop = (drop: number) => programme.moveTo(GENESIS + drop * DROP_S);
  let seasons = 0;
  return {
    moveToDrop,
    async openSeason(tip, links, more) {
      const { timestamp } = await client.getBlock();
      const firstDrop = dropOf(GENESIS, Number(timestamp) + CHALLENGE_WINDOW_S) + 1;
      const terms = {
        ...{ firstDrop, endDrop: firstDrop + 20, price: 10, guarantee: 2, guaranteedTier: GUARANTEED_TIER },
        ...{ maxBoxes: 500, budget: 10n ** 13n, vouchers: 0, links, tip },
        prizes: AMOUNTS.map((amount, tier) => ({ kind: KIND.stones, weight: 1 + 3 * tier, amount, item: 0 })),
        ...more,
      };
      await programme.writer("catalogue").call("mineBox", "openSeason", [terms]);
      await moveToDrop(firstDrop);
      return { season: ++seasons, firstDrop };
    },
    async request(name, season, count) {
      const account = addressOf(name);
      const { boxes } = await readPlay(client, deployment, account);
      const request = {
        account,
        season,
        boxes,
        count,
        salt: BigInt(keyOf(`salt ${name} ${boxes}`)) >> 160n,
        deadline: 0,
      };
      return (await programme.writer(name).call("mineBox", "requestBoxes", [request])).block;
    },
    async pair(name, owner = name) {
      const { timestamp } = await client.getBlock();
      const car = { ...(CARS[name] as TestCar), owner };
      const { message, signature, deviceSignature } = pairingOf(programme, car, Number(timestamp) + 60);
      const pairing = message as { vehicle: Hex; account: Hex; deadline: number };
      const args = [[pairing], [signature], [deviceSignature as Hex]] as const;
      await programme.writer("manufacturer").call("vehicleRegistry", "pairVehicles", args);
    },
  };
}

/** Settles day 0 with crystals only, and credits them. */
async function settleCrystals(programme: TestProgramme): Promise<void> {
  const relayer = programme.writer("relayer");
  await programme.moveTo(GENESIS + DAY_S);
  await relayer.call("dropAnchor", "anchorDrops", [0n, Array<Hex>(DROPS_PER_DAY).fill(ZERO_HASH), ZERO_HASH]);
  const leaves = PLAYERS.map(
    (name, index): StonesLeaf => ({
      ...{ index, account: addressOf(name), stones: 0n, crystals: CRYSTALS },
      ...{ prefix: ZERO_HASH, headAward: ZERO_HASH, salt: keyOf(`leaf ${name}`) },
    }),
  );
  const tree = new MerkleTree(leaves.map(hashStonesLeaf));
  const total = CRYSTALS * BigInt(leaves.length);
  const sums = [leaves.length, 0n, total, 0n, ZERO_HASH] as const;
  await relayer.call("stoneLedger", "settleDay", [0n, tree.root, keyOf("metres"), ...sums]);
  await programme.moveTo(GENESIS + DAY_S + CHALLENGE_WINDOW_S);
  for (const [at, leaf] of leaves.entries()) {
    await programme.writer("relayer").call("mineBox", "creditCrystals", [0n, leaf, tree.proof(at)]);
  }
}
