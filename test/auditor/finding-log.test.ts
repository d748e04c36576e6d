import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FindingLog } from "../../src/auditor/finding-log.ts";
import { FINDINGS_PER_CODE } from "../../src/auditor/index.ts";
import { AuditDatabase } from "../../src/auditor/store/database.ts";

describe("the log of findings", () => {
  let database: AuditDatabase;
  before(async () => {
    database = await AuditDatabase.open();
  });
  after(() => database.close());
  const found = (code: string, count: number) =>
    `SELECT '${code}' AS code, 's' || i AS subject, 1 AS expected, NULL AS actual, i AS block, unhex('ab') AS tx
     FROM range(${count}) t(i)`;

  test("when a query finds more of a code than is listed, the rest is counted", async () => {
    const log = new FindingLog();
    await log.addFrom(database, `${found("DROP_ROOT_WRONG", 250)} UNION ALL ${found("DAY_ROOT_WRONG", 3)}`);
    assert.deepEqual(log.counts, { DROP_ROOT_WRONG: 250, DAY_ROOT_WRONG: 3 });
    assert.equal(log.findings.length, FINDINGS_PER_CODE + 3);
  });

  test("when findings of one code come from several places, the limit holds for all together", async () => {
    const log = new FindingLog();
    for (let i = 0; i < 3; i++) await log.addFrom(database, found("DROP_ROOT_WRONG", 60));
    assert.deepEqual(log.counts, { DROP_ROOT_WRONG: 180 });
    assert.equal(log.findings.length, FINDINGS_PER_CODE);
  });

  test("when a query names no value, the finding says so and keeps its place", async () => {
    const log = new FindingLog();
    await log.addFrom(database, found("DROP_ROOT_WRONG", 1));
    assert.deepEqual(log.findings, [
      { code: "DROP_ROOT_WRONG", subject: "s0", expected: "1", actual: "nothing", block: 0, transaction: "0xab" },
    ]);
  });
});
