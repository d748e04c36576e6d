import { BaseError, ContractFunctionRevertedError, ContractFunctionZeroDataError } from "viem";
import { reach } from "../../chain/client.ts";
import { ABIS } from "../../chain/contracts.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { AuditContext, Check } from "../context.ts";
import { NEVER } from "../ingest/derive.ts";
import { blobHex, type Value } from "../store/database.ts";

/** Requests to the node under way at once. */
const PARALLEL = 32;
/** The order of OrderStatus in contracts/types/Types.sol. */
const ORDER_STATUS = ["none", "placed", "fulfilled", "objected", "completed", "cancelled", "refunded"];

/**
 * What the contracts answer is what their events give: heads, totals, every account, order, pairing and consent. Runs last;
 * it would show a contract whose storage was changed without an event.
 */
export const state: Check = {
  name: "state",
  async run(context) {
    const comparisons = [
      ...(await headComparisons(context)),
      ...(await dayComparisons(context)),
      ...(await accountComparisons(context)),
      ...(await orderComparisons(context)),
      ...(await pairingComparisons(context)),
      ...(await consentComparisons(context)),
    ];
    for (let at = 0; at < comparisons.length; at += PARALLEL) {
      await Promise.all(
        comparisons.slice(at, at + PARALLEL).map(async ({ subject, expected, read }) => {
          const actual = await answerOf(read);
          if (actual === expected) return;
          context.findings.add({ code: "STATE_DIFFERS", subject, expected, actual, block: context.head.number });
        }),
      );
    }
    return { subjects: comparisons.length };
  },
};

/** What a contract answers. That it refuses to is an answer too; that the node does not is CHAIN_UNREACHABLE. */
async function answerOf(read: Comparison["read"]): Promise<string> {
  return reach(
    read().catch((error: unknown) => {
      const refusal =
        error instanceof BaseError &&
        error.walk(
          (cause) => cause instanceof ContractFunctionRevertedError || cause instanceof ContractFunctionZeroDataError,
        );
      if (refusal instanceof BaseError) return refusal.shortMessage;
      throw error;
    }),
  );
}

interface Comparison {
  readonly subject: string;
  readonly expected: string;
  /** Asks the contract, at the audited block. */
  read(): Promise<string>;
}

function contractAt({ deployment, head }: AuditContext) {
  const at = <C extends keyof typeof ABIS>(contract: C) => ({
    address: deployment.contracts[contract],
    abi: ABIS[contract],
    blockNumber: BigInt(head.number),
  });
  return at;
}

function words(...values: readonly unknown[]): string {
  return values.map((value) => (typeof value === "string" ? value.toLowerCase() : `${value}`)).join(", ");
}

async function headComparisons(context: AuditContext): Promise<Comparison[]> {
  const { client, database } = context;
  const row = await database.row(
    `SELECT (SELECT count(*) FROM settled) AS days,
       (SELECT coalesce(arg_max(first_drop + drops, seq), 0) FROM ev_anchor) AS drops,
       (SELECT coalesce(sum(units), 0) FROM mint) AS issued,
       (SELECT coalesce(sum(price), 0) FROM order_now WHERE state = 'completed') AS spent`,
  );
  const ledger = contractAt(context)("stoneLedger");
  const anchor = contractAt(context)("dropAnchor");
  return [
    {
      subject: "settledDays",
      expected: `${row.days}`,
      read: async () => `${await client.readContract({ ...ledger, functionName: "settledDays" })}`,
    },
    {
      subject: "nextDrop",
      expected: `${row.drops}`,
      read: async () => `${await client.readContract({ ...anchor, functionName: "nextDrop" })}`,
    },
    {
      subject: "issuedMined",
      expected: `${row.issued}`,
      read: async () => `${await client.readContract({ ...ledger, functionName: "issuedMined" })}`,
    },
    {
      subject: "totalSupply",
      expected: `${(row.issued as bigint) - (row.spent as bigint)}`,
      read: async () => `${await client.readContract({ ...ledger, functionName: "totalSupply" })}`,
    },
  ];
}

async function dayComparisons(context: AuditContext): Promise<Comparison[]> {
  const ledger = contractAt(context)("stoneLedger");
  const rows = await context.database.rows(
    `SELECT s.*, p.cap_sum FROM settled s JOIN paired_day p USING (day) WHERE s.day >= ${context.fromDay} ORDER BY day`,
  );
  return rows.map((row) => ({
    subject: `day ${row.day}`,
    expected: words(
      blobHex(row.stones_root),
      blobHex(row.metres_root),
      row.total_stones,
      row.total_crystals,
      row.total_metres,
      row.cap_sum,
      row.accounts,
      row.creditable_at,
    ),
    read: async () => {
      const args = [row.day as bigint] as const;
      const day = await context.client.readContract({ ...ledger, functionName: "settlementOf", args });
      const totals = [day.totalStones, day.totalCrystals, day.totalMetres, day.capSum];
      return words(day.stonesRoot, day.metresRoot, ...totals, day.accounts, day.creditableAt);
    },
  }));
}

