import { Type } from "typebox";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import { dayOf } from "../../../protocol/schedule.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody } from "../../../service/http/schemas.ts";
import type { Signer } from "../../../service/signer.ts";
import { TaskDocument } from "../../documents/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { requireApiKey } from "../../http/api-key.ts";
import { awardTime, placeAward } from "./award.ts";
import { isOpenOn } from "./judge-award.ts";
import { readTasks } from "./tasks.ts";

const Tasks = Type.Object({
  tasks: Type.Array(
    Type.Object({
      task: Type.Integer({ description: "its number on the chain" }),
      contentHash: Bytes32,
      open: Type.Boolean({ description: "whether it is awarded today" }),
      untilDay: Type.Integer({
        description: "first day on which it is not awarded any more, 0 = open; as the chain has it",
      }),
      definition: TaskDocument,
    }),
  ),
});

const AwardBody = Type.Object(
  { account: Address, occurrence: Type.Optional(Bytes32) },
  { additionalProperties: false },
);

const Award = Type.Object({
  digest: Bytes32,
  task: Type.Integer(),
  account: Address,
  occurrence: Bytes32,
  crystals: Type.Integer(),
  awardedAt: Type.Integer(),
  state: Type.String({ description: "waiting, taken or refused, by the relayer" }),
  reason: Type.Optional(Type.String()),
});

/** `GET /v1/tasks`, and `POST /v1/tasks/{id}/awards` when there are keys for it. */
export function taskRoutes(app: App, context: DutyContext, signer: Signer | undefined): void {
  const { store, config, deployment, snapshot } = context;
  const { awardKeyHash } = config;
  app.get(
    "/v1/tasks",
    { schema: { summary: "What can be done for crystals", response: { 200: Tasks, default: ErrorBody } } },
    async () => {
      const day = dayOf(deployment.genesis, snapshot()?.head.time ?? 0);
      const tasks = await readTasks(store.db);
      return {
        tasks: tasks.map(({ task, terms, document }) => ({
          ...{ task, contentHash: terms.contentHash, open: isOpenOn(terms, day), untilDay: terms.untilDay },
          definition: document,
        })),
      };
    },
  );
  if (awardKeyHash === undefined || signer === undefined) return;
  app.post(
    "/v1/tasks/:id/awards",
    {
      schema: {
        summary: "Award a task to an account that has done it; the same again gives the same answer",
        params: Type.Object({ id: Type.String() }),
        body: AwardBody,
        response: { 202: Award, default: ErrorBody },
      },
    },
    async (request, reply) => {
      requireApiKey(request, awardKeyHash);
      const { account, occurrence } = request.body;
      const asked = {
        id: request.params.id,
        account: lowerHex(account),
        occurrence: occurrence && lowerHex(occurrence),
      };
      const at = await awardTime(context, signer);
      const stored = await store.transaction((tx) => placeAward(tx, context, signer, { request: asked, at }));
      context.wake();
      const { awarded_at: awardedAt, reason, ...award } = stored;
      return reply.status(202).send({ ...award, awardedAt, ...(reason === null ? {} : { reason }) });
    },
  );
}
