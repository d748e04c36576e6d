import { readFileSync } from "node:fs";
import { sha256 } from "@noble/hashes/sha2.js";
import { readHead } from "../../chain/read/head.ts";
import { readEvidenceHash, readItem, readOrder } from "../../chain/read/orders.ts";
import { deviceKeyFromSecret } from "../../device/index.ts";
import {
  CairnError,
  type Deployment,
  entitlementDigest,
  type Hex,
  signingDomain,
  toHex,
  workshopRecordDigest,
  ZERO_HASH,
} from "../../protocol/index.ts";
import {
  checkDelivery,
  DELIVERY_CHECKS,
  type DeliveryCheck,
  type DeliveryFile,
  deliveredBy,
  parseDelivery,
} from "../../sdk/index.ts";
import { type ConnectionOptions, connect } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile, toJsonFile } from "../files.ts";
import { readKeyFile } from "../key-file.ts";
import { addressOf } from "../keys.ts";
import { print, printJson } from "../output.ts";
import { accountOf } from "../programme.ts";
import { TermsFile } from "./terms-file.ts";

interface MakeOptions extends ConnectionOptions {
  readonly out: string;
}

/** Signs the entitlement of an order with the manufacturer's key, and writes it. */
export async function makeEntitlement(order: Hex, options: MakeOptions & { makerKey: string }): Promise<void> {
  const { deployment, time, ...what } = await readOrdered(order, options);
  const key = deviceKeyFromSecret(readKeyFile(options.makerKey));
  const entitlement = { ...what, issuedAt: time };
  const digest = entitlementDigest(signingDomain(deployment, "Entitlement"), entitlement);
  const signature = key.signDigest(digest);
  const { publicKey } = key;
  write(
    options,
    { type: "cairn.entitlement/1", ...placeOf(deployment), entitlement, signature, key: publicKey },
    digest,
  );
}

/** Signs the record of an order with the workshop's key, and writes it. */
export async function makeRecord(
  order: Hex,
  options: MakeOptions & { workshopKey: string; papers: string },
): Promise<void> {
  const { deployment, time, ...what } = await readOrdered(order, options);
  const key = readKeyFile(options.workshopKey);
  const record = { ...what, work: hashOfFile(options.papers), doneAt: time };
  const digest = workshopRecordDigest(signingDomain(deployment, "WorkshopRecord"), record);
  const signature = await signHash(key, digest);
  const workshop = addressOf(key);
  write(options, { type: "cairn.workshop-record/1", ...placeOf(deployment), record, signature, workshop }, digest);
}

async function signHash(key: Hex, hash: Hex): Promise<Hex> {
  const { sign } = accountOf(key);
  if (sign === undefined) throw new CairnError("UNEXPECTED", "the account cannot sign");
  return sign({ hash });
}

/**
 * What an order is for, and the chain's time.
 * @throws NOT_FOUND when there is no such order.
 */
async function readOrdered(id: Hex, options: ConnectionOptions) {
  const { client, deployment } = await connect(options);
  const order = await readOrder(client, deployment, id);
  if (order.state === "none") throw new CairnError("NOT_FOUND", `order ${id}`);
  const [{ sku }, { time }] = await Promise.all([readItem(client, deployment, order.item), readHead(client)]);
  return { deployment, order: id, vehicle: order.vehicle, sku, time };
}

function placeOf({ chainId, contracts }: Deployment) {
  return { chainId, redemptionDesk: contracts.redemptionDesk };
}

/** SHA-256 of a file: what anybody can compute of the papers. */
function hashOfFile(path: string): Hex {
  try {
    return toHex(sha256(readFileSync(path)));
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", path, { cause });
  }
}

function write({ out, json }: MakeOptions, file: DeliveryFile, evidenceHash: Hex): void {
  toJsonFile(out, file);
  if (json) printJson({ file: out, order: deliveredBy(file).order, evidenceHash });
  else print(`${out}: ${file.type} of order ${deliveredBy(file).order}\nevidence hash ${evidenceHash}`);
}

/** Whom somebody who verifies a delivery trusts. */
interface TrustOptions {
  readonly workshop?: Hex;
  /** A JSON file with the coordinates of a key of the manufacturer's. */
  readonly makerKeyOf?: string;
}

/**
 * Checks a delivery against its order on the chain, and prints what was looked at.
 * @returns 1 when something in it is false.
 */
export async function verifyDeliveryFile(path: string, options: ConnectionOptions & TrustOptions): Promise<ExitCode> {
  const file = parseDelivery(readJsonFile(path, "EVIDENCE_INVALID"));
  const { client, deployment } = await connect(options);
  const { order } = deliveredBy(file);
  const [{ item, vehicle }, evidenceHash] = await Promise.all([
    readOrder(client, deployment, order),
    readEvidenceHash(client, deployment, order),
  ]);
  const sku = item === 0 ? ZERO_HASH : (await readItem(client, deployment, item)).sku;
  const checks = checkDelivery(file, { deployment, vehicle, sku, evidenceHash }, trustedBy(options));
  const valid = checks.every(({ ok }) => ok);
  if (options.json) printJson({ type: file.type, order, valid, checks });
  else show(path, checks);
  return valid ? EXIT.ok : EXIT.findings;
}

function trustedBy({ workshop, makerKeyOf }: TrustOptions): Hex | undefined {
  if (makerKeyOf === undefined) return workshop;
  const key = new TermsFile(makerKeyOf, ["x", "y"]);
  return `${key.hash("x")}${key.hash("y").slice(2)}` as Hex;
}

function show(path: string, checks: readonly DeliveryCheck[]): void {
  print(`${path}\n`);
  for (const { check, ok, expected, actual } of checks) {
    print(`${ok ? "✓" : "✗"} ${DELIVERY_CHECKS[check]}`);
    if (!ok) print(`    expected ${expected}\n    found    ${actual}`);
  }
}
