import { Type } from "typebox";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody } from "../../../service/http/schemas.ts";
import { findIntent } from "../../store/intents.ts";
import { Bytes65, IntentsBody, MAX_BODY_BYTES } from "../schemas.ts";
import type { Services } from "../services.ts";

const State = Type.String({ description: "queued, sent, done, skipped or failed" });

const Results = Type.Object({
  results: Type.Array(
    Type.Object({
      id: Type.Optional(Bytes32),
      kind: Type.Optional(Type.String()),
      state: Type.Optional(State),
      withdrawalReceipt: Type.Optional(
        Type.Object({ withdrawalDigest: Bytes32, account: Address, receivedAt: Type.Integer() }),
      ),
      receiptSignature: Type.Optional(Bytes65),
      error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
    { description: "one for each intent, in order: its id and state, or why it was not taken" },
  ),
});

const Intent = Type.Object({
  id: Bytes32,
  kind: Type.String(),
  state: State,
  reason: Type.Optional(Type.String({ description: "name of the contract error for which it was skipped" })),
  transaction: Type.Optional(Bytes32),
  block: Type.Optional(Type.Integer()),
});

/** `POST /v1/intents` and `GET /v1/intents/{id}`. */
export function intentRoutes(app: App, services: Services): void {
  app.post(
    "/v1/intents",
    {
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary: "Deliver intents that owners have signed",
        body: IntentsBody,
        response: { 202: Results, default: ErrorBody },
      },
    },
    async (request, reply) => {
      const results = await services.submitIntents(request.body.intents);
      return reply.status(202).send({ results });
    },
  );

  app.get(
    "/v1/intents/:id",
    {
      schema: {
        summary: "What became of an intent",
        params: Type.Object({ id: Bytes32 }),
        response: { 200: Intent, default: ErrorBody },
      },
    },
    async (request) => {
      const intent = await findIntent(services.db, lowerHex(request.params.id));
      if (intent === undefined) throw new CairnError("NOT_FOUND", "no intent with this id was delivered");
      const { id, kind, state, reason, tx, mined_block } = intent;
      return {
        ...{ id, kind, state },
        ...(reason === null ? {} : { reason }),
        ...(tx === null ? {} : { transaction: tx }),
        ...(mined_block === null ? {} : { block: mined_block }),
      };
    },
  );
}
