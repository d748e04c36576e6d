// A second opinion on sampled drops and days, by other means than the auditor's: plain SQL over the published files, OpenZeppelin's
// merkle-tree for the roots, viem for events and encodings. It imports nothing of this project, so that a mistake in the
// project's own encodings shows. Formulas: docs/protocol.md 5, 6.1, 7 and 13.1; columns: docs/published-files.md.
//
//   node --import tsx scripts/second-opinion.ts --rpc URL --deployment deployment.json --files DIR [--drops 20] [--days 5] [--seed 1]
//
// Exits with 1 when something disagrees with the chain.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import {
  concat,
  createPublicClient,
  type Hex,
  hashTypedData,
  http,
  keccak256,
  pad,
  parseAbi,
  toBytes,
  toHex,
  zeroHash,
} from "viem";

const ABI = parseAbi([
  "event DropsAnchored(uint256 indexed firstDrop, bytes32[] roots, bytes32 dataDigest)",
  "event DaySettled(uint256 indexed day, bytes32 stonesRoot, bytes32 metresRoot, uint40 accounts, uint64 totalStones, uint64 totalCrystals, uint64 totalMetres, uint40 creditableAt, bytes32 dataDigest)",
  "event DayVetoed(uint256 indexed day, address indexed by)",
  "event DayWithdrawn(uint256 indexed day)",
  "struct RuleSet { uint32 dailyCapM; uint16 windowDays; uint64 maxUnitsPerMetre; uint32 challengeWindowS; uint32 noticeS; uint16 redemptionDelayDays; uint32 readingMaxAgeS; uint32 receiptDeadlineS; uint32 objectionS; uint32 maxFulfilmentS; uint16 pushIntervalDays; uint32 maxCrystalsPerDay; uint32 maxRegistrationsPerDay; }",
  "function rulesAt(uint256 day) view returns (RuleSet)",
]);
const READING = [
  { name: "vehicle", type: "bytes32" },
  { name: "sequence", type: "uint64" },
  { name: "startedAt", type: "uint64" },
  { name: "endedAt", type: "uint64" },
  { name: "odometerStart", type: "uint32" },
  { name: "odometerEnd", type: "uint32" },
  { name: "takeovers", type: "uint16" },
  { name: "categories", type: "uint64" },
  { name: "payload", type: "bytes32" },
] as const;
const TASK_AWARD = [
  { name: "task", type: "uint32" },
  { name: "account", type: "address" },
  { name: "occurrence", type: "bytes32" },
  { name: "crystals", type: "uint32" },
  { name: "awardedAt", type: "uint40" },
] as const;
const BLOCKS_A_REQUEST = 2_000n;
const FIRST_REWARD = 500_000_000_000n;
const DROPS_PER_ERA = 210_000;
const DROPS_PER_DAY = 144;

interface Deployment {
  readonly chainId: number;
  readonly firstBlock: number;
  readonly contracts: Readonly<Record<"rules" | "dropAnchor" | "stoneLedger" | "vehicleRegistry" | "taskBook", Hex>>;
}

type Row = Readonly<Record<string, string>>;
/** A word of an encoding: a number or its decimal text, or bytes as hex. */
type Word = bigint | string;

const { values: options } = parseArgs({
  options: {
    rpc: { type: "string" },
    deployment: { type: "string" },
    files: { type: "string" },
    drops: { type: "string", default: "20" },
    days: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
  },
});
const { rpc, deployment: deploymentFile, files } = options;
if (rpc === undefined || deploymentFile === undefined || files === undefined) {
  console.error("ARGUMENT_INVALID: --rpc, --deployment and --files are needed");
  process.exit(2);
}
const deployment = JSON.parse(readFileSync(deploymentFile, "utf8")) as Deployment;
const client = createPublicClient({ transport: http(rpc) });
const sql = await (await DuckDBInstance.create(":memory:")).connect();
let disagreements = 0;

function say(what: string, agrees: boolean): void {
  if (!agrees) disagreements += 1;
  console.log(`${agrees ? "agrees   " : "DISAGREES"}  ${what}`);
}

/** Rows of a query; bytes come as hex, numbers as decimal text. */
async function rows(query: string): Promise<Row[]> {
  const found = (await sql.runAndReadAll(query)).getRowObjectsJS();
  return found.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? `0x${Buffer.from(value).toString("hex")}` : String(value),
      ]),
    ),
  );
}

/** `abi.encode` of numbers, addresses and words of 32 bytes. */
function encoded(...words: readonly Word[]): Hex {
  return concat(
    words.map((word) => pad(typeof word === "string" && word.startsWith("0x") ? (word as Hex) : toHex(BigInt(word)))),
  );
}

const leaf = (...words: readonly Word[]): Hex => keccak256(keccak256(encoded(...words)));
const fieldsOf = (row: Row, ...columns: readonly string[]): string[] => columns.map((column) => row[column] as string);
const rootOf = (leaves: readonly Hex[]): string =>
  leaves.length === 0 ? zeroHash : SimpleMerkleTree.of([...leaves]).root;
