import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { CarDrawer } from "../../types/ethers-contracts/index.ts";
import { readVectors } from "../support/vectors.ts";
import { elementsOf, parseXml, type XmlElement } from "../support/xml.ts";
import { ethers, load, seeded } from "./fixture.ts";
import { givePrize } from "./movable.ts";
import { minted } from "./vehicle-token.ts";

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const STONE = 1_000_000_000n;
const TOKEN = BigInt(seeded("car"));
/** Of an eth_call: far below what nodes allow. */
const MOST_GAS = 5_000_000n;

/** What the drawings are made of. */
const ELEMENTS = [
  "svg",
  "title",
  "desc",
  "g",
  "path",
  "circle",
  "ellipse",
  "text",
  "use",
  "linearGradient",
  "radialGradient",
  "stop",
];

interface RecordedCar {
  readonly tokenId: string;
  readonly level: number;
  readonly angel: boolean;
  readonly badges: string;
  readonly hash: string;
}

/** Made by scripts/draw-cars.ts. */
const recorded = readVectors<readonly RecordedCar[]>("drawings");

interface Traits {
  readonly level: number;
  readonly angel: boolean;
  readonly badges: bigint;
}

const PLAIN: Traits = { level: 0, angel: false, badges: 0n };
const RICHEST: Traits = { level: 9, angel: true, badges: 2n ** 256n - 1n };

async function deployDrawer(): Promise<CarDrawer> {
  return ethers.deployContract("CarDrawer");
}

async function draw(traits: Traits, tokenId = TOKEN): Promise<string> {
  return (await load(deployDrawer)).draw(tokenId, traits);
}

async function describeCar(traits: Traits, tokenId = TOKEN): Promise<string> {
  return (await load(deployDrawer)).describe(tokenId, traits);
}

/** What a base64 data URI of a type holds. */
function decode(uri: string, type: string): string {
  const prefix = `data:${type};base64,`;
  expect(uri.slice(0, prefix.length)).to.equal(prefix);
  return Buffer.from(uri.slice(prefix.length), "base64").toString("utf8");
}

function metadataOf(uri: string) {
  return JSON.parse(decode(uri, "application/json"));
}

/** How many elements of a drawing are painted with a gradient. */
function countPainted(drawing: XmlElement, gradient: string): number {
  return elementsOf(drawing).filter(({ attributes }) => attributes.fill === `url(#${gradient})`).length;
}

function textsOf(drawing: XmlElement): string[] {
  return elementsOf(drawing)
    .filter(({ name }) => name === "text")
    .map(({ text }) => text);
}

/** Everything that a drawing names by `href` or `url(…)`, in whatever attribute. */
function referencesOf(drawing: XmlElement): string[] {
  return elementsOf(drawing).flatMap(({ attributes }) => [
    ...(attributes.href === undefined ? [] : [attributes.href]),
    ...Object.values(attributes).flatMap((value) => [...value.matchAll(/url\(([^)]*)\)/g)].map(([, target]) => target)),
  ]) as string[];
}

describe("parseXml", () => {
  for (const broken of [
    "",
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "text",
    '<a x="1" x="2"/>',
    "<a x=1/>",
    '<a x="<"/>',
    "<a>&</a>",
    "<a><b></a></b>",
    "<a>></a>",
  ]) {
    it(`given ${broken === "" ? "nothing" : broken}, it is refused`, () => {
      expect(() => parseXml(broken)).to.throw();
    });
  }

  it("given elements in elements, all of it is read", () => {
    expect(parseXml('<a x="1">t<b/></a>')).to.deep.equal({
      name: "a",
      attributes: { x: "1" },
      children: [{ name: "b", attributes: {}, children: [], text: "" }],
      text: "t",
    });
  });
});

describe("CarDrawer: draw", () => {
  it("given any car of those recorded, it looks as it did when somebody last looked", async () => {
    for (const { hash, tokenId, level, angel, badges } of recorded) {
      const drawing = await draw({ level, angel, badges: BigInt(badges) }, BigInt(tokenId));
      expect(ethers.id(drawing), `car ${tokenId}`).to.equal(hash);
    }
    expect(new Set(recorded.map(({ level }) => level)).size).to.equal(LEVELS.length);
  });
});

describe("CarDrawing: metadata", () => {
  for (const level of LEVELS) {
    it(`given level ${level}, its attributes say so`, async () => {
      const { name, attributes } = metadataOf(await describeCar({ level, angel: level % 2 === 0, badges: 0b1010n }));
      expect(name).to.equal(`Cairn Vehicle ${ethers.toBeHex(TOKEN, 32).slice(0, 10)}`);
      expect(attributes).to.deep.equal([
        { trait_type: "Level", max_value: 9, value: level },
        { trait_type: "Cohort", value: level % 2 === 0 ? "Angel round" : "General" },
        { trait_type: "Seasons", value: 2 },
      ]);
    });
  }

  it("when made, its image is the drawing", async () => {
    const { image } = metadataOf(await describeCar(RICHEST));
    expect(decode(image, "image/svg+xml")).to.equal(await draw(RICHEST));
  });
});

