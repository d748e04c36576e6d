import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { CHECKS } from "../../src/auditor/checks/index.ts";
import { FINDING_CODES } from "../../src/auditor/index.ts";

const SOURCES = new URL("../../src/auditor/", import.meta.url);

const TESTS = ["./", "../support/corruptions/"].map((folder) => new URL(folder, import.meta.url));

function textOf(folder: URL): string {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => name.endsWith(".ts") && name !== "finding-codes.ts");
  return sources.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
}

const sourceText = (): string => textOf(SOURCES);
const testText = (): string => TESTS.map(textOf).join("\n");

test("when a code is registered, some check finds it", () => {
  const text = sourceText();
  const unused = Object.keys(FINDING_CODES).filter((code) => !new RegExp(`["']${code}["']`).test(text));
  assert.deepEqual(unused, []);
});

test("when a code is registered, some test demands it", () => {
  const text = testText();
  const untested = Object.keys(FINDING_CODES).filter((code) => !text.includes(`"${code}"`));
  assert.deepEqual(untested, []);
});

test("when a query names a code, it is registered", () => {
  const named = [...sourceText().matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, code]) => code as string);
  assert.ok(named.length > 0);
  const unknown = named.filter(
    (code) => !(code in FINDING_CODES) && !["INT64", "UINT_64", "BYTE_ARRAY"].includes(code),
  );
  assert.deepEqual(unknown, []);
});

test("given the registry, codes are in order and each has a meaning of one line", () => {
  const codes = Object.keys(FINDING_CODES);
  assert.deepEqual(codes, codes.toSorted());
  for (const meaning of Object.values(FINDING_CODES)) assert.match(meaning, /^.{20,120}$/);
});

test("given the page on auditing, it has every code with its meaning and every check", () => {
  const page = readFileSync(new URL("../../docs/auditing.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].map(([, code, meaning]) => [code, meaning]);
  assert.deepEqual(listed, Object.entries(FINDING_CODES));
  const [table = ""] = page.slice(page.indexOf("## What it checks") + 3).split("\n## ");
  const named = [...table.matchAll(/^\| ([a-z ,]+) \|/gm)].flatMap(([, names]) => (names as string).split(", "));
  assert.deepEqual(named.filter((name) => name !== "check").toSorted(), CHECKS.map(({ name }) => name).toSorted());
});
