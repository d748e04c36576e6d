import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explain } from "../../scripts/coverage/explained.ts";
import { coverageOf, judge } from "../../scripts/coverage/report.ts";

const LCOV = `TN:
SF:contracts/A.sol
DA:3,1
DA:4,0
DA:9,1
LH:2
LF:3
end_of_record
SF:contracts/libraries/B.sol
DA:3,1
LH:1
LF:1
end_of_record
`;
const PRINTED = `║ File Path                │ Line % │ Statement % │ Uncovered Lines ║
║ contracts/A.sol          │ 66.67  │ 80.00       │ 4               ║
║ contracts/libraries/B.sol │ 100.00 │ 100.00      │ -               ║
║ Total                    │ 75.00  │ 85.00       │                 ║
`;

describe("Coverage", () => {
  const coverage = coverageOf(LCOV, PRINTED);

  it("given both reports, lines come from one and statements from the other", () => {
    assert.deepEqual(coverage.get("contracts/A.sol"), { lines: { run: 2, all: 3 }, missed: [4], statements: 80 });
    assert.deepEqual([...coverage.keys()], ["contracts/A.sol", "contracts/libraries/B.sol"]);
  });

  it("given a file below the share, its missed lines are named", () => {
    assert.deepEqual(judge("contracts/A.sol", coverage.get("contracts/A.sol"), 99), {
      text: "contracts/A.sol: lines 66.67 % (2 of 3), statements 80.00 %; missed: 4",
      enough: false,
    });
  });

  it("given a file above the share, it is enough", () => {
    assert.equal(judge("contracts/libraries/B.sol", coverage.get("contracts/libraries/B.sol"), 99).enough, true);
  });

  it("given all lines and too few statements, it is not enough", () => {
    const found = { lines: { run: 3, all: 3 }, missed: [], statements: 98 };
    assert.equal(judge("contracts/A.sol", found, 99).enough, false);
  });

  it("given a file that is in no report, it is not enough", () => {
    const verdict = { text: "contracts/C.sol: not run at all", enough: false };
    assert.deepEqual(judge("contracts/C.sol", undefined, 99), verdict);
  });

  it("given missed lines, those with an explanation are told apart, and explanations of others are stale", () => {
    const source = ["contract A {", "  a();", "  b();", "  a();", "}"];
    assert.deepEqual(explain([2, 3], source, { "a();": "why a", "c();": "why c" }), {
      reasons: ["line 2: why a"],
      unexplained: [3],
      stale: ["c();"],
    });
    assert.deepEqual(explain([], source), { reasons: [], unexplained: [], stale: [] });
  });
});
