import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type AuditReport, audit } from "../../src/auditor/index.ts";
import { dayFilePath, dropFilePath } from "../../src/protocol/codec/rows.ts";
import type { Corruption } from "../support/corruptions/corruption.ts";
import { CORRUPTIONS } from "../support/corruptions/index.ts";
import { DAYS } from "../support/dishonest-cast.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";
import { flipByte } from "../support/tampering.ts";

/** The drop of everybody's first trip on day 0. */
const DROP = 48;

describe("given an audit that keeps its state", () => {
  let producer: DishonestProducer;
  let folder: string;
  let states = 0;
  before(async () => {
    producer = await DishonestProducer.start();
    folder = await mkdtemp(join(tmpdir(), "cairn-audit-states-"));
  });
  after(async () => {
    await producer.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const newState = () => join(folder, `${states++}`);
  const auditRun = (run: Run, more: { stateDir?: string; fromDay?: number; receiptsDir?: string } = {}) =>
    audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs, ...more });

  /** Audits with a state and without one, and demands the same report. @returns What was taken over. */
  async function auditBoth(run: Run, stateDir: string, more: Parameters<typeof auditRun>[1] = {}) {
    const { resumed, ...kept } = await auditRun(run, { ...more, stateDir });
    assert.deepEqual(inOrder(kept), inOrder(await auditRun(run, more)));
    assert.ok(resumed);
    return resumed;
  }

  test("when it is the first, nothing is taken over and no reason is told", async () => {
    const run = await producer.begin();
    await run.runDays(1);
    const { files, ...resumed } = await auditBoth(run, newState());
    assert.ok(files > 0);
    assert.deepEqual(resumed, { reused: 0, changed: [] });
  });

  test("when days were added, the files of the days before are taken over and the report is that of a whole audit", async () => {
    const run = await producer.begin();
    const stateDir = newState();
    await run.runDays(1);
    const first = await auditBoth(run, stateDir);
    await run.runDays(2);
    const second = await auditBoth(run, stateDir);
    assert.equal(second.reused, first.files);
    await run.runDays();
    const third = await auditBoth(run, stateDir);
    assert.equal(third.reused, second.files);
    assert.ok(third.files > second.files);
    const fourth = await auditBoth(run, stateDir);
    assert.equal(fourth.reused, fourth.files);
  });

  test("when another first day is asked for, readings whose signatures were not verified are", async () => {
    const run = await producer.begin();
    const stateDir = newState();
    await run.runDays();
    await auditBoth(run, stateDir, { fromDay: 2 });
    const resumed = await auditBoth(run, stateDir);
    assert.ok(resumed.reused > 0 && resumed.reused < resumed.files);
  });

  test("when a file was damaged since, that is found and the file is not taken over", async () => {
    const run = await producer.begin();
    const stateDir = newState();
    await run.runDays();
    const { files } = await auditBoth(run, stateDir);
    await flipByte(run.filesDir, dropFilePath(DROP));
    const resumed = await auditBoth(run, stateDir);
    assert.equal(resumed.reused, files - 1);
  });

  test("when another file was published in its place, that is told and it is judged anew", async () => {
    const run = await producer.begin();
    const stateDir = newState();
    await run.runDays();
    await auditBoth(run, stateDir);
    const { rows } = run.days[1] as Run["days"][number];
    const false_ = rows.map((entry, at) => (at === 0 ? { ...entry, row: { ...entry.row, metres: 1 } } : entry));
    await run.publisher.publish("day", dayFilePath(1), false_);
    const resumed = await auditBoth(run, stateDir);
    assert.deepEqual(resumed.changed, [dayFilePath(1)]);
    const { findings } = await auditRun(run, { stateDir });
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["FILE_ROW_HASH_WRONG"],
    );
  });

  test("when the chain was reorganised, it says so and begins anew", async () => {
    const stateDir = newState();
    const run = await producer.begin();
    await run.runDays(2);
    await auditBoth(run, stateDir);
    const other = await producer.begin({ plan: (plan) => plan.slice(1) });
    await other.runDays();
    const resumed = await auditBoth(other, stateDir);
    assert.match(resumed.anew ?? "", /^the chain was reorganised below block \d+$/);
    assert.equal(resumed.reused, 0);
  });

  test("when the chain is shorter than it was, it says so and begins anew", async () => {
    const stateDir = newState();
    const run = await producer.begin();
    await run.runDays();
    await auditBoth(run, stateDir);
    const other = await producer.begin();
    const resumed = await auditBoth(other, stateDir);
    assert.match(resumed.anew ?? "", /^the chain does not reach block \d+ any more$/);
  });

  test("when the state is no database, the audit says so and does not begin", async () => {
    const stateDir = await mkdtemp(join(folder, "damaged-"));
    await writeFile(join(stateDir, "audit-state.duckdb"), "no database");
    const run = await producer.begin();
    await assert.rejects(auditRun(run, { stateDir }), { code: "AUDIT_INPUT_INVALID" });
  });

  for (const corruption of sampled()) {
    test(`when ${corruption.when} after or before the first audit, it is found as in a whole audit`, async () => {
      const run = await producer.begin(corruption.scheme?.(producer));
      const { meanwhile } = corruption;
      if (meanwhile !== undefined) run.meanwhile((day) => meanwhile(day, producer, run));
      const stateDir = newState();
      await run.runDays(DAYS - 1);
      await auditRun(run, { stateDir });
      await run.runDays();
      const handedIn = (await corruption.afterwards?.(run, producer)) ?? {};
      await auditBoth(run, stateDir, handedIn);
    });
  }
});

/** Some of each means, files to storage. */
function sampled(): Corruption[] {
  return CORRUPTIONS.flatMap(({ corruptions }) => corruptions).filter((_, at) => at % 20 === 0);
}

/** Findings come in the order in which rows are met, which is nobody's promise. */
function inOrder({ findings, ...report }: AuditReport) {
  return { ...report, findings: findings.map((finding) => JSON.stringify(finding)).sort() };
}
