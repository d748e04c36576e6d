import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FINDING_CODES } from "../../src/auditor/index.ts";
import { CORRUPTIONS } from "../support/corruptions/index.ts";
import { TAMPERINGS } from "../support/corruptions/recorded.ts";

const PAGE = readFileSync(new URL("../../docs/corruptions.md", import.meta.url), "utf8");
const ROWS = [...PAGE.matchAll(/^\| ([^|]+): ([^|]+) \| (\w+) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, where, when, means, by, codes, outcome]) => ({ where, when, means, by, codes: codes as string, outcome }),
);

test("given the page of corruptions, it has every one with what it must lead to, and each was found", () => {
  const listed = ROWS.map(({ where, when, means, by }) => [where, when, means, by]);
  const tried = CORRUPTIONS.flatMap(({ where, corruptions }) =>
    corruptions.map(({ when, means, by }) => [where, when, means, by]),
  );
  const recorded = TAMPERINGS.map(({ when, means, by }) => ["files of a recorded programme", when, means, by]);
  assert.deepEqual(listed, [...tried, ...recorded]);
  assert.ok(listed.length >= 40);
  assert.deepEqual(new Set(ROWS.map(({ outcome }) => outcome)), new Set(["found"]));
});

test("given the page of corruptions, every code on it is one that an audit finds", () => {
  const codes = ROWS.flatMap(({ codes }) => [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code as string));
  assert.ok(codes.length >= ROWS.length);
  assert.deepEqual(
    codes.filter((code) => !(code in FINDING_CODES)),
    [],
  );
});

test("given the list of corruptions, no two are called the same", () => {
  const names = CORRUPTIONS.flatMap(({ where, corruptions }) => corruptions.map(({ when }) => `${where}: ${when}`));
  assert.equal(new Set(names).size, names.length);
});
