import type { Hex } from "../../protocol/codec/bytes.ts";
import { signingDomain } from "../../protocol/codec/deployment.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import type { AuditContext, Check } from "../context.ts";
import type { Document } from "../ingest/documents.ts";
import { hexOf, wholeOf } from "../json.ts";
import type { Cell } from "../store/database.ts";

/**
 * The evidence of fulfilled orders, where documents tell it: an entitlement or a workshop's record whose digest is the order's
 * evidence hash names that order, its vehicle and its item's SKU (docs/protocol.md 10.3). Whose keys sign them is not on the
 * chain: the car and the arbiter verify that.
 */
export const deliveries: Check = {
  name: "deliveries",
  async run(context) {
    const { database, findings, documents } = context;
    if (documents === undefined) return { subjects: 0, ran: false, note: "no documents were given" };
    await database.append(
      "delivery",
      documents.flatMap((document) => deliveriesIn(context, document)),
    );
    await findings.addFrom(
      database,
      `WITH fulfilled AS (SELECT f.order_id, f.evidence, f.block, f.tx, o.vehicle,
           (SELECT arg_max(i.sku, i.seq) FROM ev_item i
            WHERE i.item = o.item AND i.kind IN ('listed', 'changed') AND i.seq < o.seq) AS sku
         FROM ev_order f JOIN ev_order o ON o.order_id = f.order_id AND o.state = 'placed' WHERE f.state = 'fulfilled'),
       d AS (SELECT d.*, f.order_id AS of_order, f.vehicle AS of_vehicle, f.sku AS of_sku, f.block, f.tx
         FROM delivery d JOIN fulfilled f ON f.evidence = d.digest)
       SELECT 'DELIVERY_WRONG' AS code, 'order ' || hx(of_order) AS subject,
         concat_ws(', ', hx(of_order), hx(of_vehicle), hx(of_sku)) AS expected,
         concat_ws(', ', hx(order_id), hx(vehicle), hx(sku)) AS actual, block, tx
       FROM d WHERE order_id <> of_order OR vehicle <> of_vehicle OR sku <> of_sku
       UNION ALL SELECT 'DELIVERY_UNNAMED', 'order ' || hx(f.order_id), 'the evidence hash of ' || d.file || ', ' || hx(d.digest),
         hx(f.evidence), f.block, f.tx
       FROM delivery d JOIN fulfilled f USING (order_id)
       WHERE NOT EXISTS (FROM delivery o WHERE o.order_id = d.order_id AND o.digest = f.evidence)`,
    );
    const row = await database.row(
      `SELECT count(*) AS told, (SELECT count(*) FROM ev_order WHERE state = 'fulfilled'
         AND evidence NOT IN (SELECT digest FROM delivery)) AS untold FROM delivery`,
    );
    const note = `${row.untold} fulfilled orders have no evidence among the documents`;
    return { subjects: Number(row.told), ...(row.untold === 0n ? {} : { note }) };
  },
};

/** The deliveries in a document, which has one or an array of them. */
function deliveriesIn({ deployment }: AuditContext, { file, value }: Document): Cell[][] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => {
    const { entitlement, record } = (each ?? {}) as { entitlement?: unknown; record?: unknown };
    try {
      if (entitlement !== undefined) {
        const { order, vehicle, sku, issuedAt } = entitlement as Record<string, unknown>;
        const said = { ...namesOf({ order, vehicle, sku }), issuedAt: wholeOf(issuedAt) };
        const digest = typedDigest(signingDomain(deployment, "Entitlement"), "Entitlement", said);
        return [[file, digest, said.order, said.vehicle, said.sku]];
      }
      if (record !== undefined) {
        const { order, vehicle, sku, work, doneAt } = record as Record<string, unknown>;
        const said = { ...namesOf({ order, vehicle, sku }), work: hexOf(work, 32), doneAt: wholeOf(doneAt) };
        const digest = typedDigest(signingDomain(deployment, "WorkshopRecord"), "WorkshopRecord", said);
        return [[file, digest, said.order, said.vehicle, said.sku]];
      }
    } catch {
      // A document of some other form: what nobody can read proves nothing, and its order stays without evidence.
    }
    return [];
  });
}

function namesOf({
  order,
  vehicle,
  sku,
}: {
  order: unknown;
  vehicle: unknown;
  sku: unknown;
}): Record<"order" | "vehicle" | "sku", Hex> {
  return { order: hexOf(order, 32), vehicle: hexOf(vehicle, 32), sku: hexOf(sku, 32) };
}
