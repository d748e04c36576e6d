import { Type } from "typebox";
import type { App } from "../../../service/http/app-type.ts";
import { Bytes32, ErrorBody } from "../../../service/http/schemas.ts";
import { MilestoneDocument } from "../../documents/schemas.ts";
import type { Duty, DutyContext } from "../../duty.ts";
import { attestReached } from "./attest.ts";
import { evaluateMilestones, readMilestones } from "./evaluate.ts";
import { followMoves } from "./follow.ts";
import { milestoneMirror } from "./mirror.ts";

const Milestones = Type.Object({
  milestones: Type.Array(
    Type.Object({ milestone: Type.Integer(), contentHash: Bytes32, definition: MilestoneDocument }),
  ),
});

/** Milestones (docs/operator.md, "Milestones"): evaluates the rules of defined milestones and attests who has reached them;
 * what counts follows accounts that move. */
export async function openMilestonesDuty(context: DutyContext): Promise<Duty> {
  return {
    name: "milestones",
    mirror: milestoneMirror,
    async step(snapshot, sender) {
      return (
        (await evaluateMilestones(context, snapshot)) ||
        (await attestReached(context, sender)) ||
        (await followMoves(context, snapshot, sender))
      );
    },
    routes: (app) => milestoneRoutes(app, context),
  };
}

function milestoneRoutes(app: App, { store }: DutyContext): void {
  app.get(
    "/v1/milestones",
    {
      schema: { summary: "What can be reached, and by which rule", response: { 200: Milestones, default: ErrorBody } },
    },
    async () => ({
      milestones: (await readMilestones(store.db)).map(({ milestone, contentHash, document }) => ({
        ...{ milestone, contentHash, definition: document },
      })),
    }),
  );
}
