import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import solc from "solc";
import { acceptedIn } from "../../scripts/mutate/accepted.ts";
import { Journal } from "../../scripts/mutate/journal.ts";
import type { Verdict } from "../../scripts/mutate/messages.ts";
import { type Mutant, mutantsOf } from "../../scripts/mutate/mutants.ts";
import { countsOf, problemsOf, toText } from "../../scripts/mutate/report.ts";
import { sampleOf } from "../../scripts/mutate/sample.ts";
import { filesOf, groupsOf } from "../../scripts/mutate/together.ts";

/** The mutants of a contract C with these members. */
function mutantsIn(members: string): Mutant[] {
  const content = `// “bytes” before the code\ncontract C {\n${members}\n}\n`;
  const settings = { outputSelection: { "*": { "": ["ast"] } } };
  const { sources } = JSON.parse(
    solc.compile(JSON.stringify({ language: "Solidity", sources: { "C.sol": { content } }, settings })),
  );
  return mutantsOf("C.sol", content, sources["C.sol"].ast);
}

/** The ids of a function's mutants, without what they share. */
function changesIn(body: string): string[] {
  const start = "C.f ";
  const mutants = mutantsIn(`uint256 x;\nfunction f(uint256 a, bool b) public returns (uint256) {\n${body}\n}`);
  return mutants.map(({ id }) => {
    assert.ok(id.startsWith(start));
    return id.slice(start.length);
  });
}

describe("Mutants", () => {
  it("given a comparison, its bound is moved and its literal changed", () => {
    assert.deepEqual(changesIn("if (a < 2) x = a;"), [
      "condition: a < 2 → !(a < 2)",
      "relational: a < 2 → a <= 2",
      "literal: a < 2 → a < (2 + 1)",
      "statement: x = a → nothing",
    ]);
  });

  it("given an equality, it is turned round once", () => {
    assert.deepEqual(changesIn("if (a == x) x = a;"), ["relational: a == x → a != x", "statement: x = a → nothing"]);
  });

  it("given arithmetic, each operator has its counterpart", () => {
    assert.deepEqual(changesIn("x = (a + x) * a / x % a;"), [
      "statement: x = (a + x) * a / x % a → nothing",
      "arithmetic: (a + x) * a / x % a → (a + x) * a / x * a",
      "arithmetic: (a + x) * a / x → (a + x) * a * x",
      "arithmetic: (a + x) * a → (a + x) / a",
      "arithmetic: a + x → a - x",
    ]);
  });

  it("given steps, compound assignments and bits, they are changed in place", () => {
    assert.deepEqual(changesIn("++x; x--; x -= a; x = a << (a & ~x);"), [
      "statement: ++x → nothing",
      "step: ++x → --x",
      "statement: x-- → nothing",
      "step: x-- → x++",
      "statement: x -= a → nothing",
      "arithmetic: x -= a → x += a",
      "statement: x = a << (a & ~x) → nothing",
      "bitwise: a << (a & ~x) → a >> (a & ~x)",
      "bitwise: a & ~x → a | ~x",
      "bitwise: ~x → x",
    ]);
  });

  it("given logic and truth, operators, signs and literals are changed", () => {
    assert.deepEqual(changesIn("require(b || !b && true);"), [
      "statement: require(b || !b && true) → nothing",
      "condition: b || !b && true → !(b || !b && true)",
      "logical: b || !b && true → b && !b && true",
      "logical: !b && true → !b || true",
      "condition: !b → b",
      "literal: !b && true → !b && false",
    ]);
  });

  it("given a loop, its head keeps its step", () => {
    assert.deepEqual(changesIn("for (uint256 i = 0; i != a; ++i) x = i;"), [
      "literal: uint256 i = 0 → uint256 i = 1",
      "relational: i != a → i == a",
      "step: ++i → --i",
      "statement: x = i → nothing",
    ]);
  });

  it("given a return of the default at the end, it is not left out", () => {
    assert.deepEqual(changesIn("if (b) return 0; return 0;"), [
      "condition: b → !(b)",
      "statement: return 0 → nothing",
      "literal: return 0 → return 1",
      "literal: return 0 → return 1 (2)",
    ]);
  });

  it("given assembly, its numbers and statements are changed", () => {
    assert.deepEqual(changesIn("assembly { mstore(0x1f, a) }"), [
      "statement: mstore(0x1f, a) → nothing",
      "literal: mstore(0x1f, a) → mstore(32, a)",
    ]);
  });

  it("given a modifier and a constant, both are changed under their own names", () => {
    const ids = mutantsIn("uint256 constant K = 1 days;\nmodifier m() { _; }\nfunction f() public m {}").map(
      ({ id }) => id,
    );
    assert.deepEqual(ids, [
      "C.K literal: uint256 constant K = 1 days → uint256 constant K = (1 days + 1)",
      "C.f modifier: m → nothing",
    ]);
  });

  it("given any mutant, its text is the file with that change and nothing else", () => {
    const [mutant] = mutantsIn("uint256 x;\nfunction f() public {\n  x =\n    5;\n}") as [Mutant];
    assert.equal(
      mutant.text,
      "// “bytes” before the code\ncontract C {\nuint256 x;\nfunction f() public {\n  {}\n}\n}\n",
    );
    assert.deepEqual([mutant.line, mutant.before, mutant.after], [5, ["  x =", "    5;"], ["  {}"]]);
  });
});

