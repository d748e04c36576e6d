import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { SKIP_CODES } from "../../../src/device/index.ts";
import {
  IMPORT_NOTE_CODES,
  IMPORT_REFUSAL_CODES,
  IMPORT_SKIP_CODES,
  IMPORTERS,
  REPORT_IMPORTERS,
} from "../../../src/fleet/importers/index.ts";

const REGISTRIES = { IMPORT_SKIP_CODES, IMPORT_NOTE_CODES, IMPORT_REFUSAL_CODES };
const page = readFileSync(`${import.meta.dirname}/../../../docs/importers.md`, "utf8");

describe("codes of the importers", () => {
  test("given all registries and the device's, no code is in two", () => {
    const codes = Object.values({ ...REGISTRIES, SKIP_CODES }).flatMap((registry) => Object.keys(registry));
    assert.deepEqual(codes, [...new Set(codes)]);
  });

  test("given any registry, its codes are in order", () => {
    for (const registry of Object.values(REGISTRIES))
      assert.deepEqual(Object.keys(registry), Object.keys(registry).sort());
  });

  test("given the page on importers, it has each code with its meaning, and no other", () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| [^|]+ \| (.+) \|$/gm)].map(([, code, meaning]) => [
      code,
      meaning,
    ]);
    const expected = Object.values(REGISTRIES).flatMap((registry) =>
      Object.entries(registry).map(([code, { meaning }]) => [code, meaning]),
    );
    assert.deepEqual(rows, expected);
  });

  test("given the page on importers, it names each format", () => {
    for (const { format } of [...IMPORTERS, ...REPORT_IMPORTERS]) assert.ok(page.includes(`\`${format}\``), format);
  });

  test("given the page on importers, the format it shows is the one that runs", () => {
    const source = readFileSync(`${import.meta.dirname}/../../../src/fleet/importers/twizy.ts`, "utf8");
    const shown = page.slice(page.indexOf("## Writing a format"));
    const blocks = [...shown.matchAll(/```ts\n([\s\S]+?)```/g)].map(([, code = ""]) => code);
    assert.equal(blocks.length, 2);
    for (const block of blocks) assert.ok(source.includes(block.trimEnd()), block);
  });
});
