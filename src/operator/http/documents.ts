import { Type } from "typebox";
import { readItems } from "../../chain/read/orders.ts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { App } from "../../service/http/app-type.ts";
import { Bytes32, ErrorBody, Units } from "../../service/http/schemas.ts";
import { parseDocument } from "../documents/parse.ts";
import { ItemDocument } from "../documents/schemas.ts";
import type { DutyContext } from "../duty.ts";
import { putDocument, readDocuments } from "../store/documents.ts";
import { requireApiKey } from "./api-key.ts";

const Hash = Type.Object({ hash: Bytes32 });

const Items = Type.Object({
  items: Type.Array(
    Type.Object({
      item: Type.Optional(Type.Integer({ description: "its number in the catalogue; missing while it is not listed" })),
      sku: Bytes32,
      price: Type.Optional(Units),
      stock: Type.Optional(Type.Integer()),
      milestone: Type.Optional(Type.Integer({ description: "that the account must have reached; 0 = none" })),
      text: Type.Optional(ItemDocument),
    }),
  ),
});

/** Documents whose hash stands on the chain, and the catalogue with its texts. */
export function documentRoutes(app: App, context: DutyContext): void {
  const { store, publisher, config } = context;
  const { deskKeyHash } = config;
  app.get(
    "/v1/documents/:hash",
    { schema: { summary: "A document by its hash, as it was hashed", params: Hash } },
    async (request) => {
      const hash = lowerHex(request.params.hash);
      const row = await store.db.selectFrom("documents").select("json").where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) throw new CairnError("NOT_FOUND", "no such document is known");
      return JSON.parse(row.json) as object;
    },
  );
  app.get(
    "/v1/items",
    {
      schema: {
        summary: "The catalogue: terms of the chain beside texts, and what is paid in cash",
        response: { 200: Items, default: ErrorBody },
      },
    },
    () => reportItems(context),
  );
  if (deskKeyHash === undefined) return;
  app.post(
    "/v1/documents",
    {
      schema: {
        summary: "Keep a document whose hash is to stand on the chain: a task, a milestone, an item",
        body: Type.Unknown(),
        response: { 200: Hash, default: ErrorBody },
      },
    },
    async (request) => {
      requireApiKey(request, deskKeyHash);
      const document = parseDocument(request.body, "cairn.task/1", "cairn.milestone/1", "cairn.item/1");
      return { hash: await store.transaction((tx) => putDocument(tx, publisher.filesDir, document)) };
    },
  );
}

/** What is listed, and the texts of what is not. */
async function reportItems({ client, deployment, store }: DutyContext) {
  const texts = new Map<Hex, ItemDocument>();
  // A later text of the same item replaces an earlier one.
  for (const text of (await readDocuments(store.db, "cairn.item/1")).values()) texts.set(text.sku, text);
  const listed = await readItems(client, deployment);
  const skus = new Set(listed.map(({ sku }) => sku));
  return {
    items: [
      ...listed.map(({ item, sku, price, stock, milestone }) => {
        const text = texts.get(sku);
        const terms = { item, sku, price: price.toString(), stock, milestone };
        return text === undefined ? terms : { ...terms, text };
      }),
      ...[...texts.values()].filter(({ sku }) => !skus.has(sku)).map((text) => ({ sku: text.sku, text })),
    ],
  };
}
