import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { type EvidenceFile, readEvidence, verifyEvidence, writeEvidence } from "../../src/evidence/index.ts";
import { canonicalSeal, digestOf, type SealedEntry } from "../../src/evidence/seal.ts";
import { canonicalJson, type Hex, type Json, toHex } from "../../src/protocol/index.ts";
import { type DrivenProgramme, evidenceOf, openSamples, startDriven } from "./support.ts";

const RUNS = 300;

/** Where each entry of a file stands, found by its own canonical text and not by the seal. */
function spansOf(text: string): { path: string; from: number; to: number }[] {
  const file = JSON.parse(text) as Record<string, Json>;
  return Object.entries(file).flatMap(([name, member]) => {
    const entries = Array.isArray(member) ? member.map((item, at) => [`${name}[${at}]`, item as Json] as const) : [];
    return (entries.length === 0 ? [[name, member] as const] : entries).map(([path, entry]) => {
      const from = text.indexOf(canonicalJson(entry), text.indexOf(`"${name}":`));
      return { path, from, to: from + canonicalJson(entry).length };
    });
  });
}

async function damageIn(bytes: Uint8Array): Promise<string[]> {
  const { report } = await verifyEvidence(bytes);
  assert.equal(report.valid, false);
  assert.deepEqual(report.proven, []);
  return report.checks.filter(({ check, ok }) => check === "seal" && !ok).map(({ path }) => path);
}

describe("an evidence file that was altered", () => {
  let driven: DrivenProgramme;
  let bytes: Uint8Array;
  let file: EvidenceFile;
  let spans: ReturnType<typeof spansOf>;

  before(async () => {
    driven = await startDriven();
    ({ bytes } = await evidenceOf(driven, { openSamples }));
    file = readEvidence(bytes);
    spans = spansOf(new TextDecoder().decode(bytes));
  });
  after(() => driven?.stop());

  const flippedAt = (at: number, bit: number) => bytes.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte));
  /** What must be named: the entry that holds the byte, or the member whose frame it is a part of. */
  const assertNamed = async (at: number, bit: number) => {
    const found = await damageIn(flippedAt(at, bit));
    const entry = spans.find(({ from, to }) => from <= at && at < to);
    if (entry !== undefined) assert.deepEqual(found, [entry.path], `byte ${at}, bit ${bit}`);
    else assert.match(found.join(), /^(blocks|deployment|readings|seal|subject|transactions|type)$/, `byte ${at}`);
  };

  test("when nothing was altered, it is valid, and every entry has its place", async () => {
    const { report } = await verifyEvidence(bytes);
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok),
      [],
    );
    assert.equal(spans.length, file.blocks.length + file.readings.length + file.transactions.length + 4);
  });

  test("when any bit of any byte is flipped, it is not valid, and the entry is named", async () => {
    await fc.assert(fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), assertNamed), {
      numRuns: RUNS,
    });
  });

  test("when the first or the last byte of any entry is flipped, that entry is named", async () => {
    for (const { from, to } of spans) for (const at of [from, to - 1]) await assertNamed(at, at % 8);
  });

  test("when a byte between the entries is flipped, the member is named in whose frame it stands", async () => {
    const inFrame = [...bytes.keys()].filter((at) => !spans.some(({ from, to }) => from <= at && at < to));
    assert.ok(inFrame.length > 50);
    for (const at of inFrame) await assertNamed(at, at % 8);
  });

  test("when bytes are cut out or put in, it is not valid", async () => {
    const piece = fc.uint8Array({ maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length }), fc.nat({ max: 40 }), piece, async (at, cut, put) => {
        const changed = Uint8Array.of(...bytes.subarray(0, at), ...put, ...bytes.subarray(at + cut));
        fc.pre(changed.length !== bytes.length);
        assert.notDeepEqual(await damageIn(changed), []);
      }),
      { numRuns: 60 },
    );
  });

  test("when it is written in another form of the same meaning, it is not valid", async () => {
    const text = new TextDecoder().decode(bytes);
    const forms = [
      JSON.stringify(JSON.parse(text), null, 1),
      `${text}\n`,
      `\ufeff${text}`,
      text.replace(file.subject.vehicle, `0x${file.subject.vehicle.slice(2).toUpperCase()}`),
      text.replace('{"blocks"', '{"about":"something that nobody proves","blocks"'),
      text.replace(`"from":${file.subject.from}`, `"from":${file.subject.from}.0`),
    ];
    for (const form of forms) {
      assert.notEqual(form, text);
      const { report } = await verifyEvidence(new TextEncoder().encode(form));
      assert.deepEqual([report.valid, report.checks[0]?.check, report.checks[0]?.ok], [false, "form", false]);
    }
  });

  test("when the seal is of other entries than the file has, though every byte fits it, it is not valid", async () => {
    const [first, second, ...rest] = file.seal.entries.filter(({ path }) => path.startsWith("readings")) as [
      SealedEntry,
      SealedEntry,
      ...SealedEntry[],
    ];
    const text = new TextDecoder().decode(bytes);
    const from = spans.find(({ path }) => path === first.path)?.from as number;
    const both = new TextEncoder().encode(text.slice(from, from + first.bytes + 1 + second.bytes));
    const entries = file.seal.entries.flatMap((entry) => {
      if (entry === first) return [{ path: first.path, bytes: both.length, sha256: toHex(sha256(both)) }];
      return entry === second ? [] : [entry];
    });
    assert.ok(rest.length > 0);
    const seal = { entries, sha256: digestOf(entries) };
    const resealed = text.replace(canonicalSeal(file.seal), canonicalSeal(seal));
    assert.deepEqual(await damageIn(new TextEncoder().encode(resealed)), ["seal"]);
  });

  test("when a frame was changed into what a terminal obeys, it is shown as plain characters", async () => {
    const before = '"readings":[';
    const text = new TextDecoder().decode(bytes).replace(before, `"\u009b\u202e\u0007ab":[`.padEnd(before.length - 3));
    const { checks } = (await verifyEvidence(new TextEncoder().encode(text))).report;
    const shown = checks.filter(({ ok }) => !ok).map(({ expected, actual }) => expected + actual);
    assert.ok(shown.some((said) => said.includes("\\u009b\\u202e")));
    for (const said of shown) assert.match(said, /^[\x20-\x7e]*$/);
  });

  test("given a list that is longer than any of ours, it is refused", async () => {
    const { seal: _, ...parts } = file;
    const refused = await verifyEvidence(writeEvidence({ ...parts, blocks: Array<Hex>(100_001).fill("0x") }));
    assert.match(refused.report.checks[0]?.actual as string, /: blocks is not a list of at most 100000 items$/);
  });

  test("when it is anything at all, there is a verdict and no exception", async () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (other) => {
        assert.equal((await verifyEvidence(other)).report.valid, false);
      }),
    );
  });
});
