import { BaseError, ContractFunctionRevertedError, ContractFunctionZeroDataError } from "viem";
import { reach } from "../../chain/client.ts";
import { type Hex, ZERO_ADDRESS } from "../../protocol/codec/bytes.ts";
import type { AuditContext, Check } from "../context.ts";
import { NEVER } from "../ingest/derive-services.ts";
import { blobHex, type Value } from "../store/database.ts";
import { ZERO_ADDRESS_SQL } from "../store/zero.ts";
import { type Comparison, contractAt, words } from "./state-comparison.ts";
import { serviceComparisons } from "./state-services.ts";

/** Requests to the node under way at once. */
const PARALLEL = 32;
/** The order of OrderStatus in contracts/types/Types.sol. */
const ORDER_STATUS = ["none", "placed", "fulfilled", "objected", "completed", "cancelled", "refunded"];

/**
 * What the contracts answer is what their events give: heads, totals, every account, order, pairing, consent and move, and
 * whatever the services have put there. Runs last; it would show a contract whose storage was changed without an event.
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
      ...(await moveComparisons(context)),
      ...(await claimComparisons(context)),
      ...(await serviceComparisons(context)),
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

async function headComparisons(context: AuditContext): Promise<Comparison[]> {
  const { client, database } = context;
  const row = await database.row(
    `SELECT (SELECT count(*) FROM settled) AS days,
       (SELECT coalesce(arg_max(first_drop + drops, seq), 0) FROM ev_anchor) AS drops,
       (SELECT coalesce(sum(units), 0) FROM mint) AS issued, (SELECT coalesce(sum(units), 0) FROM prize) AS drawn,
       (SELECT coalesce(sum(price), 0) FROM order_now WHERE state = 'completed') AS spent,
       (SELECT coalesce(sum(units), 0) FROM ev_migrated) AS migrated,
       (SELECT arg_max(successor, seq) FROM ev_successor) AS successor`,
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
      subject: "issuedDrawn",
      expected: `${row.drawn}`,
      read: async () => `${await client.readContract({ ...ledger, functionName: "issuedDrawn" })}`,
    },
    {
      subject: "successor",
      expected: row.successor === null ? ZERO_ADDRESS : blobHex(row.successor),
      read: async () => (await client.readContract({ ...ledger, functionName: "successor" })).toLowerCase(),
    },
    {
      subject: "totalSupply",
      expected: `${sumOf(row.issued, row.drawn) - sumOf(row.spent, row.migrated)}`,
      read: async () => `${await client.readContract({ ...ledger, functionName: "totalSupply" })}`,
    },
  ];
}

function sumOf(...values: readonly (Value | undefined)[]): bigint {
  return values.reduce<bigint>((sum, value) => sum + (value as bigint), 0n);
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
    `WITH known AS (SELECT sender AS account FROM ev_transfer UNION SELECT receiver FROM ev_transfer
         UNION SELECT account FROM order_now UNION SELECT account FROM day_row UNION SELECT account FROM ev_pairing
         UNION SELECT account FROM ev_move UNION SELECT target FROM ev_move),
       flow AS (
         SELECT account, units AS mined, 0 AS received, 0 AS gone, 0 AS reserved FROM mint
         UNION ALL SELECT receiver, 0, units, 0, 0 FROM ev_transfer WHERE seq NOT IN (SELECT seq FROM mint)
         UNION ALL SELECT sender, 0, 0, units, 0 FROM ev_transfer
         UNION ALL SELECT account, 0, 0, 0, price FROM reserved WHERE until_seq IS NULL),
       sums AS (SELECT account, sum(mined) AS mined, sum(received) AS received, sum(gone) AS gone, sum(reserved) AS reserved
         FROM flow GROUP BY account)
     SELECT account, coalesce(mined, 0) AS mined, coalesce(received, 0) AS received, coalesce(gone, 0) AS gone,
       coalesce(reserved, 0) AS reserved, account IN (SELECT account FROM ev_move WHERE kind = 'moved') AS moved
     FROM known LEFT JOIN sums USING (account)
     WHERE account IS NOT NULL AND account <> ${ZERO_ADDRESS_SQL} ORDER BY account`,
  );
  return rows.map((row) => ({
    subject: `account ${blobHex(row.account)}`,
    expected: stones([row.mined, row.received, row.gone, row.reserved, row.moved]),
    read: async () => {
      const args = [blobHex(row.account)] as const;
      const account = await context.client.readContract({ ...ledger, functionName: "stonesOf", args });
      return stones([account.mined, account.received, account.out, account.reserved, account.moved]);
    },
  }));
}

function stones([mined, received, out, reserved, moved]: readonly (Value | undefined)[]): string {
  return `mined ${mined}, received ${received}, out ${out}, reserved ${reserved}, moved ${moved}`;
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

/** Pointers of moved accounts, and recoveries that stand. */
async function moveComparisons(context: AuditContext): Promise<Comparison[]> {
  const moves = contractAt(context)("accountMoves");
  const forwards = await context.database.rows(
    `SELECT account, arg_max(target, seq) AS target, min(time) AS moved_at FROM ev_move GROUP BY account ORDER BY account`,
  );
  const recoveries = await context.database.rows(
    `SELECT r.account, arg_max(r.number, r.seq) FILTER (r.kind = 'announced' AND m.seq IS NULL) AS number,
       arg_max(r.kind, r.seq) AS kind
     FROM ev_recovery r LEFT JOIN ev_move m ON m.kind = 'moved' AND m.account = r.account AND m.seq > r.seq
     GROUP BY r.account ORDER BY r.account`,
  );
  return [
    ...forwards.map((row) => ({
      subject: `forward of ${blobHex(row.account)}`,
      expected: words(blobHex(row.target), row.moved_at),
      read: async () => {
        const args = [blobHex(row.account)] as const;
        const forward = await context.client.readContract({ ...moves, functionName: "forwardOf", args });
        return words(forward.to, forward.movedAt);
      },
    })),
    ...recoveries.map((row) => ({
      subject: `recovery of ${blobHex(row.account)}`,
      expected: words(row.kind === "announced" ? (row.number ?? 0n) : 0n),
      read: async () => {
        const args = [blobHex(row.account)] as const;
        return words((await context.client.readContract({ ...moves, functionName: "recoveryOf", args })).number);
      },
    })),
  ];
}

/** Vouchers, and stones that wait to be claimed. */
async function claimComparisons(context: AuditContext): Promise<Comparison[]> {
  const at = contractAt(context);
  const vouchers = await context.database.rows(
    "SELECT account, item, sum(change) AS count FROM voucher_change GROUP BY account, item ORDER BY account, item",
  );
  const waiting = await context.database.rows(
    "SELECT account, sum(units) AS units FROM claimable_change GROUP BY account ORDER BY account",
  );
  return [
    ...vouchers.map((row) => ({
      subject: `vouchers of ${blobHex(row.account)} for item ${row.item}`,
      expected: words(row.count),
      read: async () => {
        const args = [blobHex(row.account), Number(row.item)] as const;
        return words(await context.client.readContract({ ...at("redemptionDesk"), functionName: "vouchersOf", args }));
      },
    })),
    ...waiting.map((row) => ({
      subject: `claimable of ${blobHex(row.account)}`,
      expected: words(row.units),
      read: async () => {
        const args = [blobHex(row.account)] as const;
        return words(await context.client.readContract({ ...at("mineBox"), functionName: "claimableOf", args }));
      },
    })),
  ];
}