const fileOf = (folder: string, number: number, digits: number): string =>
  join(files as string, folder, `${String(number).padStart(digits, "0")}.parquet`);

async function eventsOf<Name extends "DropsAnchored" | "DaySettled" | "DayVetoed" | "DayWithdrawn">(
  address: Hex,
  eventName: Name,
) {
  const logs = [];
  const head = await client.getBlockNumber();
  for (let from = BigInt(deployment.firstBlock); from <= head; from += BLOCKS_A_REQUEST) {
    const to = from + BLOCKS_A_REQUEST - 1n;
    const range = { fromBlock: from, toBlock: to < head ? to : head };
    logs.push(...(await client.getContractEvents({ abi: ABI, address, eventName, ...range })));
  }
  return logs;
}

/** The last root of each drop: a later call for the same drop supersedes it and all after it. */
async function anchoredRoots(): Promise<Map<number, Hex>> {
  const roots = new Map<number, Hex>();
  for (const { args } of await eventsOf(deployment.contracts.dropAnchor, "DropsAnchored")) {
    const first = Number(args.firstDrop);
    for (const drop of roots.keys()) if (drop >= first) roots.delete(drop);
    for (const [at, root] of (args.roots ?? []).entries()) roots.set(first + at, root);
  }
  return roots;
}

/** The last settlement of each day: a veto or withdrawal of a day undoes it and all later ones. */
async function standingSettlements() {
  const ledger = deployment.contracts.stoneLedger;
  const undone = [...(await eventsOf(ledger, "DayVetoed")), ...(await eventsOf(ledger, "DayWithdrawn"))];
  const settled = await eventsOf(ledger, "DaySettled");
  const standing = settled.filter(
    ({ args, ...settlement }) =>
      !undone.some((undoing) => Number(undoing.args.day) <= Number(args.day) && comesBefore(settlement, undoing)),
  );
  return new Map(standing.map(({ args }) => [Number(args.day), args]));
}

interface Place {
  readonly blockNumber: bigint;
  readonly logIndex: number;
}

function comesBefore(a: Place, b: Place): boolean {
  return a.blockNumber < b.blockNumber || (a.blockNumber === b.blockNumber && a.logIndex < b.logIndex);
}

function domainOf(name: string, verifyingContract: Hex) {
  return { name: `Cairn ${name}`, version: "1", chainId: deployment.chainId, verifyingContract };
}

function readingLeaf(row: Row): Hex {
  const message = {
    ...{ vehicle: row.vehicle as Hex, sequence: BigInt(row.sequence as string), payload: row.payload as Hex },
    ...{ startedAt: BigInt(row.started_at as string), endedAt: BigInt(row.ended_at as string) },
    ...{ odometerStart: Number(row.odometer_start_m), odometerEnd: Number(row.odometer_end_m) },
    ...{ takeovers: Number(row.takeovers), categories: BigInt(row.categories as string) },
  };
  const domain = domainOf("VehicleRegistry", deployment.contracts.vehicleRegistry);
  const digest = hashTypedData({ domain, types: { Reading: READING }, primaryType: "Reading", message });
  const signature = keccak256(concat([row.r as Hex, row.s as Hex]));
  const counted = fieldsOf(row, "account", "counted_m", "vehicle_day_after_m", "account_after_m");
  const links = fieldsOf(row, "prev_vehicle_leaf", "prev_account_leaf", "salt");
  return leaf(1n, ...fieldsOf(row, "drop", "index"), digest, signature, ...counted, ...links);
}

function awardLeaf(row: Row): Hex {
  const message = {
    ...{ task: Number(row.task), account: row.account as Hex, occurrence: row.occurrence as Hex },
    ...{ crystals: Number(row.crystals), awardedAt: Number(row.awarded_at) },
  };
  const domain = domainOf("TaskBook", deployment.contracts.taskBook);
  const digest = hashTypedData({ domain, types: { TaskAward: TASK_AWARD }, primaryType: "TaskAward", message });
  const rest = fieldsOf(row, "account", "crystals", "account_crystals_after", "prev_award_leaf", "salt");
  return leaf(3n, ...fieldsOf(row, "drop", "index"), digest, ...rest);
}

/** Rows of a file in order of their index; none when there is no such file, which is right for a drop without such rows. */
async function rowsIn(folder: string, number: number, digits: number): Promise<Row[]> {
  const path = fileOf(folder, number, digits).replaceAll("'", "''");
  const [there] = await rows(`SELECT count(*) AS files FROM glob('${path}')`);
  return there?.files === "0" ? [] : rows(`SELECT * FROM read_parquet('${path}') ORDER BY "index"`);
}

async function judgeDrop(drop: number, root: Hex): Promise<void> {
  const readings = await rowsIn("drops", drop, 8);
  const awards = await rowsIn("awards", drop, 8);
  const erased = [...readings, ...awards].some(({ account }) => account === "null");
  const what = `drop ${drop}: ${readings.length} readings, ${awards.length} awards`;
  if (erased) console.log(`passed over ${what}: rows are erased`);
  else say(what, rootOf([...readings.map(readingLeaf), ...awards.map(awardLeaf)]) === root);
}

