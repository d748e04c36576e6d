import {
  type AnnouncementRecord,
  type ItemRecord,
  readAnnouncement,
  readItem,
  readItemCount,
} from "../../chain/read/orders.ts";
import { CairnError } from "../../protocol/index.ts";
import { formatCount, formatStones, formatTable, formatTime } from "../output.ts";
import { type Act, actOn, formatDuration } from "./act.ts";
import type { Desk } from "./desk.ts";
import { formatItemTerm, ITEM_JUDGEMENTS, type ItemTerms, itemFacts, readItemTerms } from "./item-terms.ts";
import type { Shown, Subject } from "./subject.ts";
import { file, numbered } from "./takes.ts";
import { changeFacts, termChanges } from "./term-changes.ts";

/** After its notice a change can be put in place for so long, seconds (docs/protocol.md 10.1). */
const APPLY_WITHIN_S = 7 * 86_400;

const ITEM = numbered("item", "number of the item");

/** `cairn operator items`. */
export function itemCommands(subject: Subject): void {
  subject
    .below("items", "what stones can be ordered for")
    .shows({ name: "list", description: "all items, and what is announced of them", run: list })
    .acts<[string]>({
      name: "add",
      description: "list an item",
      takes: [file("JSON object with its terms")],
      run: (desk, [path]) => add(desk, path),
    })
    .acts<[number, string]>({
      name: "change",
      description: "make an item better for owners, at once",
      takes: [ITEM, file("JSON object with the terms that change")],
      run: async (desk, [item, path]) => change(desk, await existing(desk, item), path),
    })
    .acts<[number, string]>({
      name: "announce",
      description: "announce a change that may be worse for owners",
      takes: [ITEM, file("JSON object with the terms that change")],
      run: async (desk, [item, path]) => announce(desk, await existing(desk, item), path),
    })
    .acts<[number]>({
      name: "withdraw",
      description: "take an announced change back",
      takes: [ITEM],
      run: (desk, [item]) => [
        actOn(desk, "catalogue", "withdrawItemChange", [item], {
          title: `Take back the announced change of item ${item}`,
        }),
      ],
    })
    .acts<[number]>({
      name: "apply",
      description: "put an announced change in place; anybody may",
      takes: [ITEM],
      run: (desk, [item]) => apply(desk, item),
    });
}

/** @throws NOT_FOUND when there is no such item. */
async function existing({ client, deployment }: Desk, item: number): Promise<ItemRecord> {
  if (item === 0 || item > (await readItemCount(client, deployment))) throw new CairnError("NOT_FOUND", `item ${item}`);
  return readItem(client, deployment, item);
}

async function list({ client, deployment }: Desk): Promise<Shown> {
  const count = await readItemCount(client, deployment);
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const items = await Promise.all(
    numbers.map(async (item) => ({
      ...(await readItem(client, deployment, item)),
      announced: await readAnnouncement(client, deployment, item),
    })),
  );
  const rows = items.map(({ item, sku, price, stock, opensAt, closesAt, announced }) => [
    String(item),
    formatStones(price),
    formatCount(stock),
    formatItemTerm("opensAt", opensAt),
    formatItemTerm("closesAt", closesAt),
    announced === undefined ? "" : `changes from ${formatTime(announced.from)}`,
    sku,
  ]);
  const head = ["item", "price", "stock", "opens", "closes", "announced", "sku"];
  return { data: { items }, text: items.length === 0 ? "No items." : formatTable(head, rows) };
}

function add(desk: Desk, path: string): Act[] {
  const terms = readItemTerms(path);
  const holds = { from: Math.max(terms.opensAt, desk.head.time), why: "it can be ordered" };
  return [actOn(desk, "catalogue", "listItem", [terms], { title: "List an item", facts: itemFacts(terms), holds })];
}

function change(desk: Desk, { item, ...old }: ItemRecord, path: string): Act[] {
  const terms = readItemTerms(path, old);
  const changes = termChanges<ItemTerms>(old, terms, ITEM_JUDGEMENTS);
  if (changes.length === 0) return [];
  const facts = [
    ...changeFacts(changes, formatItemTerm),
    // The contract takes all terms as they stand in the call (docs/protocol.md 10.1).
    ["until then", `what is ordered can be ordered again: the stock is set to ${formatCount(terms.stock)}`] as const,
  ];
  return [actOn(desk, "catalogue", "changeItem", [item, terms], { title: `Change item ${item} at once`, facts })];
}

function announce(desk: Desk, { item, ...old }: ItemRecord, path: string): Act[] {
  const terms = readItemTerms(path, old);
  const changes = termChanges<ItemTerms>(old, terms, ITEM_JUDGEMENTS);
  if (changes.length === 0) return [];
  const { noticeS } = desk.rules;
  const from = desk.head.time + noticeS;
  return [
    actOn(desk, "catalogue", "announceItemChange", [item, terms], {
      title: `Announce a change of item ${item}`,
      facts: [
        ...changeFacts(changes, formatItemTerm),
        ["until then", "orders keep today's terms; a new announcement takes the place of this one"],
      ],
      holds: {
        from,
        why: `a notice of ${formatDuration(noticeS)}; then anybody may put it in place until ${formatTime(from + APPLY_WITHIN_S)}, or it lapses`,
      },
    }),
  ];
}

async function apply(desk: Desk, item: number): Promise<Act[]> {
  const { item: _, ...old } = await existing(desk, item);
  const announced: AnnouncementRecord | undefined = await readAnnouncement(desk.client, desk.deployment, item);
  const changes = announced === undefined ? [] : termChanges<ItemTerms>(old, announced.terms, ITEM_JUDGEMENTS);
  const act = actOn(desk, "catalogue", "applyItemChange", [item], {
    title: `Put the announced change of item ${item} in place`,
    facts: changeFacts(changes, formatItemTerm),
  });
  return [{ ...act, signedBy: "anybody" }];
}
