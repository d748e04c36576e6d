import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type EvidenceReport, readEvidence, verifyEvidence } from "../../src/evidence/index.ts";
import { CairnError, DAY_S, DROP_S } from "../../src/protocol/index.ts";
import { createCairnClient, type EvidenceProgress, verifyEvidenceOnChain } from "../../src/sdk/index.ts";
import { signReading } from "../relayer/support/owners.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import {
  CAR,
  DROPS,
  type DrivenProgramme,
  drivenReading,
  evidenceOf,
  forged,
  openSamples,
  startDriven,
  withItem,
} from "./support.ts";

describe("makeEvidence", () => {
  let driven: DrivenProgramme;
  before(async () => {
    driven = await startDriven();
  });
  after(() => driven?.stop());

  const asked = () => ({ rpcUrl: driven.programme.rpcUrl, deployment: driven.programme.deployment });

  test("given a time, the file has its readings with one neighbour on either side, and is valid by itself and by the chain", async () => {
    const { bytes, report } = await evidenceOf(driven);
    assert.deepEqual(
      readEvidence(bytes).readings.map(({ reading }) => reading.sequence),
      [1, 2, 3, 5, 6],
    );
    assert.ok(report.valid);
    const { report: onChain } = await verifyEvidenceOnChain(bytes, asked());
    assert.deepEqual(
      onChain.checks.filter(({ ok }) => !ok),
      [],
    );
    assert.equal(onChain.proven.length, report.proven.length + 2);
    assert.deepEqual(
      [report.deployment?.chainId, report.deployment?.contracts.rules],
      [asked().deployment.chainId, asked().deployment.contracts.rules.toLowerCase()],
    );
  });

  test("given no chain, what an omission would defeat is proven by the file's events only; given one, without that reserve", async () => {
    const { bytes, report } = await evidenceOf(driven);
    const held = /the vehicle was held by 0x\w+, with consent to every category of every reading\.$/i;
    const sentence = (from: EvidenceReport) => from.proven.find((text) => held.test(text)) ?? "";
    assert.match(sentence(report), /^By the events in this file, the vehicle/);
    assert.equal(report.proven.filter((text) => text.startsWith("By the events in this file, ")).length, 3);
    const omitted =
      /^That the file leaves out no withdrawal, release, change or end of a key, before or after a reading/;
    assert.ok(report.notProven.some((text) => omitted.test(text)));
    const { report: onChain } = await verifyEvidenceOnChain(bytes, asked());
    assert.match(sentence(onChain), /^The vehicle/);
    assert.ok(!onChain.notProven.some((text) => omitted.test(text)));
  });

  test("given gaps in the car's numbers and its odometer, they are open, and only accepted readings are said to be complete", async () => {
    const { report } = await evidenceOf(driven);
    assert.ok(report.proven.some((text) => /^By the programme's own leaves, .* no accepted reading/.test(text)));
    assert.deepEqual(report.notProven.slice(0, 2), [
      "What became of 1 reading that the car made in between: number 4. Refused, not delivered, or lost.",
      "What the car did over the 7000 m by which its odometer went on between these readings: 500 m after number 1, " +
        "500 m after number 2, 5500 m after number 3, 500 m after number 5.",
    ]);
  });

  test("given no samples, or those of neighbours only, what they show in this time is open", async () => {
    const missing = (report: EvidenceReport) =>
      report.notProven.filter((text) => text.startsWith("What the samples of"));
    const { report } = await evidenceOf(driven);
    assert.deepEqual(missing(report), ["What the samples of 3 readings in this time show: they are not in the file."]);
    const { bytes } = await evidenceOf(driven, { openSamples });
    const neighbours = forged(bytes, (parts) => ({
      ...parts,
      readings: parts.readings.map(({ opening, ...entry }, at) =>
        at === 0 && opening ? { ...entry, opening } : entry,
      ),
    }));
    const { report: outside } = await verifyEvidence(neighbours);
    assert.deepEqual([outside.valid, missing(outside)], [true, missing(report)]);
    assert.ok(!outside.proven.some((text) => text.startsWith("The samples of")));
  });

  test("given only a node, when the chain is asked, it is still open whose contracts they are", async () => {
    const { bytes } = await evidenceOf(driven);
    const { report } = await verifyEvidenceOnChain(bytes, { rpcUrl: asked().rpcUrl });
    assert.equal(report.valid, true);
    assert.ok(report.notProven.some((text) => /contracts are the programme's/.test(text)));
  });

  test("given the same question twice, the files are the same to the byte", async () => {
    assert.deepEqual((await evidenceOf(driven)).bytes, (await evidenceOf(driven)).bytes);
  });

  test("given the last reading, it is said that the time after it is open", async () => {
    const last = GENESIS + (DROPS.at(-1) as number) * DROP_S;
    const { report } = await evidenceOf(driven, { from: last - 10, to: last + 100 });
    assert.match(report.notProven[0] as string, /^Whether the vehicle has a reading between the last one here and/);
    const { report: whole } = await evidenceOf(driven, { from: GENESIS, to: last });
    assert.ok(!whole.notProven.some((text) => text.startsWith("Whether the vehicle has a reading")));
  });

  test("given a first reading that no leaf comes before, but that is not the car's number 1, the time before it is open", async () => {
    const { bytes } = await evidenceOf(driven, { from: GENESIS, to: GENESIS + 2 * DROP_S });
    const beginning = /^Whether the vehicle has a reading between .* and the first one here\.$/;
    const isOpen = ({ notProven }: EvidenceReport) => notProven.some((sentence) => beginning.test(sentence));
    assert.equal(isOpen((await verifyEvidence(bytes)).report), false);
    const numbered = forged(bytes, (parts) => ({
      ...parts,
      readings: withItem(parts.readings, 0, (entry) => ({ ...entry, reading: { ...entry.reading, sequence: 2 } })),
    }));
    assert.equal(isOpen((await verifyEvidence(numbered)).report), true);
  });

  test("given samples that are kept sealed, when they can be opened, they are in the file and fit", async () => {
    const { bytes } = await evidenceOf(driven, { openSamples });
    const { report, opened } = await verifyEvidence(bytes);
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok),
      [],
    );
    assert.ok(opened?.file.readings.every(({ opening }) => opening !== undefined));
    assert.ok(report.proven.some((sentence) => sentence.startsWith("The samples of 3 readings in this time")));
  });

  test("given samples that do not open or are not the reading's, they alone are left out, and named", async () => {
    let asked = 0;
    const { bytes, report, unopened } = await evidenceOf(driven, {
      openSamples: async (sealed) => {
        asked += 1;
        if (asked === 2) throw new CairnError("SEALED_SAMPLES_INVALID");
        return asked === 4 ? drivenReading(CAR, 99).opening : openSamples(sealed);
      },
    });
    assert.deepEqual([report.valid, unopened], [true, [2, 5]]);
    const opened = readEvidence(bytes).readings.filter(({ opening }) => opening !== undefined);
    assert.deepEqual(
      opened.map(({ reading }) => reading.sequence),
      [1, 3, 6],
    );
  });

  test("given no key for samples, none is said not to open", async () => {
    assert.deepEqual((await evidenceOf(driven)).unopened, []);
  });

  test("given a key that is none, that is said, and nothing is given out", async () => {
    const broken = async () => Promise.reject(new CairnError("SAMPLES_KEY_INVALID"));
    await assert.rejects(evidenceOf(driven, { openSamples: broken }), { code: "SAMPLES_KEY_INVALID" });
  });

  test("given a time that is longer than the relayer answers about, the file has all of it", async () => {
    const { bytes, report } = await evidenceOf(driven, { from: 0, to: GENESIS + 400 * DAY_S });
    assert.equal(report.valid, true);
    assert.deepEqual(
      readEvidence(bytes).readings.map(({ reading }) => reading.sequence),
      [...DROPS],
    );
  });

  test("it says how far it has come, phase by phase", async () => {
    const seen: EvidenceProgress[] = [];
    await evidenceOf(driven, { onProgress: (progress) => seen.push(progress) });
    assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ["readings", "events", "blocks"]);
    const last = seen.at(-1) as EvidenceProgress;
    assert.ok(last.done === last.total && last.total > 0);
  });

  test("given a time without a reading or an empty one, it is refused", async () => {
    const empty = { from: GENESIS, to: GENESIS + 10 };
    await assert.rejects(evidenceOf(driven, empty), { code: "NOT_FOUND" });
    await assert.rejects(evidenceOf(driven, { from: GENESIS, to: GENESIS }), { code: "ARGUMENT_INVALID" });
  });

  test("given no relayer, it is refused", async () => {
    const cairn = createCairnClient(asked());
    await assert.rejects(cairn.makeEvidence({ vehicle: CAR.vehicle, from: 0, to: 1 }), { code: "ARGUMENT_INVALID" });
  });

  test("given a reading whose drop is not on the chain yet, it is refused until it is", async () => {
    const { programme, relayer } = driven;
    const drop = 11;
    await relayer.moveTo(GENESIS + drop * DROP_S);
    const { reading } = drivenReading(CAR, drop);
    await relayer.deliver([signReading(programme, CAR, reading)]);
    const period = { from: reading.startedAt, to: reading.endedAt };
    await assert.rejects(evidenceOf(driven, period), (error: { code?: string; details?: { sequence?: number } }) => {
      return error.code === "EVIDENCE_INCOMPLETE" && error.details?.sequence === drop;
    });
    await relayer.moveTo(GENESIS + 14 * DROP_S);
    await relayer.moveTo(GENESIS + 15 * DROP_S);
    assert.ok((await evidenceOf(driven, period)).report.valid);
  });
});