function metresLeaf(row: Row): Hex {
  const prefix = keccak256(encoded(...fieldsOf(row, "prefix_metres", "metres_prefix_salt")));
  return leaf(4n, ...fieldsOf(row, "index", "account", "metres"), prefix, ...fieldsOf(row, "head_leaf", "metres_salt"));
}

function stonesLeaf(row: Row): Hex {
  const prefix = keccak256(encoded(...fieldsOf(row, "prefix_stones", "prefix_crystals", "stones_prefix_salt")));
  const own = fieldsOf(row, "index", "account", "stones", "crystals");
  return leaf(5n, ...own, prefix, ...fieldsOf(row, "head_award", "stones_salt"));
}

/** Units that the schedule emits in a day: drop by drop, since it is only 144 of them. */
function emissionOf(day: number): bigint {
  let units = 0n;
  for (let drop = day * DROPS_PER_DAY; drop < (day + 1) * DROPS_PER_DAY; drop++) {
    units += FIRST_REWARD >> BigInt(Math.floor(drop / DROPS_PER_ERA));
  }
  return units;
}

/** Each account's metres of the window and stones of the day, by the readings and by the day's file. */
async function judgeShares(day: number, previous: boolean): Promise<void> {
  const address = deployment.contracts.rules;
  const rules = await client.readContract({ address, abi: ABI, functionName: "rulesAt", args: [BigInt(day)] });
  const drops = `'${join(files as string, "drops", "*.parquet").replaceAll("'", "''")}'`;
  const before = previous
    ? `read_parquet('${fileOf("days", day - 1, 6).replaceAll("'", "''")}')`
    : "(SELECT NULL AS account, 0 AS stones WHERE false)";
  const wrong = await rows(`
    WITH counted AS (SELECT account, "drop" // ${DROPS_PER_DAY} AS day, counted_m FROM read_parquet(${drops})),
    w AS (SELECT account, sum(counted_m)::HUGEINT AS metres FROM counted
      WHERE day BETWEEN ${day - rules.windowDays + 1} AND ${day} GROUP BY account),
    pot AS (SELECT sum(metres) AS total, least(${emissionOf(day)}::HUGEINT, sum(metres) * ${rules.maxUnitsPerMetre}) AS units FROM w),
    now AS (SELECT account, stones, metres FROM read_parquet('${fileOf("days", day, 6).replaceAll("'", "''")}')),
    ever AS (SELECT account, sum(counted_m) AS metres FROM counted WHERE day <= ${day} GROUP BY account)
    SELECT now.account FROM now LEFT JOIN ${before} b ON b.account = now.account LEFT JOIN w ON w.account = now.account
      LEFT JOIN ever ON ever.account = now.account CROSS JOIN pot
    WHERE now.stones - coalesce(b.stones, 0) <> coalesce(pot.units * w.metres // pot.total, 0)
      OR now.metres <> coalesce(ever.metres, 0)`);
  say(`day ${day}: shares and metres of all accounts`, wrong.length === 0);
}

async function judgeDay(
  day: number,
  settled: {
    stonesRoot?: Hex | undefined;
    metresRoot?: Hex | undefined;
    totalStones?: bigint | undefined;
    totalMetres?: bigint | undefined;
  },
  hasBefore: boolean,
): Promise<void> {
  const accounts = await rowsIn("days", day, 6);
  if (accounts.some(({ account }) => account === "null")) {
    console.log(`passed over day ${day}: rows are erased`);
    return;
  }
  say(
    `day ${day}: root of metres over ${accounts.length} accounts`,
    rootOf(accounts.map(metresLeaf)) === settled.metresRoot,
  );
  say(`day ${day}: root of stones`, rootOf(accounts.map(stonesLeaf)) === settled.stonesRoot);
  const sum = (column: string) => accounts.reduce((total, row) => total + BigInt(row[column] as string), 0n);
  say(`day ${day}: totals`, sum("stones") === settled.totalStones && sum("metres") === settled.totalMetres);
  if (accounts.length > 0) await judgeShares(day, hasBefore);
}

/** Some of a list, chosen by the seed: an independent draw needs no more than that nobody knew it before. */
function sampleOf<T>(items: readonly T[], count: number): T[] {
  const keyed = items.map((item, at) => ({
    item,
    key: keccak256(toBytes(`${options.seed} ${at}`)),
  }));
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, count)
    .map(({ item }) => item);
}

const roots = [...(await anchoredRoots())].filter(([, root]) => root !== zeroHash);
for (const [drop, root] of sampleOf(roots, Number(options.drops))) await judgeDrop(drop, root);
const settlements = await standingSettlements();
const hasFile = (day: number) => (settlements.get(day)?.accounts ?? 0) > 0;
for (const [day, settled] of sampleOf([...settlements], Number(options.days)))
  await judgeDay(day, settled, hasFile(day - 1));
console.log(disagreements === 0 ? "Everything agrees with the chain." : `${disagreements} disagreements.`);
process.exitCode = disagreements === 0 ? 0 : 1;
