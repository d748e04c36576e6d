import { type Abi, encodeFunctionData } from "viem";
import { ABIS } from "../../chain/contracts.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { StonesLeaf } from "../../protocol/codec/leaves.ts";
import { CairnError } from "../../protocol/errors.ts";
import { INTENT_FUNCTIONS, type IntentKind, type StoredIntent } from "./intent-calls.ts";

/** A contract call, ready to be signed. */
export interface Call {
  readonly to: Hex;
  readonly data: Hex;
  readonly gas: bigint;
}

export interface AnchorPayload {
  readonly firstDrop: number;
  readonly roots: readonly Hex[];
  readonly dataDigest: Hex;
}

export interface SettlePayload {
  readonly day: number;
  readonly stonesRoot: Hex;
  readonly metresRoot: Hex;
  readonly accounts: number;
  readonly totalStones: string;
  readonly totalCrystals: string;
  readonly totalMetres: number;
  readonly dataDigest: Hex;
}

/** Neighbouring leaves of a day's tree: positions [from, to) in tree order. */
export interface CreditPayload {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/** Leaves of a creditable day, by index, that intents need credited first: stones for orders, crystals for boxes. */
export interface LeafCredits {
  readonly day: number;
  readonly indices: readonly number[];
}

export interface IntentsPayload {
  readonly credits?: LeafCredits;
}

/** A moved account whose exclusion goes on under the one that stands for it. */
export interface FollowPayload {
  readonly account: Hex;
}

/** Leaves of a day with their multiproof, in the order in which the contract takes them. */
export interface CreditLeaves {
  readonly leaves: readonly StonesLeaf[];
  readonly proof: readonly Hex[];
  readonly proofFlags: readonly boolean[];
}

/** Kind of the row that carries an exclusion on: several contracts have a function followMove. */
export const FOLLOW_EXCLUSION = "followExclusion";

/** What a call needs beside its row. */
export interface CallSources {
  readonly creditLeaves: (payload: CreditPayload) => Promise<CreditLeaves>;
  readonly leavesOf: (credits: LeafCredits) => Promise<CreditLeaves>;
  readonly intentsOf: (row: number) => Promise<StoredIntent[]>;
}

// Upper bounds, measured with room to spare. An estimate would be wrong where an earlier transaction is still under way,
// and a batch that runs out of gas reverts as a whole.
const GAS_BASE = 150_000n;
const GAS_PER_DROP = 2_000n;
const GAS_PER_ROOT = 30_000n;
const GAS_SETTLE = 500_000n;
const GAS_PER_CREDIT = 60_000n;
const GAS_PER_CRYSTAL_CREDIT = 90_000n;
const GAS_FOLLOW = 250_000n;
/** For a signature that a contract is asked about: what must be left before the call (docs/protocol.md 2.3), and the call's own. */
const GAS_PER_ASKED_SIGNATURE = 220_000n;
/** Most that a byte of calldata costs (EIP-7623). */
const GAS_PER_BYTE = 40n;
/** EIP-7825: no transaction may ask for more. */
const GAS_MOST = 16_777_216n;

/** The call of an outbox row. @throws UNEXPECTED for a kind that does not exist. */
export async function callOf(
  row: { id: number; kind: string; payload: string },
  deployment: Deployment,
  sources: CallSources,
): Promise<Call> {
  const { contracts } = deployment;
  const payload: unknown = JSON.parse(row.payload);
  switch (row.kind) {
    case "anchorDrops": {
      const { firstDrop, roots, dataDigest } = payload as AnchorPayload;
      return {
        to: contracts.dropAnchor,
        data: encode(ABIS.dropAnchor, row.kind, [BigInt(firstDrop), roots, dataDigest]),
        gas: bounded(roots.reduce((sum, root) => sum + gasOfDrop(root), GAS_BASE)),
      };
    }
    case "settleDay":
      return { to: contracts.stoneLedger, data: encodeSettle(payload as SettlePayload), gas: GAS_SETTLE };
    case "creditMany": {
      const { day } = payload as CreditPayload;
      const { leaves, proof, proofFlags } = await sources.creditLeaves(payload as CreditPayload);
      return {
        to: contracts.stoneLedger,
        data: encode(ABIS.stoneLedger, row.kind, [BigInt(day), leaves, proof, proofFlags]),
        gas: bounded(GAS_BASE + GAS_PER_CREDIT * BigInt(leaves.length)),
      };
    }
    case "creditCrystalsMany": {
      const credits = payload as LeafCredits;
      const { leaves, proof, proofFlags } = await sources.leavesOf(credits);
      return {
        to: contracts.mineBox,
        data: encode(ABIS.mineBox, row.kind, [BigInt(credits.day), leaves, proof, proofFlags]),
        gas: bounded(GAS_BASE + GAS_PER_CRYSTAL_CREDIT * BigInt(leaves.length)),
      };
    }
    case FOLLOW_EXCLUSION: {
      const { account } = payload as FollowPayload;
      return { to: contracts.exclusions, data: encode(ABIS.exclusions, "followMove", [account]), gas: GAS_FOLLOW };
    }
    default: {
      const { credits } = payload as IntentsPayload;
      const intents = await sources.intentsOf(row.id);
      if (credits === undefined) return intentCall(row.kind, deployment, intents);
      return creditingCall(deployment, intents, { day: credits.day, ...(await sources.leavesOf(credits)) });
    }
  }
}

function encodeSettle(payload: SettlePayload): Hex {
  return encode(ABIS.stoneLedger, "settleDay", [
    BigInt(payload.day),
    payload.stonesRoot,
    payload.metresRoot,
    payload.accounts,
    BigInt(payload.totalStones),
    BigInt(payload.totalCrystals),
    BigInt(payload.totalMetres),
    payload.dataDigest,
  ]);
}

function intentCall(kind: string, deployment: Deployment, intents: readonly StoredIntent[]): Call {
  const entry = Object.values(INTENT_FUNCTIONS).find(({ name }) => name === kind);
  if (entry === undefined) throw new CairnError("UNEXPECTED", `no call of kind ${kind}`);
  return {
    to: deployment.contracts[entry.contract],
    data: encode(ABIS[entry.contract], kind, entry.args(intents)),
    gas: bounded(intents.reduce((sum, intent) => sum + entry.gas + gasOfSignatures(intent), GAS_BASE)),
  };
}

/** What signatures add to their intent's bound, which is for ECDSA. */
function gasOfSignatures({ signature, targetSignature }: StoredIntent): bigint {
  return [signature, targetSignature ?? "0x00"]
    .filter((given) => !given.startsWith("0x00"))
    .reduce((sum, { length }) => sum + GAS_PER_ASKED_SIGNATURE + (GAS_PER_BYTE * BigInt(length - 2)) / 2n, 0n);
}

/** Gas that is left for a transaction's items. @param blockGas What a block can hold. */
export function gasForItems(blockGas: bigint): bigint {
  return (blockGas < GAS_MOST ? blockGas : GAS_MOST) - GAS_BASE;
}

/** How many leaves one call can credit. @param gas What is left for items. */
export function creditsThatFit(gas: bigint): number {
  return Number(gas / GAS_PER_CREDIT);
}

/** How many of the first drops one call can anchor. @param gas What is left for items. */
export function dropsThatFit(roots: readonly Hex[], gas: bigint): number {
  let left = gas;
  const full = roots.findIndex((root) => {
    left -= gasOfDrop(root);
    return left < 0n;
  });
  return full === -1 ? roots.length : full;
}

function gasOfDrop(root: Hex): bigint {
  return BigInt(root) === 0n ? GAS_PER_DROP : GAS_PER_DROP + GAS_PER_ROOT;
}

/** Upper bound of the gas of one intent in a batch, with the credit that an order may bring along. */
export function gasOfIntent(kind: IntentKind, intent: StoredIntent): bigint {
  const credit = kind === "OrderIntent" ? GAS_PER_CREDIT : 0n;
  return INTENT_FUNCTIONS[kind].gas + credit + gasOfSignatures(intent);
}

/** Orders whose accounts are credited first, whoever else may have credited them meanwhile. */
function creditingCall(
  deployment: Deployment,
  intents: readonly StoredIntent[],
  { day, leaves, proof, proofFlags }: CreditLeaves & { day: number },
): Call {
  const { args } = INTENT_FUNCTIONS.OrderIntent;
  return {
    to: deployment.contracts.redemptionDesk,
    data: encode(ABIS.redemptionDesk, "creditAndPlaceOrders", [
      ...[BigInt(day), leaves, proof, proofFlags],
      ...args(intents),
    ]),
    gas: bounded(intents.reduce((sum, intent) => sum + gasOfIntent("OrderIntent", intent), GAS_BASE)),
  };
}

function bounded(gas: bigint): bigint {
  return gas < GAS_MOST ? gas : GAS_MOST;
}

function encode(abi: Abi, functionName: string, args: readonly unknown[]): Hex {
  return encodeFunctionData({ abi, functionName, args });
}