async function accountComparisons(context: AuditContext): Promise<Comparison[]> {
  const ledger = contractAt(context)("stoneLedger");
  const rows = await context.database.rows(
    `WITH known AS (SELECT account FROM mint UNION SELECT account FROM order_now UNION SELECT account FROM day_row
         UNION SELECT account FROM ev_pairing),
       mined AS (SELECT account, sum(units) AS units FROM mint GROUP BY account),
       used AS (SELECT account, coalesce(sum(price) FILTER (state = 'completed'), 0) AS spent,
           coalesce(sum(price) FILTER (state IN ('placed', 'fulfilled', 'objected')), 0) AS reserved
         FROM order_now GROUP BY account)
     SELECT account, coalesce(units, 0) AS mined, coalesce(spent, 0) AS spent, coalesce(reserved, 0) AS reserved
     FROM known LEFT JOIN mined USING (account) LEFT JOIN used USING (account) WHERE account IS NOT NULL ORDER BY account`,
  );
  return rows.map((row) => ({
    subject: `account ${blobHex(row.account)}`,
    expected: stones([row.mined, 0n, row.spent, row.reserved]),
    read: async () => {
      const args = [blobHex(row.account)] as const;
      const account = await context.client.readContract({ ...ledger, functionName: "stonesOf", args });
      return stones([account.mined, account.received, account.out, account.reserved]);
    },
  }));
}

function stones([mined, received, out, reserved]: readonly (Value | undefined)[]): string {
  return `mined ${mined}, received ${received}, out ${out}, reserved ${reserved}`;
}

async function orderComparisons(context: AuditContext): Promise<Comparison[]> {
  const desk = contractAt(context)("redemptionDesk");
  const rows = await context.database.rows("SELECT * FROM order_now ORDER BY order_id");
  return rows.map((row) => ({
    subject: `order ${blobHex(row.order_id)}`,
    expected: words(row.state, row.account === null ? "nobody" : blobHex(row.account), row.price, row.deadline),
    read: async () => {
      const args = [blobHex(row.order_id)] as const;
      const order = await context.client.readContract({ ...desk, functionName: "orderOf", args });
      return words(ORDER_STATUS[order.status], order.account, order.price, order.deadline);
    },
  }));
}

async function pairingComparisons(context: AuditContext): Promise<Comparison[]> {
  const registry = contractAt(context)("vehicleRegistry");
  const rows = await context.database.rows("SELECT * FROM pairing ORDER BY vehicle");
  return rows.map((row) => ({
    subject: `vehicle ${blobHex(row.vehicle)}`,
    expected: words(blobHex(row.account), row.since, row.until === NEVER ? 0 : row.until),
    read: async () => {
      const args = [blobHex(row.vehicle)] as const;
      const pairing = await context.client.readContract({ ...registry, functionName: "pairingOf", args });
      return words(pairing.account, pairing.since, pairing.until);
    },
  }));
}

async function consentComparisons(context: AuditContext): Promise<Comparison[]> {
  const registry = contractAt(context)("consentRegistry");
  const rows = await context.database.rows(
    `SELECT account, recipient, purpose, max_by(version, seq) AS version,
       max_by(categories, seq) FILTER (kind = 'granted') AS categories,
       max_by(time, seq) FILTER (kind = 'granted') AS granted, max_by(expires, seq) FILTER (kind = 'granted') AS expires,
       CASE max_by(kind, seq) WHEN 'withdrawn' THEN max_by(time, seq) ELSE 0 END AS revoked,
       max_by(notice, seq) FILTER (kind = 'granted') AS notice
     FROM ev_consent GROUP BY account, recipient, purpose ORDER BY account, recipient, purpose`,
  );
  return rows.map((row) => ({
    subject: `consent of ${blobHex(row.account)} to ${blobHex(row.recipient)} purpose ${row.purpose}`,
    expected: words(row.categories, row.granted, row.expires, row.revoked, row.notice, row.version),
    read: async () => {
      const args = [blobHex(row.account), blobHex(row.recipient), Number(row.purpose)] satisfies [Hex, Hex, number];
      const record = await context.client.readContract({ ...registry, functionName: "consentOf", args });
      return words(record.categories, record.granted, record.expires, record.revoked, record.notice, record.version);
    },
  }));
}
