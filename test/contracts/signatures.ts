import { expect } from "chai";
import { describe, it } from "mocha";
import { type SignedType, TYPES } from "../../src/protocol/index.ts";
import { expectSkips, type SigningPlace } from "../support/contracts-intents.ts";
import { at } from "./fixture.ts";
import { accountIn, INTENT_CASES } from "./intent-cases.ts";
import { type Estate, NOW, signable } from "./signable.ts";
import { SIGNER_KINDS } from "./signers.ts";

/** What is signed by others than owners, and proposals and votes, which no contract takes. */
const NO_INTENTS: readonly SignedType[] = [
  "Reading",
  "Receipt",
  "WithdrawalReceipt",
  "PublishedFile",
  "TaskAward",
  "Entitlement",
  "WorkshopRecord",
  "Proposal",
  "Vote",
  "VoteReceipt",
];

describe("Signatures", () => {
  it("when the intents of these tests are listed, none is missing", () => {
    const types = (Object.keys(TYPES) as SignedType[]).filter((type) => !NO_INTENTS.includes(type));
    expect(new Set(INTENT_CASES.map(({ type }) => type))).to.deep.equal(new Set(types));
  });
});

for (const kind of SIGNER_KINDS) {
  describe(`Signatures: by ${kind.title}`, () => {
    for (const intent of INTENT_CASES) {
      it(`given the intent ${intent.title}, it is carried out`, async () => {
        const { p, estates } = await signable();
        const given = { p, estate: estates.get(kind) as Estate };
        const message = intent.message(given);
        const place: SigningPlace = { contracts: p };
        const signature = await intent.signer(given.estate).sign(intent.type, message, place);
        await at(NOW);
        const transaction = intent.submit(given, message, signature);
        await expectSkips(transaction, p[intent.contract], []);
        await expect(transaction).to.emit(p[intent.contract], intent.event);
      });

      it(`given the intent ${intent.title} signed by somebody else, it is skipped`, async () => {
        const { p, estates } = await signable();
        const given = { p, estate: estates.get(kind) as Estate };
        const message = intent.message(given);
        const signature = await intent.signer(given.estate).forge(intent.type, message, { contracts: p });
        await at(NOW);
        const skip = { index: 0, account: accountIn(message, given.estate), error: "InvalidSignature" };
        await expectSkips(intent.submit(given, message, signature), p[intent.contract], [skip]);
      });
    }
  });
}
