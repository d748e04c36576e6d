import { Option } from "commander";
import { readHistory } from "../../chain/read/events.ts";
import { type OrderRecord, readItem, readOrder } from "../../chain/read/orders.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { deliveredBy, evidenceHashOf, isDeliverySigned, parseDelivery } from "../../sdk/index.ts";
import { readJsonFile } from "../files.ts";
import { formatFields, formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import { chosen } from "./choice.ts";
import type { Desk } from "./desk.ts";
import type { Shown, Subject } from "./subject.ts";
import { hashed } from "./takes.ts";

const ORDER = hashed("order", "id of the order");

/** States of orders that wait for somebody. */
const OPEN: readonly OrderRecord["state"][] = ["placed", "fulfilled", "objected"];

/** `cairn operator orders`. */
export function orderCommands(subject: Subject): void {
  const orders = subject.below("orders", "orders, their deliveries and their ends");
  orders
    .shows<[], { all?: boolean }>({
      name: "list",
      description: "orders that wait for somebody, the most urgent first",
      options: [new Option("--all", "those that have ended too")],
      run: (desk, _, { all }) => list(desk, all === true),
    })
    .shows<[Hex]>({ name: "show", description: "one order", takes: [ORDER], run: (desk, [order]) => show(desk, order) })
    .acts<[Hex], { delivery: string }>({
      name: "fulfil",
      description: "say that an order was delivered",
      takes: [ORDER],
      options: [new Option("--delivery <file>", "the entitlement, or the workshop's record").makeOptionMandatory()],
      run: (desk, [order], { delivery }) => fulfil(desk, order, delivery),
    })
    .acts<[Hex]>({
      name: "cancel",
      description: "give an order up: stones or voucher go back",
      takes: [ORDER],
      run: async (desk, [order]) => [
        actOn(desk, "redemptionDesk", "cancelOrder", [order], {
          title: `Cancel order ${order}`,
          facts: [["goes back", payment(await existing(desk, order))]],
        }),
      ],
    })
    .acts<[Hex], { refund?: boolean; complete?: boolean }>({
      name: "decide",
      description: "decide an objection, as arbiter",
      takes: [ORDER],
      options: [
        new Option("--refund", "the owner is right: it goes back").conflicts("complete"),
        new Option("--complete", "it was delivered: it is spent"),
      ],
      run: (desk, [order], { refund, complete }) => decide(desk, order, chosen(refund, complete)),
    });
  endings(orders);
}

/** Ends that anybody may bring about once a deadline is over. */
function endings(orders: Subject): void {
  const ending =
    (functionName: "completeOrder" | "refundOrder", what: string) =>
    (desk: Desk, [order]: [Hex]) => [
      {
        ...actOn(desk, "redemptionDesk", functionName, [order], { title: `${what} order ${order}` }),
        signedBy: "anybody" as const,
      },
    ];
  orders
    .acts<[Hex]>({
      name: "complete",
      description: "complete an order to which nobody objected in time; anybody may",
      takes: [ORDER],
      run: ending("completeOrder", "Complete"),
    })
    .acts<[Hex]>({
      name: "refund",
      description: "refund an order whose deadline has passed; anybody may",
      takes: [ORDER],
      run: ending("refundOrder", "Refund"),
    });
}

function payment({ price }: OrderRecord): string {
  return price === 0n ? "a voucher" : formatStones(price);
}

/** @throws NOT_FOUND when there is no such order. */
async function existing({ client, deployment }: Desk, id: Hex): Promise<OrderRecord> {
  const order = await readOrder(client, deployment, id);
  if (order.state === "none") throw new CairnError("NOT_FOUND", `order ${id}`);
  return order;
}

async function list({ client, deployment, head }: Desk, all: boolean): Promise<Shown> {
  const events = await readHistory(client, deployment, "redemptionDesk", head.number);
  const placed = events.flatMap(({ name, args, time }) => (name === "OrderPlaced" ? [{ id: args.order, time }] : []));
  const found = await Promise.all(
    placed.map(async ({ id, time }) => ({ ...(await readOrder(client, deployment, id)), placedAt: time })),
  );
  const orders = found
    .filter(({ state }) => all || OPEN.includes(state))
    .map((order) => ({ ...order, overdue: OPEN.includes(order.state) && order.deadline < head.time }))
    .sort((a, b) => a.deadline - b.deadline);
  const rows = orders.map(({ order, item, price, state, placedAt, deadline, overdue }) => [
    order,
    String(item),
    price === 0n ? "voucher" : formatStones(price),
    state,
    formatDuration(head.time - placedAt),
    `${formatTime(deadline)}${overdue ? " (passed)" : ""}`,
  ]);
  const text = formatTable(["order", "item", "price", "state", "age", "deadline"], rows);
  return { data: { orders }, text: orders.length === 0 ? "No orders wait." : text };
}

async function show(desk: Desk, id: Hex): Promise<Shown> {
  const order = await existing(desk, id);
  const text = formatFields([
    ["order", order.order],
    ["account", order.account],
    ["item", String(order.item)],
    ["vehicle", order.vehicle],
    ["paid by", payment(order)],
    ["state", order.state],
    ["deadline", formatTime(order.deadline)],
  ]);
  return { data: order, text };
}

/** @throws EVIDENCE_INVALID when the delivery is not this order's, or is not signed: it would only bring an objection. */
async function fulfil(desk: Desk, id: Hex, path: string): Promise<Act[]> {
  const { client, deployment, rules, head } = desk;
  const order = await existing(desk, id);
  const file = parseDelivery(readJsonFile(path, "EVIDENCE_INVALID"));
  const said = deliveredBy(file);
  const { sku } = await readItem(client, deployment, order.item);
  if (said.order !== id || said.vehicle !== order.vehicle || said.sku !== sku) {
    throw new CairnError("EVIDENCE_INVALID", "it is for another order, vehicle or SKU");
  }
  if (!isDeliverySigned(deployment, file)) {
    throw new CairnError("EVIDENCE_INVALID", "it is not signed by the key that it names, for this programme");
  }
  const evidence = evidenceHashOf(deployment, file);
  return [
    actOn(desk, "redemptionDesk", "fulfilOrder", [id, evidence], {
      title: `Say that order ${id} was delivered`,
      facts: [
        ["item", `${order.item} for vehicle ${order.vehicle}`],
        ["price", payment(order)],
        ["to deliver by", formatTime(order.deadline)],
        ["evidence", `${evidence}, the digest of ${path}`],
      ],
      holds: {
        why: `from its block on; the owner can object until ${formatTime(head.time + rules.objectionS)}, then it is spent`,
      },
    }),
  ];
}

async function decide(desk: Desk, id: Hex, refund: boolean): Promise<Act[]> {
  const order = await existing(desk, id);
  return [
    actOn(desk, "redemptionDesk", "decideOrder", [id, refund], {
      title: refund ? `Decide for the owner of order ${id}` : `Decide against the owner of order ${id}`,
      facts: [[refund ? "goes back" : "is spent", payment(order)]],
    }),
  ];
}