describe("Accepted survivors", () => {
  it("given items with reasons, their ids are read", () => {
    const text =
      "# M\n\n- `C.f literal: 0 → 1`: nobody reads it,\n  not even here.\n- a list item\n- `C.g step: ++i → --i`: so.\n";
    assert.deepEqual([...acceptedIn(text)], ["C.f literal: 0 → 1", "C.g step: ++i → --i"]);
  });

  it("given an item without a reason, it is refused", () => {
    assert.throws(() => acceptedIn("- `C.f literal: 0 → 1`\n"), /^Error: no reason is given for C.f literal: 0 → 1$/);
  });
});

describe("Samples", () => {
  const list = Array.from({ length: 100 }, (_, i) => i);

  it("given one seed, the same are drawn, in order", () => {
    const drawn = sampleOf(list, 10, 7);
    assert.equal(drawn.length, 10);
    assert.deepEqual(drawn, sampleOf(list, 10, 7));
    assert.deepEqual(
      drawn,
      drawn.toSorted((a, b) => a - b),
    );
  });

  it("given another seed, others are drawn", () => {
    assert.notDeepEqual(sampleOf(list, 10, 7), sampleOf(list, 10, 8));
  });
});

describe("Reports", () => {
  const mutants = mutantsIn("uint256 x;\nfunction f(uint256 a) public { if (a < 2) x = a; }");
  const [condition, relational, literal, statement] = mutants as [Mutant, Mutant, Mutant, Mutant];
  const killed: Verdict = { outcome: "killed", by: "a test" };
  const survived: Verdict = { outcome: "survived" };
  const all = { known: mutants, contracts: new Set(["C"]) };

  it("given survivors, those that are not accepted are told with their lines", () => {
    const tried = [
      { mutant: condition, verdict: killed },
      { mutant: relational, verdict: survived },
      { mutant: literal, verdict: survived },
    ];
    const problems = problemsOf(tried, new Set([relational.id]), all);
    assert.deepEqual(problems, { unexplained: [literal], found: [], unknown: [] });
    assert.match(
      toText(tried, problems),
      /^C: 3 mutants, 1 killed \(0 by time\), 2 survived.*\n\nsurvived.*\nC\.sol:4\n {2}C\.f literal: .*\n {2}- .*a < 2.*\n {2}\+ .*a < \(2 \+ 1\)/,
    );
  });

  it("given accepted ids that were killed or that no mutant has, both are told", () => {
    const tried = [{ mutant: statement, verdict: killed }];
    const accepted = new Set([statement.id, "C.g step: ++i → --i", "D.f literal: 0 → 1"]);
    const problems = problemsOf(tried, accepted, all);
    assert.deepEqual(problems, { unexplained: [], found: [statement.id], unknown: ["C.g step: ++i → --i"] });
    const ofEvery = problemsOf(tried, accepted, { known: mutants });
    assert.deepEqual(ofEvery.unknown, ["C.g step: ++i → --i", "D.f literal: 0 → 1"]);
  });

  it("given every outcome, each is counted", () => {
    const outcomes: Verdict[] = [killed, survived, { outcome: "equal" }, { outcome: "timeout" }];
    const tried = outcomes.map((verdict, i) => ({ mutant: mutants[i] as Mutant, verdict }));
    assert.deepEqual(countsOf(tried), {
      C: { mutants: 4, killed: 1, timeout: 1, survived: 1, equal: 1, invalid: 0 },
    });
  });
});

