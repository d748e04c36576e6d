// Draws docs/pictures/virtual-car.svg, the virtual car at its ten levels, by the code that draws it on chain:
//
//     node --import tsx scripts/draw-cars.ts
//
// Open the file in a browser. `--check` compares instead of writing and fails on any difference. The contracts are compiled
// first if they have to be.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { network } from "hardhat";

const PATH = "docs/pictures/virtual-car.svg";
const LEVELS = 10;
const COLUMNS = 2;
/** Sizes in the sheet's own units: a drawing as it says of itself, and the space around it. */
const [WIDTH, HEIGHT, GAP] = [800, 500, 20];

/** A car of each level, every other one of the angel round, each with a season more than the one before. */
async function drawCars(): Promise<string[]> {
  const { ethers, close } = await network.create();
  const drawer = await ethers.deployContract("CarDrawer");
  const cars: string[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const badges = 2n ** BigInt(level + 1) - 2n;
    cars.push(await drawer.draw(ethers.id(`example ${level}`), { level, angel: level % 2 === 1, badges }));
  }
  await close();
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

execFileSync("node_modules/.bin/hardhat", ["compile", "--quiet"], { stdio: "inherit" });
const sheet = sheetOf(await drawCars());
if (!process.argv.includes("--check")) {
  mkdirSync(dirname(PATH), { recursive: true });
  writeFileSync(PATH, sheet);
  console.log(`wrote ${PATH}`);
} else if (!existsSync(PATH) || readFileSync(PATH, "utf8") !== sheet) {
  console.error(`${PATH} is not what the contracts draw: run node --import tsx scripts/draw-cars.ts`);
  process.exitCode = 1;
}
