import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  AWARD_COLUMNS,
  awardFilePath,
  DAY_COLUMNS,
  DROP_COLUMNS,
  dayFilePath,
  dropFilePath,
  pollFilePath,
  ROUND_COLUMNS,
  roundFilePath,
  VOTE_COLUMNS,
} from "../../src/protocol/codec/rows.ts";

const BYTES: Readonly<Record<string, number>> = { bytes20: 20, bytes32: 32 };

/** The columns that a section of docs/published-files.md lists: name and, for bytes, their number. */
function listedIn(section: string): [name: string, bytes: number | undefined][] {
  const page = readFileSync(new URL("../../docs/published-files.md", import.meta.url), "utf8");
  const text = page.split(/^### /m).find((part) => part.startsWith(section)) ?? "";
  const rows = text.split("\n\n")[0]?.matchAll(/^\| `(\w+)` \| (\d*) ?\|/gm) ?? [];
  return [...rows].map(([, name = "", bytes]) => [name, bytes ? Number(bytes) : undefined]);
}

describe("docs/published-files.md", () => {
  for (const { section, columns } of [
    { section: "Drop", columns: DROP_COLUMNS },
    { section: "Day", columns: DAY_COLUMNS },
    { section: "Award", columns: AWARD_COLUMNS },
    { section: "Vote", columns: VOTE_COLUMNS },
    { section: "Round", columns: ROUND_COLUMNS },
  ]) {
    test(`when it lists the columns of a ${section.toLowerCase()}, they are those that are hashed, in their order`, () => {
      assert.deepEqual(
        listedIn(section),
        columns.map(({ column, type }) => [column, BYTES[type]]),
      );
    });
  }
});

test("when a file is named after its drop, day, poll or round, its number has leading zeros", () => {
  assert.equal(dropFilePath(1_234), "drops/00001234.parquet");
  assert.equal(awardFilePath(1_234), "awards/00001234.parquet");
  assert.equal(dayFilePath(12), "days/000012.parquet");
  assert.equal(pollFilePath(12), "polls/000012.parquet");
  assert.equal(roundFilePath(12), "rounds/000012.parquet");
});
