import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { documentHash, hashOrFile } from "../../src/cli/operator/documents.ts";
import { readItemTerms } from "../../src/cli/operator/item-terms.ts";
import { readSeasonTerms, seasonFacts } from "../../src/cli/operator/season-terms.ts";
import { TermsFile } from "../../src/cli/operator/terms-file.ts";
import { readRegistrations } from "../../src/cli/operator/vehicle-file.ts";
import { skuOf } from "../../src/protocol/index.ts";
import { assertThrowsCode } from "../support/assertions.ts";
import { temporaryFolder } from "../support/run-cli.ts";

const FOLDER = temporaryFolder();
const HASH = `0x${"ab".repeat(32)}`;

function file(name: string, content: unknown): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const ITEM = { sku: "software/parking", priceStones: "12.5", stock: 100, fulfilmentDays: 1.5, minDaysPaired: 90 };

describe("an item's file", () => {
  test("when it has what must be said, the rest has its natural defaults", () => {
    assert.deepEqual(readItemTerms(file("item.json", ITEM)), {
      sku: skuOf("software/parking"),
      price: 12_500_000_000n,
      stock: 100,
      opensAt: 0,
      closesAt: 2 ** 40 - 1,
      fulfilmentS: 129_600,
      minDaysPaired: 90,
      maxRank: 0,
      milestone: 0,
    });
  });

  test("when it changes an item, what it leaves out stays", () => {
    const before = readItemTerms(file("item.json", { ...ITEM, maxRank: 3_000, closesAt: 1_900_000_000 }));
    const after = readItemTerms(
      file("change.json", { priceStones: "9", opensAt: "2027-01-31T08:00:00+08:00" }),
      before,
    );
    assert.deepEqual(after, { ...before, price: 9_000_000_000n, opensAt: 1_801_353_600 });
  });

  const WRONG: readonly (readonly [title: string, content: unknown, said: RegExp])[] = [
    ["is not JSON", "{", /it is not JSON/],
    ["is a list", [], /it is not an object/],
    ["is null", null, /it is not an object/],
    ["has a member that is none", { ...ITEM, prize: 1 }, /prize: unknown/],
    ["lacks a member", { ...ITEM, stock: undefined }, /stock: missing/],
    ["has a price below a unit", { ...ITEM, priceStones: "0.0000000001" }, /priceStones: it must be stones/],
    ["has a price with an exponent", { ...ITEM, priceStones: "1e9" }, /priceStones: it must be stones/],
    ["has a negative stock", { ...ITEM, stock: -1 }, /stock: it must be a whole number/],
    ["has a stock beyond 32 bits", { ...ITEM, stock: 2 ** 32 }, /stock: it must be a whole number/],
    ["has a time without its offset", { ...ITEM, opensAt: "2027-01-31" }, /opensAt: it must be unix seconds/],
    ["has an empty SKU", { ...ITEM, sku: "" }, /sku: it must be a name/],
  ];
  for (const [title, content, said] of WRONG) {
    test(`when it ${title}, it is refused by name`, () => {
      const path = file("wrong.json", content);
      assertThrowsCode(() => readItemTerms(path), "ARGUMENT_INVALID");
      assert.throws(() => readItemTerms(path), said);
    });
  }
});