describe("Mutants together", () => {
  const code = (body: string): string => `contract C { uint256 x; function f(uint256 a) public { ${body} } }`;
  const sources = { "C.sol": code("if (a < 2) x = a; ++x;"), "D.sol": code("--x;") };
  const mutantTo = (path: keyof typeof sources, body: string): Mutant => ({
    ...{ id: body, path, contract: "C", name: "f", operator: "step", line: 1, before: [], after: [] },
    text: code(body),
  });
  const raised = mutantTo("C.sol", "if (a < 3) x = a; ++x;");
  const left = mutantTo("C.sol", "if (a < 2) {} ++x;");
  const turned = mutantTo("C.sol", "if (a < 2) x = a; --x;");
  const elsewhere = mutantTo("D.sol", "++x;");

  it("given places apart, in one file or two, all are made at once", () => {
    const group = [raised, turned, elsewhere];
    assert.deepEqual(groupsOf(group, sources), [group]);
    assert.deepEqual(filesOf(group, sources), {
      "C.sol": code("if (a < 3) x = a; --x;"),
      "D.sol": code("++x;"),
    });
  });

  it("given two that change the same place, they are apart", () => {
    const whole = mutantTo("C.sol", "if (a < 4) x = a; ++x;");
    assert.deepEqual(groupsOf([raised, whole, turned], sources), [[raised, turned], [whole]]);
  });

  it("given one that leaves something out, what is beside it stays", () => {
    assert.deepEqual(filesOf([left, turned], sources), { "C.sol": code("if (a < 2) {} --x;") });
  });
});

describe("Journals", () => {
  const [mutant, other] = mutantsIn("uint256 x;\nfunction f() public { ++x; }") as [Mutant, Mutant];
  const killed: Verdict = { outcome: "killed", by: "a test" };
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cairn-journal-"));
    path = join(folder, "journal");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (tests = "some tests") => new Journal(path, tests);

  it("given a kill, a later run knows it, whatever the tests", () => {
    open().note(mutant, killed);
    const later = open("other tests");
    assert.deepEqual(later.verdictOf(mutant), killed);
    assert.equal(later.verdictOf(other), undefined);
    assert.deepEqual([later.has(mutant), later.has(other)], [true, false]);
  });

  it("given a file that changed, the mutant is another one", () => {
    open().note(mutant, killed);
    assert.equal(open().verdictOf({ ...mutant, text: `${mutant.text} ` }), undefined);
  });

  it("given that it survived, it is to be tried again by other tests only", () => {
    const survived: Verdict = { outcome: "survived" };
    open().note(mutant, survived);
    assert.deepEqual(open().verdictOf(mutant), survived);
    assert.equal(open("other tests").verdictOf(mutant), undefined);
    assert.equal(open("other tests").has(mutant), true);
  });

  it("given that it took too long, it is to be tried again", () => {
    open().note(mutant, { outcome: "timeout" });
    assert.equal(open().verdictOf(mutant), undefined);
    assert.equal(open().has(mutant), true);
  });

  it("given a line that was broken off, the lines before it count and more can follow", () => {
    open().note(mutant, killed);
    writeFileSync(path, '{"id":"C.f', { flag: "a" });
    open().note(other, killed);
    const later = open();
    assert.deepEqual([later.verdictOf(mutant), later.verdictOf(other)], [killed, killed]);
  });
});
