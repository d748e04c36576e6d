import { type TSchema, Type } from "typebox";
import { MAX_SIGNATURE_BYTES } from "../../../chain/read/signatures.ts";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Address, Bytes32, ErrorBody, hex } from "../../../service/http/schemas.ts";
import type { Signer } from "../../../service/signer.ts";
import { parseDocument } from "../../documents/parse.ts";
import { PollDocument } from "../../documents/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { requireApiKey } from "../../http/api-key.ts";
import { putDocument } from "../../store/documents.ts";
import { acceptVote } from "./accept-vote.ts";
import { acceptProposal, deleteProposal, listProposals, TOPICS } from "./proposals.ts";
import { reportPoll, reportPolls } from "./reports.ts";
import { VoteProofs } from "./vote-proof.ts";

const MOST_PROPOSAL_TEXT = 4_000;
const closed = { additionalProperties: false };
const Ordinal = Type.String({ pattern: "^[0-9]{1,10}$" });
const Numbered = Type.Object({ n: Ordinal });
const Identified = Type.Object({ id: Bytes32 });
const Time = Type.Integer({ minimum: 0, maximum: 2 ** 40 - 1, description: "unix seconds of chain time" });
const OwnerSignature = Type.Unsafe<Hex>({
  type: "string",
  pattern: `^0x([0-9a-fA-F]{2}){1,${MAX_SIGNATURE_BYTES}}$`,
  description: "kind ‖ data (docs/protocol.md 2.3)",
});

const VoteBody = Type.Object(
  {
    vote: Type.Object(
      {
        poll: Type.Integer({ minimum: 1, maximum: 2 ** 32 - 1 }),
        account: Address,
        option: Type.Integer({ minimum: 0, maximum: 255 }),
        castAt: Time,
      },
      closed,
    ),
    signature: OwnerSignature,
  },
  closed,
);

const ProposalBody = Type.Object(
  {
    proposal: Type.Object(
      {
        account: Address,
        topic: Type.Integer({ minimum: 0, maximum: 255, description: TOPICS.join(", ") }),
        contentHash: Bytes32,
        submittedAt: Time,
      },
      closed,
    ),
    text: Type.String({ minLength: 1, maxLength: MOST_PROPOSAL_TEXT }),
    salt: Bytes32,
    signature: OwnerSignature,
  },
  closed,
);

const Weight = Type.String({ description: "votes, or units of 1e-9 stone, as decimal text" });
const Receipt = Type.Object({
  receipt: Type.Object({ voteDigest: Bytes32, receivedAt: Time }),
  receiptSignature: hex(65, "65 bytes: r ‖ s ‖ v"),
});
const Poll = Type.Object({
  poll: Type.Integer(),
  contentHash: Bytes32,
  state: Type.String({ description: "announced, open, closed, vetoed, published or final" }),
  votes: Type.Integer({ description: "votes that were taken" }),
  definition: PollDocument,
  result: Type.Optional(
    Type.Object({
      root: Bytes32,
      countsFrom: Type.Integer(),
      voters: Type.Integer(),
      tallies: Type.Array(Weight),
    }),
  ),
});
const Proof = Type.Object({
  poll: Type.Integer(),
  leaf: Type.Object({
    poll: Type.Integer(),
    index: Type.Integer(),
    voteDigest: Bytes32,
    account: Address,
    option: Type.Integer(),
    weight: Weight,
    salt: Bytes32,
  }),
  root: Bytes32,
  proof: Type.Unsafe<readonly Hex[]>(Type.Array(Bytes32)),
});
const Proposals = Type.Object({
  proposals: Type.Array(
    Type.Object({ id: Bytes32, topic: Type.String(), text: Type.String(), submittedAt: Type.Integer() }),
  ),
});
const answers = (summary: string, ok: TSchema) => ({ summary, response: { 200: ok, default: ErrorBody } });

/** Co-creation: proposals, polls, votes and their proofs. */
export function pollRoutes(app: App, context: DutyContext, signer: Signer | undefined): void {
  readingRoutes(app, context);
  ownerRoutes(app, context, signer);
  const { deskKeyHash } = context.config;
  if (deskKeyHash !== undefined) deskRoutes(app, context, deskKeyHash);
}

