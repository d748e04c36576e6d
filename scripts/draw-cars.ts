// Draws docs/pictures/virtual-car.svg, the virtual car at its ten levels, by the code that draws it on chain, and notes in
// test/vectors/drawings.json what cars of every level look like, as hashes: whoever changes a drawing looks at the sheet first.
//
//     node --import tsx scripts/draw-cars.ts
//
// Open the file in a browser. `--check` compares instead of writing and fails on any difference. The contracts are compiled
// first if they have to be.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { network } from "hardhat";
import type { CarDrawer } from "../types/ethers-contracts/index.ts";

const SHEET = "docs/pictures/virtual-car.svg";
const HASHES = "test/vectors/drawings.json";
const LEVELS = 10;
const CARS_A_LEVEL = 4;
const COLUMNS = 2;
/** Sizes in the sheet's own units: a drawing as it says of itself, and the space around it. */
const [WIDTH, HEIGHT, GAP] = [800, 500, 20];

execFileSync("node_modules/.bin/hardhat", ["compile", "--quiet"], { stdio: "inherit" });
const { ethers, close } = await network.create();

/** A car of each level, every other one of the angel round, each with a season more than the one before. */
async function drawCars(drawer: CarDrawer): Promise<string[]> {
  const cars: string[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const badges = 2n ** BigInt(level + 1) - 2n;
    cars.push(await drawer.draw(ethers.id(`example ${level}`), { level, angel: level % 2 === 1, badges }));
  }
  return cars;
}

/**
 * The seasons that car `i` has a badge of, a bit each. A picture shows the latest of them and counts the others, so cars should
 * differ in both: every third car has none, and the others' bits, about half of them set, are shifted out further from car to
 * car, from 250 bits to none. The steps, 6 and at every fifth car 11, only need to be uneven; other ones would be other cars.
 */
function badgesOf(i: number): bigint {
  if (i % 3 === 0) return 0n;
  return BigInt(ethers.id(`badges ${i}`)) >> BigInt(7 * i - (i % 5));
}

/** Some cars of each level, whose ids, cohorts and seasons differ, and the keccak256 of each drawing. */
async function hashCars(drawer: CarDrawer): Promise<object[]> {
  const cars: object[] = [];
  for (let i = 0; i < LEVELS * CARS_A_LEVEL; i++) {
    const tokenId = ethers.id(`drawing ${i}`);
    const badges = `0x${badgesOf(i).toString(16)}`;
    const traits = { level: i % LEVELS, angel: i % 4 < 2, badges };
    cars.push({ tokenId, ...traits, hash: ethers.id(await drawer.draw(tokenId, traits)) });
  }
  return cars;
}

/** Each drawing is an image of its own within the sheet, since all of them use the same ids. */
function place(car: string, index: number): string {
  const x = (index % COLUMNS) * (WIDTH + GAP);
  const y = Math.floor(index / COLUMNS) * (HEIGHT + GAP);
  const uri = `data:image/svg+xml;base64,${Buffer.from(car).toString("base64")}`;
  return `<image x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" href="${uri}"/>\n`;
}

function sheetOf(cars: readonly string[]): string {
  const width = COLUMNS * (WIDTH + GAP) - GAP;
  const height = Math.ceil(cars.length / COLUMNS) * (HEIGHT + GAP) - GAP;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">\n` +
    `<title>The virtual car at its ten levels</title>\n${cars.map(place).join("")}</svg>\n`
  );
}

const drawer = await ethers.deployContract("CarDrawer");
const files = {
  [SHEET]: sheetOf(await drawCars(drawer)),
  [HASHES]: `${JSON.stringify(await hashCars(drawer), null, 1)}\n`,
};
await close();
for (const [path, text] of Object.entries(files)) {
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  } else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    console.error(`${path} is not what the contracts draw: run node --import tsx scripts/draw-cars.ts`);
    process.exitCode = 1;
  }
}
