import { Type } from "typebox";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody, Units } from "../../../service/http/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { reportBoxes, reportProof, reportSeason, reportSeasons } from "./reports.ts";

const Ordinal = Type.String({ pattern: "^[0-9]{1,10}$" });
const Page = Type.Object({ before: Type.Optional(Ordinal) }, { additionalProperties: false });

const Odds = Type.Object({
  numerator: Type.Integer(),
  denominator: Type.Integer(),
  probability: Type.Number({ description: "the same, as the nearest number" }),
});

const Tier = Type.Object({
  tier: Type.Integer({ description: "0 is the best" }),
  kind: Type.String({ description: "nothing, stones, crystals or voucher" }),
  weight: Type.Integer(),
  amount: Type.String({ description: "units of 1e-9 stone, or crystals, as decimal text" }),
  item: Type.Integer({ description: "what a voucher is for; 0 otherwise" }),
  odds: Odds,
});

const Season = Type.Object({
  season: Type.Integer(),
  state: Type.String({ description: "announced, open, over, forced, closed or vetoed" }),
  forcedFromDrop: Type.Optional(Type.Integer({ description: "the first drop that was not revealed in time" })),
  firstDrop: Type.Integer(),
  endDrop: Type.Integer({ description: "the first drop after it" }),
  price: Type.Integer({ description: "crystals per box" }),
  guarantee: Type.Integer({ description: "so many boxes in a row may be below the guaranteed tier" }),
  guaranteedTier: Type.Integer(),
  maxBoxes: Type.Integer({ description: "boxes per account" }),
  budget: Units,
  budgetLeft: Units,
  vouchers: Type.Integer(),
  vouchersLeft: Type.Integer(),
  links: Type.Integer({ description: "drops that can have requests" }),
  linksLeft: Type.Integer(),
  boxesWaiting: Type.Integer({ description: "boxes requested and not opened" }),
  tip: Bytes32,
  tiers: Type.Array(Tier),
});

const Boxes = Type.Object({
  account: Address,
  waitingUnits: Units,
  requests: Type.Array(
    Type.Object({
      season: Type.Integer(),
      firstBox: Type.Integer({ description: "the account's boxes are counted from 0 over all seasons" }),
      count: Type.Integer(),
      salt: Type.String(),
      drop: Type.Integer(),
      block: Type.Integer(),
      transaction: Bytes32,
      state: Type.String({ description: "waiting, drawn or opened" }),
      tiers: Type.Optional(Type.Array(Type.Integer())),
      openedBy: Type.Optional(Bytes32),
    }),
  ),
});

const Proof = Type.Object({
  account: Address,
  number: Type.Integer(),
  season: Type.Integer(),
  drop: Type.Integer(),
  requestBlock: Type.Integer(),
  salt: Type.String(),
  rules: Type.Object({
    weights: Type.Unsafe<readonly number[]>(Type.Array(Type.Integer())),
    guaranteedTier: Type.Integer(),
    guarantee: Type.Integer(),
  }),
  draw: Type.Optional(
    Type.Object({
      tip: Bytes32,
      position: Type.Integer(),
      link: Bytes32,
      blockHash: Bytes32,
      seed: Bytes32,
      outcome: Bytes32,
    }),
  ),
  drawn: Type.Integer(),
  misses: Type.Integer(),
  tier: Type.Integer(),
});

/** `GET /v1/seasons`, `/v1/seasons/{n}`, `/v1/boxes/{account}` and `/v1/boxes/{account}/{number}/proof`. */
export function boxRoutes(app: App, context: DutyContext): void {
  app.get(
    "/v1/seasons",
    {
      schema: {
        summary: "Seasons of the mine box, newest first",
        querystring: Page,
        response: { 200: Type.Object({ seasons: Type.Array(Season) }), default: ErrorBody },
      },
    },
    (request) => reportSeasons(context, pageStart(request.query)),
  );
  app.get(
    "/v1/seasons/:n",
    {
      schema: {
        summary: "A season: its terms and odds, and what is left",
        params: Type.Object({ n: Ordinal }),
        response: { 200: Season, default: ErrorBody },
      },
    },
    (request) => reportSeason(context, Number(request.params.n)),
  );
  app.get(
    "/v1/boxes/:account",
    {
      schema: {
        summary: "An account's requests, newest first, and what they won",
        params: Type.Object({ account: Address }),
        querystring: Page,
        response: { 200: Boxes, default: ErrorBody },
      },
    },
    (request) => reportBoxes(context, lowerHex(request.params.account), pageStart(request.query)),
  );
  app.get(
    "/v1/boxes/:account/:number/proof",
    {
      schema: {
        summary: "Everything that an opened box's tier follows from",
        params: Type.Object({ account: Address, number: Ordinal }),
        response: { 200: Proof, default: ErrorBody },
      },
    },
    (request) => reportProof(context, lowerHex(request.params.account), Number(request.params.number)),
  );
}

function pageStart({ before }: { before?: string }): number {
  return before === undefined ? Number.MAX_SAFE_INTEGER : Number(before);
}
