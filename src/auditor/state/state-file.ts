import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { reach } from "../../chain/client.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { AuditContext } from "../context.ts";
import { LAYOUTS } from "../hash/layout.ts";
import { FILE_KINDS, KINDS } from "../ingest/file-kinds.ts";
import { sqlText } from "../store/database.ts";

/** Raised when examination, or what is kept of it, changes otherwise than {@link LAYOUTS} shows. */
const FORMAT = 1;
const STATE_FILE = "audit-state.duckdb";
/** What the state is of, by name. */
type Fact = "format" | "deployment" | "block" | "blockHash";

/**
 * Opens the folder's state as database `state`: new, or what the last audit left. One audit at a time can have it.
 * @returns Why what was there is of no use; undefined when it is, or when there was nothing.
 * @throws AUDIT_INPUT_INVALID when another audit has it or it cannot be read.
 */
export async function openState(context: AuditContext, folder: string): Promise<string | undefined> {
  const { database } = context;
  const path = join(resolve(folder), STATE_FILE);
  try {
    // What stands in it is believed: nobody else may write there.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await database.run(`ATTACH ${sqlText(path)} AS state`);
    await database.run("CREATE TABLE IF NOT EXISTS state.fact (name VARCHAR, value VARCHAR)");
  } catch (cause) {
    const message = "the state of the last audit cannot be opened: another audit has it, or it is damaged";
    throw new CairnError("AUDIT_INPUT_INVALID", message, { cause });
  }
  const reason = await whyUseless(context);
  if (reason !== undefined) await clear(context);
  await create(context);
  return reason === "" ? undefined : reason;
}

/** Writes down what the state is of; belongs in the transaction that fills it. */
export async function stampState(context: AuditContext): Promise<void> {
  const { database, head } = context;
  const facts: Record<Fact, string> = {
    ...identityOf(context),
    ...{ block: `${head.number}`, blockHash: head.hash },
  };
  const values = Object.entries(facts).map(([name, value]) => `('${name}', ${sqlText(value)})`);
  await database.run("DELETE FROM state.fact");
  await database.run(`INSERT INTO state.fact VALUES ${values.join(", ")}`);
}

/** Why the state cannot be gone on from; empty when it is new. */
async function whyUseless(context: AuditContext): Promise<string | undefined> {
  const rows = await context.database.rows("SELECT name, value FROM state.fact");
  const was = Object.fromEntries(rows.map(({ name, value }) => [name, value])) as Partial<Record<Fact, string>>;
  const is = identityOf(context);
  if (was.format === undefined) return "";
  if (was.format !== is.format) return "another version of the auditor made it";
  if (was.deployment !== is.deployment) return "it is of another deployment";
  const block = Number(was.block);
  if (block > context.head.number) return `the chain does not reach block ${block} any more`;
  const { hash } = await reach(context.client.getBlock({ blockNumber: BigInt(block) }));
  return hash === was.blockHash ? undefined : `the chain was reorganised below block ${block + 1}`;
}

function identityOf({ deployment }: AuditContext): Record<"format" | "deployment", string> {
  const digest = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
  const layouts = Object.entries(LAYOUTS).map(([kind, { numbers, strings }]) => [kind, numbers, strings]);
  return { format: digest([FORMAT, layouts]), deployment: digest(deployment) };
}

async function clear({ database }: AuditContext): Promise<void> {
  const tables = ["examined", "signer", ...KINDS.map((kind) => FILE_KINDS[kind].hashes)];
  for (const table of tables) await database.run(`DROP TABLE IF EXISTS state.${table}`);
}

async function create({ database }: AuditContext): Promise<void> {
  await database.run(
    "CREATE TABLE IF NOT EXISTS state.examined (kind VARCHAR, number BIGINT, sha256 BLOB, depends_on VARCHAR)",
  );
  await database.run("CREATE TABLE IF NOT EXISTS state.signer (digest BLOB, signature BLOB, signer BLOB)");
  for (const kind of KINDS) {
    const { hashes } = FILE_KINDS[kind];
    await database.run(`CREATE TABLE IF NOT EXISTS state.${hashes} AS FROM main.${hashes} LIMIT 0`);
  }
}
