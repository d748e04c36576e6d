import { Type } from "typebox";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { App } from "../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody } from "../../service/http/schemas.ts";
import type { DutyContext } from "../duty.ts";
import { readCohort } from "../vehicles/holdings.ts";

const Params = Type.Object({ account: Address });

const Cohort = Type.Object({
  account: Address,
  vehicles: Type.Unsafe<readonly { vehicle: Hex; rank: number }[]>(
    Type.Array(Type.Object({ vehicle: Bytes32, rank: Type.Integer({ description: "counted from 1" }) })),
  ),
  angel: Type.Boolean({ description: "one of them is among the first 3,000" }),
});

const Attested = Type.Object({
  account: Address,
  milestones: Type.Array(
    Type.Object({
      milestone: Type.Integer(),
      countsFrom: Type.Integer({ description: "unix seconds; until then it can be taken back" }),
    }),
  ),
});

/** What an account has reached: `GET /v1/accounts/{account}/cohort` and `…/milestones`. */
export function accountRoutes(app: App, { store }: DutyContext): void {
  app.get(
    "/v1/accounts/:account/cohort",
    {
      schema: {
        summary: "Ranks of the vehicles that an account paired, and whether it is of the angel round",
        params: Params,
        response: { 200: Cohort, default: ErrorBody },
      },
    },
    (request) => readCohort(store.db, lowerHex(request.params.account)),
  );
  app.get(
    "/v1/accounts/:account/milestones",
    {
      schema: {
        summary: "Milestones that are attested for an account",
        params: Params,
        response: { 200: Attested, default: ErrorBody },
      },
    },
    async (request) => {
      const account = lowerHex(request.params.account);
      const rows = await store.db
        .selectFrom("chain_attestations")
        .select(["milestone", "counts_from as countsFrom"])
        .where("account", "=", account)
        .where("revoked", "=", 0)
        .orderBy("milestone")
        .execute();
      return { account, milestones: rows };
    },
  );
}
