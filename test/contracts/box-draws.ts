import { expect } from "chai";
import { describe, it } from "mocha";
import type { BoxDrawer } from "../../types/ethers-contracts/index.ts";
import { prizeOf } from "../support/contracts-boxes.ts";
import type { DrawVectors } from "../support/draws.ts";
import { readVectors } from "../support/vectors.ts";
import { ethers, seeded } from "./fixture.ts";

const { chains, seeds, tiers, openings } = readVectors<DrawVectors>("draws");

function drawer(): Promise<BoxDrawer> {
  return ethers.deployContract("BoxDrawer");
}

/** A table with these weights: its prizes are of no matter for a draw. */
function table(weights: readonly number[]) {
  return weights.map((weight) => prizeOf("nothing", { weight }));
}

describe("Vectors: draws", () => {
  it("given every hash chain, each link is what keccak256 makes of the next", () => {
    for (const { links, tip } of chains) {
      expect(links.map((link) => ethers.keccak256(link))).to.deep.equal([tip, ...links.slice(0, -1)]);
    }
  });

  it("given every link and block hash, Solidity makes the same seed", async () => {
    const contract = await drawer();
    const found = await Promise.all(seeds.map(({ link, blockHash }) => contract.seedOf(link, blockHash)));
    expect(found).to.deep.equal(seeds.map(({ seed }) => seed));
  });

  it("given every table and hash, Solidity draws the same tier", async () => {
    const contract = await drawer();
    const found = await Promise.all(tiers.map(({ weights, outcome }) => contract.tierOf(table(weights), outcome)));
    expect(found.map(Number)).to.deep.equal(tiers.map(({ tier }) => tier));
  });

  for (const { weights, tiers: won, missesAfter, ...opening } of openings) {
    it(`given box ${opening.firstBox} and those after it, they win what they win in Solidity`, async () => {
      const contract = await drawer();
      const [found, misses] = await contract.open(table(weights), opening);
      expect([found.map(Number), Number(misses)]).to.deep.equal([won, missesAfter]);
    });
  }
});

describe("Odds", () => {
  const CALLS = 20;
  const DRAWS_A_CALL = 1_000;
  const TABLES: readonly { title: string; weights: readonly number[]; critical: number }[] = [
    // Critical values of the chi-squared distribution for p = 0.001, with a degree of freedom less than tiers.
    { title: "eight tiers", weights: [10, 40, 80, 170, 200, 50, 150, 300], critical: 24.32 },
    { title: "sixteen even tiers", weights: Array<number>(16).fill(7), critical: 37.7 },
    { title: "a rare tier", weights: [1, 99], critical: 10.83 },
  ];

  /** How often each tier is drawn in 20,000 boxes; the same in every run. */
  async function countDraws(title: string, weights: readonly number[]): Promise<number[]> {
    const contract = await drawer();
    const counts = weights.map(() => 0);
    for (let call = 0; call < CALLS; call++) {
      const drawn = await contract.countDraws(table(weights), seeded(`odds ${title} ${call}`), DRAWS_A_CALL);
      for (const [tier, count] of drawn.entries()) counts[tier] = (counts[tier] as number) + Number(count);
    }
    return counts;
  }

  /** How far counts are from what a table says. */
  function chiSquared(counts: readonly number[], weights: readonly number[]): number {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.reduce((total, weight, tier) => {
      const expected = (CALLS * DRAWS_A_CALL * weight) / sum;
      return total + ((counts[tier] as number) - expected) ** 2 / expected;
    }, 0);
  }

  for (const { title, weights, critical } of TABLES) {
    it(`given ${title}, 20,000 draws are as frequent as the table says`, async () => {
      const counts = await countDraws(title, weights);
      expect(counts.reduce((total, count) => total + count, 0)).to.equal(CALLS * DRAWS_A_CALL);
      expect(chiSquared(counts, weights)).to.be.lessThan(critical);
    });
  }

  it("given draws of a table that is not quite even, the measure tells it from an even one", async () => {
    const counts = await countDraws("not quite even", [53, 47]);
    expect(chiSquared(counts, [1, 1])).to.be.greaterThan(10.83);
  });
});
