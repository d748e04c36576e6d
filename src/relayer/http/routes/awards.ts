import { Type } from "typebox";
import type { SignedAward } from "../../../protocol/codec/award.ts";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody } from "../../../service/http/schemas.ts";
import { readAwards, type StoredAward, signedAward } from "../../store/awards.ts";
import type { AnchoredDrop } from "../anchored.ts";
import { AwardsBody, Bytes65, Digits, MAX_BODY_BYTES } from "../schemas.ts";
import type { Services } from "../services.ts";

/** Awards of a page unless asked for, and at most: each needs the tree of its drop. */
const PAGE = 20;
const MOST_OF_PAGE = 100;

const Results = Type.Object({
  results: Type.Array(
    Type.Object({
      digest: Bytes32,
      drop: Type.Optional(Type.Integer({ description: "the drop that takes it" })),
      refusal: Type.Optional(Type.String({ description: "a refusal code of docs/api.md" })),
      message: Type.Optional(Type.String()),
    }),
    { description: "one for each award, in order: its drop, or a refusal" },
  ),
});

const Leaf = Type.Object({
  drop: Type.Integer(),
  index: Type.Integer(),
  awardDigest: Bytes32,
  account: Address,
  crystals: Type.Integer(),
  accountCrystalsAfter: Type.String({ description: "as decimal text" }),
  prevAwardLeaf: Bytes32,
  salt: Bytes32,
});

const Awards = Type.Object({
  awards: Type.Array(
    Type.Object({
      digest: Bytes32,
      award: Type.Object({
        task: Type.Integer(),
        account: Address,
        occurrence: Bytes32,
        crystals: Type.Integer(),
        awardedAt: Type.Integer(),
      }),
      awardSignature: Bytes65,
      drop: Type.Integer(),
      anchored: Type.Optional(
        Type.Object({
          drop: Type.Integer(),
          leaf: Leaf,
          leafHash: Bytes32,
          root: Bytes32,
          proof: Type.Array(Bytes32),
          transaction: Bytes32,
        }),
      ),
      cursor: Type.Integer({ description: "give it as `before` for the next page" }),
    }),
  ),
});

/** `POST /v1/awards` and `GET /v1/accounts/{address}/awards`. */
export function awardRoutes(app: App, services: Services): void {
  app.post(
    "/v1/awards",
    {
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary: "Deliver task awards that a task key has signed",
        body: AwardsBody,
        response: { 200: Results, default: ErrorBody },
      },
    },
    async (request) => ({ results: await services.awards.take(request.body.awards.map(canonical)) }),
  );

  app.get(
    "/v1/accounts/:address/awards",
    {
      schema: {
        summary: "An account's awards, newest first, with their leaves and proofs",
        params: Type.Object({ address: Address }),
        querystring: Type.Object({ limit: Type.Optional(Digits), before: Type.Optional(Digits) }),
        response: { 200: Awards, default: ErrorBody },
      },
    },
    (request) => {
      const { limit = PAGE, before } = request.query;
      const page = {
        limit: Math.max(1, Math.min(Number(limit), MOST_OF_PAGE)),
        before: before === undefined ? undefined : Number(before),
      };
      return readPage(services, lowerHex(request.params.address), page);
    },
  );
}

function canonical(award: SignedAward): SignedAward {
  const { account, occurrence, signature } = award;
  return { ...award, account: lowerHex(account), occurrence: lowerHex(occurrence), signature: lowerHex(signature) };
}

async function readPage(services: Services, account: Hex, page: { limit: number; before: number | undefined }) {
  const { drops, rows } = await services.drops.ofPage(await readAwards(services.db, account, page));
  const awards = [];
  for (const row of rows) {
    awards.push({ ...(await awardReport(row, drops.get(row.drop_no))), cursor: row.seq });
  }
  return { awards };
}

/** An award as the API shows it, with its leaf and proof once its drop's root is on the chain. */
export async function awardReport(row: StoredAward, drop: AnchoredDrop | undefined) {
  const { signature, ...award } = signedAward(row);
  const anchored = await drop?.award(row.digest);
  return {
    ...{ digest: row.digest, award, awardSignature: signature, drop: row.drop_no },
    ...(anchored === undefined
      ? {}
      : {
          anchored: {
            ...anchored,
            leaf: { ...anchored.leaf, accountCrystalsAfter: anchored.leaf.accountCrystalsAfter.toString() },
            proof: [...anchored.proof],
          },
        }),
  };
}
