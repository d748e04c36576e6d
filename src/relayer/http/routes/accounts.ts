import { Type } from "typebox";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";
import { CairnError, REFUSAL_CODES } from "../../../protocol/errors.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody, Units } from "../../../service/http/schemas.ts";
import { readAccount } from "../../store/accounts.ts";
import { nextSettled } from "../../store/anchors.ts";
import { readRefusals } from "../../store/refusals.ts";
import { Digits } from "../schemas.ts";
import type { Services } from "../services.ts";

const AccountParams = Type.Object({ address: Address });

/** Whole crystals. */
const Count = Type.String({ pattern: "^[0-9]+$", description: "crystals, as decimal text" });

const Account = Type.Object({
  account: Address,
  index: Type.Optional(Type.Integer()),
  movedTo: Type.Optional(Address),
  stones: Type.Object({ credited: Units, received: Units, available: Units, reserved: Units, pending: Units }),
  crystals: Type.Object({ awarded: Count, credited: Count, available: Count, pending: Count }),
  metres: Type.Object({ counted: Type.Integer() }),
  exclusions: Type.Array(
    Type.Object({
      exclusion: Type.Integer(),
      reason: Type.Integer({ description: "1 to 5 (docs/protocol.md 13.3)" }),
      state: Type.String({ description: "stands, appealed, upheld, lifted, lapsed" }),
      fromDay: Type.Integer(),
      untilDay: Type.Integer({ description: "first day that counts again" }),
      decideBy: Type.Integer({ description: "last second to decide an appeal, 0 without one" }),
    }),
  ),
  consents: Type.Array(
    Type.Object({
      recipient: Address,
      purpose: Type.Integer(),
      categories: Type.Integer(),
      version: Type.Integer({ description: "of the newest grant or withdrawal" }),
      granted: Type.Integer(),
      expires: Type.Integer(),
      revoked: Type.Integer(),
      notice: Type.Integer(),
    }),
  ),
  vehicles: Type.Array(
    Type.Object({
      vehicle: Bytes32,
      rank: Type.Integer(),
      since: Type.Integer(),
      until: Type.Integer(),
      release: Type.String({ description: "none, requested (also one that has lapsed), contested" }),
    }),
  ),
  orders: Type.Array(
    Type.Object({
      order: Bytes32,
      item: Type.Integer(),
      vehicle: Bytes32,
      price: Units,
      status: Type.String(),
      deadline: Type.Integer(),
    }),
  ),
  vouchers: Type.Array(Type.Object({ item: Type.Integer(), count: Type.Integer() })),
});

const Refusals = Type.Object({
  refusals: Type.Array(
    Type.Object({
      digest: Bytes32,
      vehicle: Bytes32,
      code: Type.String(),
      message: Type.String(),
      at: Type.Integer(),
      cursor: Type.Integer({ description: "give it as `before` for the next page" }),
    }),
  ),
});

/** `GET /v1/accounts/{address}`, `…/refusals` and `…/proof`. */
export function accountRoutes(app: App, services: Services): void {
  app.get(
    "/v1/accounts/:address",
    {
      schema: {
        summary: "An account's stones, crystals, metres, consents, vehicles, orders and exclusions",
        params: AccountParams,
        response: { 200: Account, default: ErrorBody },
      },
    },
    (request) => {
      const { db, programme, view } = services;
      const moment = { genesis: programme.genesis, chainTime: view.snapshot?.head.time ?? 0 };
      return readAccount(db, lowerHex(request.params.address), moment);
    },
  );

  app.get(
    "/v1/accounts/:address/refusals",
    {
      schema: {
        summary: "Readings of an account's vehicles that were not accepted, newest first",
        params: AccountParams,
        querystring: Type.Object({ limit: Type.Optional(Digits), before: Type.Optional(Digits) }),
        response: { 200: Refusals, default: ErrorBody },
      },
    },
    async (request) => {
      const { limit = "100", before } = request.query;
      const page = { limit: Math.min(Number(limit), 1_000), before: before === undefined ? undefined : Number(before) };
      const refusals = await readRefusals(services.db, lowerHex(request.params.address), page);
      return {
        refusals: refusals.map(({ digest, vehicle, code, at, seq }) => ({
          ...{ digest, vehicle, code, message: REFUSAL_CODES[code], at, cursor: seq },
        })),
      };
    },
  );

  app.get(
    "/v1/accounts/:address/proof",
    {
      schema: {
        summary: "An account's leaves of a settled day with their proofs",
        params: AccountParams,
        querystring: Type.Object({ day: Type.Optional(Digits) }),
      },
    },
    (request) => {
      const { day } = request.query;
      return readProof(services, lowerHex(request.params.address), day === undefined ? undefined : Number(day));
    },
  );
}

async function readProof(services: Services, account: Hex, asked: number | undefined): Promise<object> {
  const { db, days } = services;
  const day = asked ?? (await nextSettled(db)) - 1;
  const settled = await db.selectFrom("chain_days").selectAll().where("day", "=", day).executeTakeFirst();
  if (settled === undefined)
    throw new CairnError("NOT_FOUND", day < 0 ? "no day is settled" : `day ${day} is not settled`);
  const row = await db.selectFrom("accounts").select("idx").where("address", "=", account).executeTakeFirst();
  const index = row?.idx ?? null;
  if (index === null || index >= settled.accounts) {
    throw new CairnError("NOT_FOUND", `the account has no leaf on day ${day}`);
  }
  const trees = await days.get(day);
  const stonesLeaf = trees.stonesLeaves[index];
  const { stones, crystals } = stonesLeaf ?? { stones: 0n, crystals: 0n };
  return {
    day,
    stonesLeaf: { ...stonesLeaf, stones: stones.toString(), crystals: crystals.toString() },
    stonesRoot: settled.stones_root,
    stonesProof: trees.stones.proof(index),
    metresLeaf: trees.metresLeaves[index],
    metresRoot: settled.metres_root,
    metresProof: trees.metres.proof(index),
    creditableAt: settled.creditable_at,
  };
}
