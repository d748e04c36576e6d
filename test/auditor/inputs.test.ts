import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { AuditContext } from "../../src/auditor/context.ts";
import { FindingLog } from "../../src/auditor/finding-log.ts";
import { type AuditOptions, audit } from "../../src/auditor/index.ts";
import { loadRows, type NamedFile } from "../../src/auditor/ingest/load.ts";
import { readManifest } from "../../src/auditor/ingest/manifest.ts";
import { AuditDatabase } from "../../src/auditor/store/database.ts";
import type { Deployment } from "../../src/protocol/codec/deployment.ts";
import { CairnError, type ErrorCode } from "../../src/protocol/errors.ts";
import { assertFindings } from "../support/audit-expectations.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";

async function assertRejectsCode(action: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(action, (error) => error instanceof CairnError && error.code === code);
}

describe("given input that cannot be audited", () => {
  let producer: DishonestProducer;
  let folder: string;
  before(async () => {
    producer = await DishonestProducer.start();
    folder = await mkdtemp(join(tmpdir(), "cairn-inputs-"));
  });
  after(async () => {
    await producer.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const options = async (changes: Partial<AuditOptions> = {}): Promise<AuditOptions> => {
    const { filesDir } = await producer.begin();
    return { rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: [filesDir], ...changes };
  };

  test("when there is no manifest, it is AUDIT_INPUT_INVALID", async () => {
    await assertRejectsCode(audit(await options({ filesDirs: [join(folder, "nothing")] })), "AUDIT_INPUT_INVALID");
  });

  test("when the manifest is too long to be one, it is AUDIT_INPUT_INVALID", async () => {
    const filesDir = join(folder, "long");
    await mkdir(filesDir);
    await writeFile(join(filesDir, "manifest.jsonl"), "");
    await truncate(join(filesDir, "manifest.jsonl"), 500_000_001);
    await assertRejectsCode(readManifest([filesDir]), "AUDIT_INPUT_INVALID");
  });

  test("when a file cannot be read for want of the machine, it is AUDIT_INPUT_INVALID and no finding", async () => {
    const database = await AuditDatabase.open();
    const findings = new FindingLog();
    // It vanishes between the look at its bytes and the reading of its rows.
    const gone = {
      kind: "drop",
      number: 1,
      path: "drops/00000001.parquet",
      folder,
      rows: 1,
      judged: true,
    } as NamedFile;
    const context = { database, findings } as unknown as AuditContext;
    try {
      await assertRejectsCode(loadRows(context, [gone]), "AUDIT_INPUT_INVALID");
      assert.deepEqual(findings.findings, []);
    } finally {
      await database.close();
    }
  });

  test("when the first day is no whole number, it is AUDIT_INPUT_INVALID", async () => {
    await assertRejectsCode(audit(await options({ fromDay: -1 })), "AUDIT_INPUT_INVALID");
  });

  test("when the receipts folder is missing, it is AUDIT_INPUT_INVALID", async () => {
    await assertRejectsCode(audit(await options({ receiptsDir: join(folder, "nothing") })), "AUDIT_INPUT_INVALID");
  });

  test("when the files folder's path is a pattern, it is AUDIT_INPUT_INVALID", async () => {
    const filesDir = join(folder, "a[b]");
    await mkdir(filesDir);
    await writeFile(join(filesDir, "manifest.jsonl"), "");
    await assertRejectsCode(audit(await options({ filesDirs: [filesDir] })), "AUDIT_INPUT_INVALID");
  });

  test("when nobody listens at the URL, it is CHAIN_UNREACHABLE", async () => {
    await assertRejectsCode(audit(await options({ rpcUrl: "http://127.0.0.1:9" })), "CHAIN_UNREACHABLE");
  });

  test("when the chain has another id, it is CHAIN_MISMATCH", async () => {
    const deployment = { ...producer.deployment, chainId: 1 };
    await assertRejectsCode(audit(await options({ deployment })), "CHAIN_MISMATCH");
  });

  test("when the deployment's block has another hash, it is CHAIN_MISMATCH", async () => {
    const deployment: Deployment = { ...producer.deployment, blockHash: `0x${"12".repeat(32)}` };
    await assertRejectsCode(audit(await options({ deployment })), "CHAIN_MISMATCH");
  });

  test("when the deployment lacks a contract, it is DEPLOYMENT_INVALID", async () => {
    const deployment = { ...producer.deployment, contracts: {} } as unknown as Deployment;
    await assertRejectsCode(audit(await options({ deployment })), "DEPLOYMENT_INVALID");
  });

  test("when the deployment's genesis is not the contracts', that is a finding", async () => {
    const deployment = { ...producer.deployment, genesis: producer.deployment.genesis + 600 };
    assertFindings(await audit(await options({ deployment })), [["DEPLOYMENT_MISMATCH", "genesis"]]);
  });

  test("when the deployment names a later block as its first, that is a finding", async () => {
    const deployment = { ...producer.deployment, firstBlock: producer.deployment.block };
    const { findings } = await audit(await options({ deployment }));
    assert.deepEqual(
      [findings[0]?.code, findings[0]?.subject],
      ["DEPLOYMENT_MISMATCH", `firstBlock ${deployment.block}`],
    );
  });

  test("when a contract has no code, that is a finding", async () => {
    const contracts = { ...producer.deployment.contracts, redemptionDesk: `0x${"99".repeat(20)}` as const };
    const { findings } = await audit(await options({ deployment: { ...producer.deployment, contracts } }));
    assert.ok(findings.some(({ code, subject }) => code === "CONTRACT_MISSING" && subject === "redemptionDesk"));
  });

  test("when lines of the manifest are no entries, each is a finding", async () => {
    const run = await producer.begin();
    const lines = ["nonsense", "[]", '{"path":"../../etc/passwd"}', '{"path":"drops/00000001.parquet","sha256":"0x"}'];
    await writeFile(join(run.filesDir, "manifest.jsonl"), `${lines.join("\n")}\n`);
    assertFindings(
      await audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: [run.filesDir] }),
      lines.map((_, i) => ["MANIFEST_LINE_INVALID", `manifest.jsonl line ${i + 1}`]),
    );
  });

  test("when a line of one of two manifests is no entry, the finding names the folder", async () => {
    const run = await producer.begin();
    const manifest = join(run.filesDirs[1] as string, "manifest.jsonl");
    await writeFile(manifest, "nonsense\n");
    const { rpcUrl, deployment } = producer;
    assertFindings(await audit({ rpcUrl, deployment, filesDirs: run.filesDirs }), [
      ["MANIFEST_LINE_INVALID", `${manifest} line 1`],
    ]);
  });

  test("when the documents folder is missing, it is AUDIT_INPUT_INVALID", async () => {
    await assertRejectsCode(audit(await options({ documentsDir: join(folder, "nothing") })), "AUDIT_INPUT_INVALID");
  });

  test("when the manifest's last line is still being written, it is left aside", async () => {
    const run = await producer.begin();
    await writeFile(join(run.filesDir, "manifest.jsonl"), '{"path":"drops/0000');
    const { rpcUrl, deployment } = producer;
    assertFindings(await audit({ rpcUrl, deployment, filesDirs: run.filesDirs }), []);
  });

  test("when a receipts file is no receipts, that is a finding", async () => {
    const run = await producer.begin();
    const receiptsDir = await run.writeReceipts([{ receipt: { drop: -1 } }]);
    const { rpcUrl, deployment } = producer;
    assertFindings(await audit({ rpcUrl, deployment, filesDirs: run.filesDirs, receiptsDir }), [
      ["RECEIPT_UNREADABLE", "receipts.json"],
    ]);
  });
});

test("given any text as a manifest, it is read line by line and never throws", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cairn-manifest-"));
  try {
    const line = fc.oneof(fc.string(), fc.json(), fc.constant('{"path":"drops/00000001.parquet"}'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        await writeFile(join(folder, "manifest.jsonl"), lines.join("\n"));
        const { newest } = await readManifest([folder]);
        assert.equal(newest.size, 0);
      }),
      { numRuns: 50 },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
