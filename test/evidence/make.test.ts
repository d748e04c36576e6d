import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readEvidence, verifyEvidence } from "../../src/evidence/index.ts";
import { DROP_S } from "../../src/protocol/index.ts";
import { createCairnClient, type EvidenceProgress, verifyEvidenceOnChain } from "../../src/sdk/index.ts";
import { signReading } from "../relayer/support/owners.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { CAR, DROPS, type DrivenProgramme, drivenReading, evidenceOf, openSamples, startDriven } from "./support.ts";

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
    assert.equal(onChain.notProven.length, 2);
    assert.equal(onChain.proven.length, report.proven.length + 2);
  });

  test("given only a node, when the chain is asked, it is still open whose contracts they are", async () => {
    const { bytes } = await evidenceOf(driven);
    const { report } = await verifyEvidenceOnChain(bytes, { rpcUrl: asked().rpcUrl });
    assert.equal(report.valid, true);
    assert.match(report.notProven[0] as string, /contracts are the programme's/);
  });

  test("given the same question twice, the files are the same to the byte", async () => {
    assert.deepEqual((await evidenceOf(driven)).bytes, (await evidenceOf(driven)).bytes);
  });

  test("given the last reading, it is said that the time after it is open", async () => {
    const last = GENESIS + (DROPS.at(-1) as number) * DROP_S;
    const { report } = await evidenceOf(driven, { from: last - 10, to: last + 100 });
    assert.match(report.notProven[0] as string, /^Whether the vehicle has a reading between the last one here and/);
    const { report: whole } = await evidenceOf(driven, { from: GENESIS, to: last });
    assert.match(whole.notProven[0] as string, /^That the \d+ blocks are of the chain/);
  });

  test("given samples that are kept sealed, when they can be opened, they are in the file and fit", async () => {
    const { bytes } = await evidenceOf(driven, { openSamples });
    const { report, opened } = await verifyEvidence(bytes);
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok),
      [],
    );
    assert.ok(opened?.file.readings.every(({ opening }) => opening !== undefined));
    assert.ok(report.proven.some((sentence) => sentence.startsWith("The samples of 5 readings")));
  });

  test("given a key that opens other samples, they are found not to be the reading's, and nothing is given out", async () => {
    const foreign = drivenReading(CAR, 99).opening;
    await assert.rejects(evidenceOf(driven, { openSamples: async () => foreign }), {
      code: "EVIDENCE_INCOMPLETE",
      message: /readings\[0\]: not so that salt and samples are those that the car committed to/,
    });
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
