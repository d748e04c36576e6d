import type { FindingCode } from "./finding-codes.ts";
import { FINDINGS_PER_CODE, type Finding } from "./report.ts";
import { type AuditDatabase, blobHex } from "./store/database.ts";

/** Collects findings: every one is counted, the first of each code are kept. */
export class FindingLog {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<FindingCode, number>();

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= FINDINGS_PER_CODE) this.#kept.push(finding);
  }

  /**
   * Adds what a query finds.
   * @param sql A query with columns code, subject, expected, actual (text), block (integer or null), tx (BLOB or null).
   */
  async addFrom(database: AuditDatabase, sql: string): Promise<void> {
    const rows = await database.rows(
      `WITH found AS (${sql})
       SELECT code, subject, expected::VARCHAR AS expected, actual::VARCHAR AS actual, block, tx,
         count(*) OVER (PARTITION BY code) AS total
       FROM found
       QUALIFY row_number() OVER (PARTITION BY code ORDER BY block, subject) <= ${FINDINGS_PER_CODE}
       ORDER BY code, block, subject`,
    );
    const beyond = new Map<FindingCode, number>();
    for (const row of rows) {
      const code = row.code as FindingCode;
      beyond.set(code, (beyond.get(code) ?? Number(row.total)) - 1);
      this.add({
        code,
        subject: row.subject as string,
        expected: (row.expected as string | null) ?? "nothing",
        actual: (row.actual as string | null) ?? "nothing",
        ...(row.block === null ? {} : { block: Number(row.block) }),
        ...(row.tx === null ? {} : { transaction: blobHex(row.tx) }),
      });
    }
    for (const [code, more] of beyond) this.#counts.set(code, (this.#counts.get(code) ?? 0) + more);
  }

  get findings(): readonly Finding[] {
    return this.#kept;
  }

  get counts(): Partial<Record<FindingCode, number>> {
    return Object.fromEntries(this.#counts);
  }
}
