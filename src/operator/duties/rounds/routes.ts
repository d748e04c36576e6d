import { type TSchema, Type } from "typebox";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody, Units } from "../../../service/http/schemas.ts";
import { parseDocument } from "../../documents/parse.ts";
import { RoundDocument } from "../../documents/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { requireApiKey } from "../../http/api-key.ts";
import { putDocument } from "../../store/documents.ts";
import { RoundProofs } from "./proofs.ts";
import { reportRounds } from "./reports.ts";

const Amount = Type.String({ description: "the token's smallest units, as decimal text" });
const Ordinal = Type.String({ pattern: "^[0-9]{1,10}$" });
const Accepted = Type.Object({ contentHash: Bytes32 });

const Rounds = Type.Object({
  note: Type.Object({ zh: Type.String(), en: Type.String() }),
  requested: Type.Array(
    Type.Object({
      contentHash: Bytes32,
      reason: Type.Optional(Type.String({ description: "why it will not be opened" })),
      definition: RoundDocument,
    }),
  ),
  rounds: Type.Array(
    Type.Object({
      round: Type.Integer(),
      contentHash: Bytes32,
      state: Type.String({ description: "opened, claimable, over or cancelled" }),
      token: Address,
      amount: Amount,
      claimed: Amount,
      left: Type.String({
        description:
          "of the amount, the token's smallest units as decimal text: what is neither claimed nor returned. returnRest pays it " +
          "back when the round is over or was cancelled",
      }),
      returned: Type.Optional(Amount),
      day: Type.Integer(),
      root: Bytes32,
      accounts: Type.Integer(),
      totalWeight: Units,
      claimableFrom: Type.Integer(),
      deadline: Type.Integer(),
      definition: Type.Optional(RoundDocument),
    }),
  ),
});

const Proof = Type.Object({
  round: Type.Integer(),
  leaf: Type.Object({ round: Type.Integer(), index: Type.Integer(), account: Address, weight: Units, salt: Bytes32 }),
  root: Bytes32,
  proof: Type.Unsafe<readonly Hex[]>(Type.Array(Bytes32)),
});

const answers = (summary: string, ok: TSchema) => ({ summary, response: { 200: ok, default: ErrorBody } });

/** `GET /v1/rounds`, `GET /v1/rounds/{n}/proof/{account}` and, for the desk, `POST /v1/rounds`. */
export function roundRoutes(app: App, context: DutyContext): void {
  const proofs = new RoundProofs(context);
  const { deskKeyHash } = context.config;
  app.get("/v1/rounds", { schema: answers("Benefit rounds, newest first", Rounds) }, () => reportRounds(context));
  app.get(
    "/v1/rounds/:n/proof/:account",
    {
      schema: {
        ...answers("An account's part of a round, and its proof", Proof),
        params: Type.Object({ n: Ordinal, account: Address }),
      },
    },
    ({ params }) => proofs.prove(Number(params.n), lowerHex(params.account)),
  );
  if (deskKeyHash === undefined) return;
  app.post(
    "/v1/rounds",
    { schema: { ...answers("Have a benefit round paid in and opened", Accepted), body: Type.Unknown() } },
    async (request) => {
      requireApiKey(request, deskKeyHash);
      const document = parseDocument(request.body, "cairn.round/1");
      const contentHash = await context.store.transaction(async (tx) => {
        const hash = await putDocument(tx, context.publisher.filesDir, document);
        await tx
          .insertInto("round_requests")
          .values({ content_hash: hash, number: null, root: null, total_weight: null, accounts: null, reason: null })
          .onConflict((conflict) => conflict.column("content_hash").doNothing())
          .execute();
        return hash;
      });
      context.wake();
      return { contentHash };
    },
  );
}