describe("VehicleToken: tokenURI", () => {
  it("given a token, it is made of its number and traits", async () => {
    const { p, token, owner, tokenId } = await minted();
    await givePrize(p, owner.address, 500n * STONE);
    const uri = await token.tokenURI(tokenId);
    expect(uri).to.equal(await describeCar({ level: 3, angel: true, badges: 0n }, tokenId));
  });

  it("given no such token, it is refused", async () => {
    const { token } = await minted();
    await expect(token.tokenURI(7)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken").withArgs(7);
  });

  it("given other stones of the same level, it is the same to the letter", async () => {
    const { p, token, owner, tokenId } = await minted();
    await givePrize(p, owner.address, 100n * STONE);
    const least = await token.tokenURI(tokenId);
    await givePrize(p, owner.address, 100n * STONE - 1n);
    expect(await token.tokenURI(tokenId)).to.equal(least);
    await givePrize(p, owner.address, 1n);
    expect(await token.tokenURI(tokenId)).to.not.equal(least);
  });

  it("given everything that can be drawn, a call has gas enough", async () => {
    const drawer = await load(deployDrawer);
    expect(Number(await drawer.describe.estimateGas(TOKEN, RICHEST))).to.be.below(Number(MOST_GAS));
  });
});

describe("CarDrawing: picture", () => {
  for (const level of LEVELS) {
    it(`given level ${level}, the cairn has ${level + 1} stones and the picture names the level`, async () => {
      const drawing = parseXml(await draw({ ...PLAIN, level }));
      expect(countPainted(drawing, "rock")).to.equal(level + 1);
      expect(textsOf(drawing)).to.deep.equal([`LEVEL ${level}`]);
    });
  }

  it("given one car at ten levels, no two pictures are alike but for the text", async () => {
    const pictures: string[] = [];
    for (const level of LEVELS) pictures.push(await draw({ ...PLAIN, level }));
    const bare = pictures.map((picture) => picture.replace(/<desc>.*?<\/desc>/, "").replace(/LEVEL \d/, ""));
    expect(new Set(bare).size).to.equal(LEVELS.length);
  });

  it("given two cars with the same traits, the pictures differ", async () => {
    const traits = { ...PLAIN, level: 5 };
    expect(await draw(traits, BigInt(seeded("a")))).to.not.equal(await draw(traits, BigInt(seeded("b"))));
  });

  it("given the angel round, the emblem and a golden line are added and nothing else", async () => {
    const plain = await draw({ ...PLAIN, level: 4 });
    const angel = await draw({ ...PLAIN, level: 4, angel: true });
    const golden = (picture: string) => picture.split("url(#gold)").length - 1;
    expect([golden(plain), golden(angel)]).to.deep.equal([0, 3]);
    expect(parseXml(angel).children.length).to.equal(parseXml(plain).children.length + 1);
  });

  it("given few seasons, each has its badge, the latest first", async () => {
    expect(textsOf(parseXml(await draw({ ...PLAIN, badges: 0b1000_0110n })))).to.deep.equal(["7", "2", "1", "LEVEL 0"]);
  });

  it("given as many seasons as fit, none is only counted", async () => {
    const texts = textsOf(parseXml(await draw({ ...PLAIN, badges: 0b1_1111_1110n })));
    expect(texts).to.deep.equal(["8", "7", "6", "5", "4", "3", "2", "1", "LEVEL 0"]);
  });

  it("given more seasons than fit, the earliest are counted", async () => {
    const texts = textsOf(parseXml(await draw({ ...PLAIN, badges: 0b1111_1111_1110n })));
    expect(texts).to.deep.equal(["11", "10", "9", "8", "7", "6", "5", "4", "+3", "LEVEL 0"]);
  });

  it("given somebody who does not see it, title and description tell of it", async () => {
    const { children } = parseXml(await draw({ level: 7, angel: true, badges: 0b110n }));
    expect(children.slice(0, 2).map(({ name, text }) => [name, text])).to.deep.equal([
      ["title", `Cairn Vehicle ${ethers.toBeHex(TOKEN, 32).slice(0, 10)}`],
      [
        "desc",
        "A car on a road through a valley, beside a pile of stones. Level 7 of 9, angel round, season badges: 2.",
      ],
    ]);
  });
});

describe("CarDrawing: any traits", () => {
  const traits = fc.record({
    level: fc.constantFrom(...LEVELS),
    angel: fc.boolean(),
    badges: fc.oneof(fc.bigInt({ min: 0n, max: 0xffffn }), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })),
  });
  const tokenIds = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.constantFrom(0n, 1n, 2n ** 256n - 1n));

  it("given any token and traits, it is valid SVG that needs nothing from outside and runs nothing", async () => {
    await fc.assert(
      fc.asyncProperty(tokenIds, traits, async (tokenId, given) => {
        const { image } = metadataOf(await describeCar(given, tokenId));
        const drawing = parseXml(decode(image, "image/svg+xml"));
        expect([drawing.name, drawing.attributes.xmlns, drawing.attributes.viewBox]).to.deep.equal([
          "svg",
          "http://www.w3.org/2000/svg",
          "0 0 800 500",
        ]);
        const all = elementsOf(drawing);
        for (const { name, attributes } of all) {
          expect(ELEMENTS).to.include(name);
          expect(Object.keys(attributes).filter((key) => key.startsWith("on") || key === "style")).to.deep.equal([]);
        }
        const ids = all.flatMap(({ attributes }) => attributes.id ?? []);
        expect(new Set(ids).size).to.equal(ids.length);
        const named = ids.map((id) => `#${id}`);
        expect(referencesOf(drawing).filter((target) => !named.includes(target))).to.deep.equal([]);
        expect(referencesOf(drawing)).to.include("#sky");
      }),
      { numRuns: 60, seed: 20_231_115 },
    );
  });
});