describe("a list of vehicles", () => {
  const vehicle = { vehicle: HASH, keyX: `0x${"01".repeat(32)}`, keyY: `0x${"02".repeat(32)}` };

  test("when it is JSON or CSV, it says the same", () => {
    const { keyX, keyY } = vehicle;
    const csv = file("cars.csv", `keyX,vehicle,keyY\n${keyX}, ${HASH.toUpperCase().replace("0X", "0x")},${keyY}\n\n`);
    assert.deepEqual(readRegistrations(csv), [vehicle]);
    assert.deepEqual(readRegistrations(file("cars.json", [vehicle])), [vehicle]);
  });

  const WRONG: readonly (readonly [title: string, name: string, content: unknown, said: RegExp])[] = [
    ["is no list", "cars.json", {}, /it is not a list/],
    ["has a vehicle twice", "cars.json", [vehicle, vehicle], /entry 2: its vehicle is in the file twice/],
    ["has a short key", "cars.json", [{ ...vehicle, keyX: "0x12" }], /entry 1: keyX: it must be 32 bytes/],
    ["lacks a column", "cars.csv", `vehicle,keyX\n${HASH},${HASH}\n`, /entry 1: keyY: missing/],
    ["has a row too long", "cars.csv", `vehicle\n${HASH},${HASH}\n`, /it is not CSV/],
  ];
  for (const [title, name, content, said] of WRONG) {
    test(`when it ${title}, it is refused`, () => {
      const path = file(name, content);
      assertThrowsCode(() => readRegistrations(path), "ARGUMENT_INVALID");
      assert.throws(() => readRegistrations(path), said);
    });
  }
});

describe("a season's file", () => {
  const SEASON = {
    ...{ firstDrop: 144, endDrop: 288, priceCrystals: 100, guarantee: 10, guaranteedTier: 1, maxBoxes: 50 },
    ...{ budgetStones: "1000", vouchers: 3, links: 144, tip: HASH },
    prizes: [
      { kind: "voucher", weight: 1, item: 2 },
      { kind: "stones", weight: 9, stones: "2.5" },
      { kind: "crystals", weight: 40, crystals: 20 },
      { kind: "nothing", weight: 50 },
    ],
  };

  test("when it is read, each tier is as the contract takes it", () => {
    assert.deepEqual(readSeasonTerms(file("season.json", SEASON)).prizes, [
      { kind: 3, weight: 1, amount: 0n, item: 2 },
      { kind: 1, weight: 9, amount: 2_500_000_000n, item: 0 },
      { kind: 2, weight: 40, amount: 20n, item: 0 },
      { kind: 0, weight: 50, amount: 0n, item: 0 },
    ]);
  });

  test("when it is shown, the odds of every tier are", () => {
    const facts = Object.fromEntries(seasonFacts(readSeasonTerms(file("season.json", SEASON)), 1_750_000_000));
    assert.equal(facts["tier 0"], "a voucher for item 2: 1 of 100, 1.0000 %");
    assert.equal(facts["tier 1"], "2.5 stones: 9 of 100, 9.0000 %");
    assert.equal(facts["tier 3"], "nothing: 50 of 100, 50.0000 %");
    assert.equal(facts["gives at most"], "1,000 stones and 3 vouchers");
  });

  test("when a tier has a kind that is none, it is refused by its place", () => {
    const path = file("season.json", { ...SEASON, prizes: [{ kind: "car", weight: 1 }] });
    assert.throws(() => readSeasonTerms(path), /prizes 0: kind: it must be one of nothing, stones/);
  });
});

describe("a document", () => {
  test("when it is JSON, its hash does not go by its spaces or the order of its members", () => {
    const hash = documentHash(file("a.json", '{"a":1,"b":"ä"}'));
    assert.equal(documentHash(file("b.json", '{ "b": "\\u00e4",\n "a": 1.0 }')), hash);
    assert.notEqual(documentHash(file("c.json", '{"a":2,"b":"ä"}')), hash);
  });

  test("when it is any other text, its hash is of its bytes", () => {
    assert.equal(
      documentHash(file("notice.txt", "abc")),
      "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    );
  });

  test("when a hash is given in its place, it stands for itself", () => {
    assert.equal(hashOrFile(HASH.toUpperCase().replace("0X", "0x")), HASH);
    assertThrowsCode(() => hashOrFile(join(FOLDER, "none.txt")), "FILE_UNREADABLE");
  });
});

test("when a number of many bits is read, neither rounding nor size gets through", () => {
  const terms = new TermsFile("terms", undefined, { a: "18446744073709551615", b: 2 ** 53, c: "18446744073709551616" });
  assert.equal(terms.wide("a", 64), 2n ** 64n - 1n);
  for (const name of ["b", "c"]) assertThrowsCode(() => terms.wide(name, 64), "ARGUMENT_INVALID");
});