function readingRoutes(app: App, context: DutyContext): void {
  const proofs = new VoteProofs(context);
  const polls = Type.Object({ polls: Type.Array(Poll) });
  app.get("/v1/polls", { schema: answers("Polls, newest first", polls) }, () => reportPolls(context));
  app.get("/v1/polls/:n", { schema: { ...answers("A poll, and its result", Poll), params: Numbered } }, (request) =>
    reportPoll(context, Number(request.params.n)),
  );
  app.get(
    "/v1/polls/:n/votes/:account",
    {
      schema: {
        ...answers("The leaf of an account's counted vote, and its proof", Proof),
        params: Type.Object({ n: Ordinal, account: Address }),
      },
    },
    ({ params }) => proofs.prove(Number(params.n), lowerHex(params.account)),
  );
  const Page = Type.Object({ topic: Type.Optional(Ordinal), before: Type.Optional(Ordinal) }, closed);
  app.get(
    "/v1/proposals",
    { schema: { ...answers("Proposals, newest first", Proposals), querystring: Page } },
    async ({ query: { topic, before } }) => ({
      proposals: await listProposals(context.store.db, {
        ...(topic === undefined ? {} : { topic: Number(topic) }),
        ...(before === undefined ? {} : { before: Number(before) }),
      }),
    }),
  );
}

function ownerRoutes(app: App, context: DutyContext, signer: Signer | undefined): void {
  app.post(
    "/v1/proposals",
    { schema: { ...answers("Hand in a proposal that its owner has signed", Identified), body: ProposalBody } },
    async ({ body }) => {
      const { account, contentHash, ...rest } = body.proposal;
      const proposal = { ...rest, account: lowerHex(account), contentHash: lowerHex(contentHash) };
      return { id: await acceptProposal(context, { ...body, salt: lowerHex(body.salt), proposal }) };
    },
  );
  if (signer === undefined) return;
  app.post(
    "/v1/votes",
    { schema: { ...answers("Cast a vote; the first of an account counts", Receipt), body: VoteBody } },
    ({ body }) =>
      acceptVote(context, signer, { ...body, vote: { ...body.vote, account: lowerHex(body.vote.account) } }),
  );
}

function deskRoutes(app: App, context: DutyContext, deskKeyHash: Hex): void {
  const { store, publisher } = context;
  const Accepted = Type.Object({ contentHash: Bytes32 });
  app.post(
    "/v1/polls",
    { schema: { ...answers("Have a poll opened on the chain", Accepted), body: Type.Unknown() } },
    async (request) => {
      requireApiKey(request, deskKeyHash);
      const document = parseDocument(request.body, "cairn.poll/1");
      const contentHash = await store.transaction(async (tx) => {
        const hash = await putDocument(tx, publisher.filesDir, document);
        await tx
          .insertInto("poll_requests")
          .values({ content_hash: hash, reason: null, acknowledged_vetoes: 0 })
          .onConflict((conflict) => conflict.column("content_hash").doNothing())
          .execute();
        return hash;
      });
      context.wake();
      return { contentHash };
    },
  );
  app.post(
    "/v1/polls/:n/result",
    { schema: { ...answers("Publish a vetoed result again", Accepted), params: Numbered } },
    async (request) => {
      requireApiKey(request, deskKeyHash);
      const { n } = request.params;
      const contentHash = await store.transaction(async (tx) => {
        const poll = await tx.selectFrom("chain_polls").selectAll().where("poll", "=", Number(n)).executeTakeFirst();
        if (poll === undefined) throw new CairnError("NOT_FOUND", `there is no poll ${n}`);
        const { content_hash, vetoes } = poll;
        await tx
          .insertInto("poll_requests")
          .values({ content_hash, reason: null, acknowledged_vetoes: vetoes })
          .onConflict((conflict) => conflict.column("content_hash").doUpdateSet({ acknowledged_vetoes: vetoes }))
          .execute();
        return content_hash;
      });
      context.wake();
      return { contentHash };
    },
  );
  app.delete(
    "/v1/proposals/:id",
    { schema: { ...answers("Delete a proposal's text", Identified), params: Identified } },
    async (request) => {
      requireApiKey(request, deskKeyHash);
      const id = lowerHex(request.params.id);
      await store.transaction((tx) => deleteProposal(tx, id));
      return { id };
    },
  );
}
