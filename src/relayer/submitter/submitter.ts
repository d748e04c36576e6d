import type { Logger } from "pino";
import { type LocalAccount, parseTransaction, type TransactionSerializedEIP1559 } from "viem";
import { type ChainClient, reach } from "../../chain/client.ts";
import { bumpedFees, type Fees, feesFor } from "../../chain/write/fees.ts";
import { fromHex, type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { DAY_S } from "../../protocol/codec/codes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { keccak } from "../../protocol/codec/keccak.ts";
import type { Alerts } from "../../service/alerts.ts";
import { passFailpoint } from "../failpoints.ts";
import type { ChainSnapshot } from "../jobs/chain-view.ts";
import { reopenIntents } from "../store/intents.ts";
import type { Store, Tx } from "../store/open.ts";
import {
  type Attempt,
  attemptsOf,
  minedEffects,
  type OutboxRow,
  openEffects,
  readNextNonce,
  readSenders,
  saveBump,
  saveSigned,
  unsign,
  updateEffect,
  writeNextNonce,
} from "../store/outbox.ts";
import { type Call, type CallSources, callOf } from "./calls.ts";
import { INTENT_FUNCTIONS } from "./intent-calls.ts";
import { broadcast, type MinedReceipt, preflight, readReceipt } from "./node.ts";
import { findNonceUse } from "./nonce-use.ts";
import { Timers } from "./timers.ts";

/** Transactions under way at once. More would livelock anvil, and fills any node's queue for one account. */
const MAX_IN_FLIGHT = 16;
/** Rows looked at together after blocks were lost. */
const RECOVERY_PAGE = 64;
/** Answered preflights that failed after which a row that has no nonce is set aside. */
const MAX_PREFLIGHTS = 5;

/** How long a lost nonce is told, seconds of chain time: a day. */
const NONCE_ALERT_S = DAY_S;

/** What the submitter works with. */
export interface SubmitterParts {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly store: Store;
  /** Signs. */
  readonly account: LocalAccount;
  /** What the sender is for, as alerts name it; none for the relayer's own key. */
  readonly purpose?: string;
  /** Whether a kind of effect that nobody has signed yet is this sender's to sign. */
  readonly signs: (kind: string) => boolean;
  /**
   * Whether what an address has signed is this one's to carry on. Bytes of a key that is not there any more go out as they
   * are; only a higher fee would need the key.
   */
  readonly carries: (sender: Hex) => boolean;
  /** Most that is paid per gas, wei. */
  readonly maxFeePerGas: bigint;
  readonly sources: CallSources;
  readonly alerts: Alerts;
  readonly log: Logger;
  /** Writes down what a row's end means, in the transaction that ends it. `receipt` is absent when it was never sent. */
  readonly onEnd: (tx: Tx, row: OutboxRow, receipt: MinedReceipt | undefined) => Promise<void>;
}

/** A row whose transaction is signed: it has a nonce. */
type SignedRow = OutboxRow & { readonly nonce: number; readonly sender: Hex };

/**
 * Carries the outbox to the chain. Every step looks at the chain first, so that a restart is an ordinary step: a row is
 * signed once (nonce, bytes and hash in one database transaction), the same bytes go out as often as needed, and its state
 * comes from receipts alone.
 */
export class Submitter {
  readonly #parts: SubmitterParts;
  readonly #timers: Timers;
  #nonceKnown = false;
  /** Chain time at which the key's last nonce was lost. */
  #nonceLostAt: number | undefined;
  /** Rows that wait and whose fee cannot be raised. */
  readonly #unbumped = new Set<number>();

  constructor(parts: SubmitterParts, timers: Timers = new Timers()) {
    this.#parts = parts;
    this.#timers = timers;
  }

  get #address(): Hex {
    return lowerHex(this.#parts.account.address);
  }

  /** What an alert is about: senders of their own purpose have alerts of their own. */
  #subject(what: string): string {
    const { purpose } = this.#parts;
    return purpose === undefined ? what : `${what} of ${purpose}`;
  }

  /** Forgets what this process believes: another one may have used nonces, and carried rows on. */
  reset(): void {
    this.#nonceKnown = false;
    this.#unbumped.clear();
  }

  /** One step. @returns Whether anything changed. @throws CHAIN_UNREACHABLE, STORE_FULL. */
  async step(snapshot: ChainSnapshot): Promise<boolean> {
    const { store, signs, carries } = this.#parts;
    this.#endNonceAlert(snapshot);
    const rows = await openEffects(store.db);
    if (rows.length === 0) return false;
    const signed = rows
      .filter(isSigned)
      .filter(({ sender }) => carries(sender))
      .sort((a, b) => a.nonce - b.nonce)
      .slice(0, RECOVERY_PAGE);
    const receipts = await Promise.all(signed.map((row) => this.#receiptOf(row)));
    let changed = false;
    let inFlight = 0;
    for (const [at, row] of signed.entries()) {
      const receipt = receipts[at];
      if (receipt === undefined) {
        if (row.sender === this.#address) inFlight++;
        changed = (await this.#pushOn(row, snapshot)) || changed;
      } else {
        changed = (await this.#settle(row, receipt, snapshot)) || changed;
      }
    }
    for (const row of rows) {
      if (isSigned(row) || !signs(row.kind) || inFlight >= MAX_IN_FLIGHT) continue;
      const outcome = await this.#sign(row, snapshot, inFlight);
      if (outcome === "wait") break;
      if (outcome === "signed") inFlight++;
      if (outcome !== "later") changed = true;
    }
    return changed;
  }

  /**
   * Blocks that counted as final are gone: what was mined in them goes out again. Nonces are mined in order, so the search
   * ends at the newest row whose block still stands.
   */
  async recover(): Promise<void> {
    const { store, carries, log } = this.#parts;
    const gone: OutboxRow[] = [];
    for (const sender of (await readSenders(store.db)).filter(carries)) gone.push(...(await this.#lostOf(sender)));
    for (const { key, nonce, tx } of gone) log.warn({ key, nonce, tx }, "its block is gone: it is sent again");
    await store.transaction(async (tx) => {
      for (const { id } of gone) {
        await updateEffect(tx, id, { state: "sent", mined_block: null, mined_hash: null, reverted: 0, reason: null });
        await reopenIntents(tx, id);
      }
    });
  }

  /** Rows of a sender whose blocks are gone. */
  async #lostOf(sender: Hex): Promise<OutboxRow[]> {
    const { store, client } = this.#parts;
    const gone: OutboxRow[] = [];
    for (let offset = 0; ; offset += RECOVERY_PAGE) {
      const rows = await minedEffects(store.db, sender, { limit: RECOVERY_PAGE, offset });
      const lost = await takeWhile(rows, async ({ tx, mined_hash }) => {
        const receipt = tx === null ? undefined : await readReceipt(client, tx);
        return receipt?.blockHash !== mined_hash;
      });
      gone.push(...lost);
      if (lost.length < RECOVERY_PAGE) return gone;
    }
  }

  async #receiptOf(row: SignedRow): Promise<MinedReceipt | undefined> {
    const { client, store } = this.#parts;
    for (const { hash } of await attemptsOf(store.db, row.id)) {
      const receipt = await readReceipt(client, hash);
      if (receipt !== undefined) return receipt;
    }
    return undefined;
  }

  /** A receipt exists: note it, and end the row once its block is final and processed. */
  async #settle(row: SignedRow, receipt: MinedReceipt, snapshot: ChainSnapshot): Promise<boolean> {
    const { store, log, onEnd } = this.#parts;
    this.#timers.forget(row.id);
    this.#endBumpAlert(row.id);
    const values = {
      tx: receipt.hash,
      mined_block: receipt.block,
      mined_hash: receipt.blockHash,
      gas_used: receipt.gasUsed,
      reverted: receipt.succeeded ? 0 : 1,
    };
    if (receipt.block > snapshot.final.number) {
      if (row.state === "mined" && row.mined_hash === receipt.blockHash) return false;
      await store.transaction((tx) => updateEffect(tx, row.id, { state: "mined", ...values }));
      passFailpoint("receipt-noted");
      return true;
    }
    const reason = receipt.succeeded ? null : await this.#reasonOf(row, receipt);
    await store.transaction(async (tx) => {
      await updateEffect(tx, row.id, { state: receipt.succeeded ? "final" : "failed", reason, ...values });
      await onEnd(tx, { ...row, reason }, receipt);
    });
    const entry = { key: row.key, kind: row.kind, nonce: row.nonce, tx: receipt.hash, gas: receipt.gasUsed };
    if (receipt.succeeded) log.debug(entry, "final");
    else log.error({ ...entry, reason }, "reverted: set aside");
    return true;
  }

  /** Why a mined transaction reverted, as far as the node can still tell. */
  async #reasonOf(row: SignedRow, receipt: MinedReceipt): Promise<string> {
    const { client, account, deployment, sources } = this.#parts;
    const call = await callOf(row, deployment, sources);
    const name = await preflight(client, account.address, call, receipt.block).catch(() => undefined);
    return name ?? "reverted";
  }

  /** No receipt yet: the same bytes go out, now and again later; after long waiting a bump at the same nonce. */
  async #pushOn(row: SignedRow, snapshot: ChainSnapshot): Promise<boolean> {
    const { store, client, log, alerts } = this.#parts;
    if (row.state === "mined") {
      await store.transaction((tx) => updateEffect(tx, row.id, { state: "sent", mined_block: null, mined_hash: null }));
      this.#timers.forget(row.id);
    }
    const due = this.#timers.due(row.id, snapshot.head.number);
    if (due === "wait") {
      // Noted only now: a chain that mines at once has a receipt by the next step, and a write is saved.
      if (row.state === "signed" && this.#timers.isTaken(row.id))
        await store.transaction((tx) => updateEffect(tx, row.id, { state: "sent" }));
      return false;
    }
    if (due === "again" && (await this.#nonceIsLost(row, snapshot))) return true;
    const attempts = await attemptsOf(store.db, row.id);
    let attempt = attempts.at(-1);
    if (due === "bump" && attempt !== undefined && row.sender === this.#address)
      attempt = (await this.#bump(row, attempt, snapshot)) ?? attempt;
    if (attempt === undefined) return false;
    const objection = await broadcast(client, attempt.raw);
    passFailpoint("transaction-sent");
    this.#timers.sent(row.id, snapshot.head.number, objection === undefined);
    if (objection === undefined) {
      alerts.clear(this.#subject("funds"));
      return true;
    }
    log.debug({ key: row.key, tx: attempt.hash, objection }, "the node objected");
    await this.#checkFunds(row.sender, attempt);
    return false;
  }

  /** A node that refuses a transaction may do so because nobody can pay for it. That is known by the balance, not by its words. */
  async #checkFunds(sender: Hex, { raw }: Attempt): Promise<void> {
    const { client, alerts } = this.#parts;
    const { gas = 0n, maxFeePerGas = 0n } = parseTransaction(raw as TransactionSerializedEIP1559);
    const balance = await reach(client.getBalance({ address: sender }));
    if (balance >= gas * maxFeePerGas) alerts.clear(this.#subject("funds"));
    else alerts.raise(this.#subject("funds"), `${sender} has too little to pay for gas`);
  }

  /** Whether another program used up the row's nonce in a final block. Then, and only then, it may take a new one. */
  async #nonceIsLost(row: SignedRow, snapshot: ChainSnapshot): Promise<boolean> {
    const { client, store, alerts } = this.#parts;
    const { sender: address } = row;
    const blockNumber = BigInt(snapshot.final.number);
    const used = await reach(client.getTransactionCount({ address, blockNumber }));
    if (used <= row.nonce || (await this.#receiptOf(row)) !== undefined) return false;
    const user = await findNonceUse(client, { address, nonce: row.nonce, finalBlock: snapshot.final.number });
    if ((await attemptsOf(store.db, row.id)).some(({ hash }) => hash === user)) return false;
    const by = user === undefined ? "" : ` to ${user}`;
    this.#nonceLostAt = snapshot.head.time;
    alerts.raise(this.#subject("nonce"), `another program uses ${address}: nonce ${row.nonce} is lost${by}`);
    await store.transaction((tx) => unsign(tx, row.id));
    this.#nonceKnown = false;
    return true;
  }

  /** Somebody is to look for the other program; who knows of it by then needs no alert for ever. */
  #endNonceAlert({ head }: ChainSnapshot): void {
    if (this.#nonceLostAt === undefined || head.time < this.#nonceLostAt + NONCE_ALERT_S) return;
    this.#nonceLostAt = undefined;
    this.#parts.alerts.clear(this.#subject("nonce"));
  }

  #endBumpAlert(row: number): void {
    if (this.#unbumped.delete(row) && this.#unbumped.size === 0) this.#parts.alerts.clear(this.#subject("bump"));
  }

  async #sign(
    row: OutboxRow,
    snapshot: ChainSnapshot,
    inFlight: number,
  ): Promise<"signed" | "failed" | "wait" | "later"> {
    const { deployment, sources, store, alerts, maxFeePerGas } = this.#parts;
    const fees = feesFor(snapshot.head.baseFee, maxFeePerGas);
    if (fees === undefined) {
      alerts.raise(this.#subject("fees"), "the base fee is above the cap: nothing is sent");
      return "wait";
    }
    alerts.clear(this.#subject("fees"));
    if (!this.#timers.mayTry(row.id)) return "later";
    const call = await callOf(row, deployment, sources);
    const problem = await this.#problemOf(row, call, snapshot);
    if (problem !== undefined) return this.#refused(row, problem);
    const nonce = await this.#nextNonce(inFlight, snapshot);
    passFailpoint("nonce-taken");
    const attempt = await this.#attempt(row.id, call, { nonce, ...fees });
    await store.transaction((tx) => saveSigned(tx, { id: row.id, sender: this.#address, nonce }, attempt));
    passFailpoint("transaction-signed");
    await this.#pushOn({ ...row, sender: this.#address, nonce, state: "signed" }, snapshot);
    return "signed";
  }

  /** Why a call would come to nothing. A refusal now costs nothing. */
  async #problemOf(row: OutboxRow, call: Call, snapshot: ChainSnapshot): Promise<string | undefined> {
    const { client, account } = this.#parts;
    if (call.gas > snapshot.head.gasLimit) return `${call.gas} gas is more than a block has`;
    // Batches of intents skip rather than revert.
    return SKIPPING.has(row.kind) ? undefined : preflight(client, account.address, call);
  }

  async #refused(row: OutboxRow, problem: string): Promise<"failed" | "later"> {
    const { store, log, onEnd } = this.#parts;
    this.#timers.refused(row.id, row.preflights);
    if (row.preflights + 1 < MAX_PREFLIGHTS) {
      const values = { preflights: row.preflights + 1, reason: problem };
      await store.transaction((tx) => updateEffect(tx, row.id, values));
      return "later";
    }
    log.error({ key: row.key, kind: row.kind, reason: problem }, "would revert: set aside unsent");
    await store.transaction(async (tx) => {
      await updateEffect(tx, row.id, { state: "failed", reason: problem, preflights: MAX_PREFLIGHTS });
      await onEnd(tx, { ...row, reason: problem }, undefined);
    });
    return "failed";
  }

  /** A nonce that somebody else used counts once that is final: left out for a block that falls, it would be a gap for ever. */
  async #nextNonce(inFlight: number, snapshot: ChainSnapshot): Promise<number> {
    const { client, store } = this.#parts;
    const address = this.#address;
    const next = await readNextNonce(store.db, address);
    if (this.#nonceKnown || inFlight > 0) return next;
    const blockNumber = BigInt(snapshot.final.number);
    const used = await reach(client.getTransactionCount({ address, blockNumber }));
    this.#nonceKnown = true;
    if (used > next) await store.transaction((tx) => writeNextNonce(tx, address, used));
    return Math.max(used, next);
  }

  async #attempt(row: number, call: Call, by: Fees & { nonce: number }): Promise<Attempt> {
    const { account, deployment } = this.#parts;
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId: deployment.chainId,
      to: call.to,
      data: call.data,
      gas: call.gas,
      nonce: by.nonce,
      maxFeePerGas: by.maxFee,
      maxPriorityFeePerGas: by.priorityFee,
    });
    return {
      hash: transactionHash(raw),
      outbox_id: row,
      raw,
      max_fee: by.maxFee.toString(),
      priority_fee: by.priorityFee.toString(),
    };
  }

  async #bump(row: SignedRow, last: Attempt, snapshot: ChainSnapshot): Promise<Attempt | undefined> {
    const { deployment, sources, store, maxFeePerGas, log, alerts } = this.#parts;
    const lastFees = { maxFee: BigInt(last.max_fee), priorityFee: BigInt(last.priority_fee) };
    const fees = bumpedFees(lastFees, snapshot.head.baseFee, maxFeePerGas);
    if (fees === undefined) {
      this.#unbumped.add(row.id);
      alerts.raise(this.#subject("bump"), "a transaction waits and the fee cap leaves no room for a higher fee");
      return undefined;
    }
    this.#endBumpAlert(row.id);
    const attempt = await this.#attempt(row.id, await callOf(row, deployment, sources), { nonce: row.nonce, ...fees });
    await store.transaction((tx) => saveBump(tx, attempt));
    log.info({ key: row.key, nonce: row.nonce, maxFee: attempt.max_fee }, "fee bumped");
    return attempt;
  }
}

const SKIPPING: ReadonlySet<string> = new Set(Object.values(INTENT_FUNCTIONS).map(({ name }) => name));

function isSigned(row: OutboxRow): row is SignedRow {
  return row.nonce !== null && row.sender !== null;
}

function transactionHash(raw: Hex): Hex {
  return keccak(fromHex(raw));
}

async function takeWhile<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<T[]> {
  const taken: T[] = [];
  for (const item of items) {
    if (!(await holds(item))) break;
    taken.push(item);
  }
  return taken;
}
