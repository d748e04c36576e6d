import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Mocha from "mocha";
import { type Contract, checkContract } from "../../scripts/trees/check.ts";
import { functionTests } from "../../scripts/trees/tests.ts";

const LEDGER: Contract = {
  name: "Ledger",
  callable: new Set(["pay", "balanceOf", "constructor"]),
  writing: new Set(["pay"]),
};
const TREE = `pay
├── given no funds
│   └── it is refused
└── when paid
    ├── given a new account, with a comma
    │   └── it is opened
    └── the balance grows
`;
const TITLES = [
  "given no funds, it is refused",
  "when paid, given a new account, with a comma, it is opened",
  "when paid, the balance grows",
];

function check(tree: string, titles: readonly string[], name = "pay"): string[] {
  return checkContract(
    LEDGER,
    tree,
    titles.map((title) => ({ contract: "Ledger", name, title })),
  );
}

describe("Trees of conditions", () => {
  it("given a test for every leaf, nothing is wrong", () => {
    assert.deepEqual(check(TREE, TITLES), []);
  });

  it("given a leaf without a test, it is named", () => {
    assert.deepEqual(check(TREE, TITLES.slice(1)), ['Ledger.pay: no test "given no funds, it is refused"']);
  });

  it("given a test without a leaf, it is named", () => {
    assert.deepEqual(check(TREE, [...TITLES, "when late"]), ['Ledger.pay: no leaf for the test "when late"']);
  });

  it("given two tests for one leaf, it is named", () => {
    const faults = ['Ledger.pay: 1 leaves and 2 tests "given no funds, it is refused"'];
    assert.deepEqual(check(TREE, [...TITLES, TITLES[0] as string]), faults);
  });

  it("given no tree for a function that writes, it is named", () => {
    assert.deepEqual(check("", []), ["Ledger.pay: has 0 trees"]);
  });

  it("given a tree and a test of what is no function, both are named", () => {
    const tree = `${TREE}\nplay\n└── when played\n    └── it is fun\n`;
    assert.deepEqual(check(tree, TITLES), [
      "Ledger.play: is no function of the contract",
      'Ledger.play: no test "when played, it is fun"',
    ]);
    assert.deepEqual(check(TREE, ["when played, it is fun"], "play").slice(-3), [
      "Ledger.play: is no function of the contract",
      "Ledger.play: has 0 trees",
      'Ledger.play: no leaf for the test "when played, it is fun"',
    ]);
  });

  it("given an outcome above others or a condition without one, it is named", () => {
    const tree = "pay\n├── it is paid\n│   └── it is told\n└── when late\n";
    assert.deepEqual(check(tree, ["it is paid, it is told", "when late"]), [
      'Ledger.pay: "it is paid" is no condition (given …, when …)',
      'Ledger.pay: "when late" has no outcome',
      'Ledger.pay: "when late" has no condition',
    ]);
  });

  it("given a branch drawn otherwise, its line is named", () => {
    const faults = ['Ledger.tree: line 4 should be "└── when paid"'];
    assert.deepEqual(check(TREE.replace("└── when paid", "├── when paid"), TITLES), faults);
  });

  it("given a branch that hangs on nothing, its line is named", () => {
    assert.throws(() => check("pay\n│   └── it is refused\n", []), /^Error: line 2 hangs on nothing$/);
  });
});

describe("Tests of a contract's functions", () => {
  /** A loaded test tree: describes as objects, tests as empty ones. */
  function suiteOf(titles: object): Mocha.Suite {
    const plant = (parent: Mocha.Suite, below: object): void => {
      for (const [title, inner] of Object.entries(below) as [string, object][]) {
        if (Object.keys(inner).length === 0) parent.addTest(new Mocha.Test(title, () => undefined));
        else plant(Mocha.Suite.create(parent, title), inner);
      }
    };
    const root = new Mocha.Suite("");
    plant(root, titles);
    return root;
  }

  it("given describes around and below the one that names the function, only those below are conditions", () => {
    const suite = suiteOf({ Roles: { "Ledger: pay, aspects": { "given a": { "it is b": {} }, "it is c": {} } } });
    assert.deepEqual(functionTests(suite, new Set(["Ledger"])), [
      { contract: "Ledger", name: "pay", title: "it is c" },
      { contract: "Ledger", name: "pay", title: "given a, it is b" },
    ]);
  });

  it("given a describe that names no contract, its tests are nobody's", () => {
    const suite = suiteOf({ "Vectors: pay": { "it is c": {} }, alone: {} });
    assert.deepEqual(functionTests(suite, new Set(["Ledger"])), []);
  });

  it("given tests that are skipped, alone or with their describe, or have no body, they are none", () => {
    const suite = suiteOf({ "Ledger: pay": { "it is a": {}, "it is b": {}, "given c": { "it is d": {} } } });
    const [pay] = suite.suites as [Mocha.Suite];
    const [, skipped] = pay.tests as [Mocha.Test, Mocha.Test];
    const [whole] = pay.suites as [Mocha.Suite];
    skipped.pending = true;
    whole.pending = true;
    pay.addTest(new Mocha.Test("it is e"));
    assert.deepEqual(functionTests(suite, new Set(["Ledger"])), [
      { contract: "Ledger", name: "pay", title: "it is a" },
    ]);
  });
});
