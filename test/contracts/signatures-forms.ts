import { createHash } from "node:crypto";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { concat, dataSlice } from "ethers";
import { describe, it } from "mocha";
import { fromHex, type Hex, toHex } from "../../src/protocol/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { RECORD_HASH } from "../support/contracts-consents.ts";
import { digestOf, expectSkips, signIntent, withHighP256S, withKind } from "../support/contracts-intents.ts";
import { accountOf, encodeAssertion, kind2, type VerifiedKey } from "../support/contracts-signers.ts";
import { assertBy, CHROMIUM_MEMBER, FLAGS, type OwnerKey, ownerKeyOf } from "../support/passkeys.ts";
import { at, ethers, GENESIS, programme } from "./fixture.ts";
import { deployKeyWallet, walletOf } from "./signers.ts";

const DEADLINE = GENESIS + 3_600;
const KEY = ownerKeyOf("forms");
const OTHER_KEY = ownerKeyOf("forms, another");
const UP = FLAGS.userPresent;
const UP_UV = UP | FLAGS.userVerified;

/** Submits one grant of an account. */
async function submit(p: Programme, grant: object, signature: string) {
  await at(GENESIS);
  return p.consentRegistry.grantConsents([grant as never], [signature]);
}

function grantOf(p: Programme, account: string) {
  return {
    ...{ account: ethers.getAddress(account), recipient: p.operator, purpose: 1, categories: 1, expires: 0, notice: 1 },
    ...{ version: 1, deadline: DEADLINE, recordHash: RECORD_HASH },
  };
}

/** Grants by an account with a signature that follows from the digest. */
async function grantSigned(p: Programme, account: string, sign: (digest: Hex) => string | Promise<string>) {
  const grant = grantOf(p, account);
  return submit(p, grant, await sign(digestOf("ConsentGrant", grant, { contracts: p })));
}

async function expectTaken(p: Programme, account: string, sign: (digest: Hex) => string): Promise<void> {
  await expectSkips(grantSigned(p, account, sign), p.consentRegistry, []);
  expect((await p.consentRegistry.consentOf(account, p.operator, 1)).version).to.equal(1n);
}

async function expectRefused(
  p: Programme,
  account: string,
  sign: (digest: Hex) => string | Promise<string>,
): Promise<void> {
  const skip = { index: 0, account: ethers.getAddress(account), error: "InvalidSignature" };
  await expectSkips(grantSigned(p, account, sign), p.consentRegistry, [skip]);
  expect((await p.consentRegistry.consentOf(account, p.operator, 1)).version).to.equal(0n);
}

/** The key of KEY under one of the programme's verifiers. */
function keyUnder(p: Programme, verifier: "p256Verifier" | "webAuthnVerifier", key = KEY): VerifiedKey {
  return { verifier: addressOf(p[verifier]), x: key.x, y: key.y };
}

describe("Signatures: kinds", () => {
  const account = walletOf("forms");

  for (const kind of ["0x03", "0x7f", "0xff"]) {
    it(`given kind ${kind} before a good ECDSA signature, it is refused`, async () => {
      const p = await programme();
      await expectRefused(p, account.address, (digest) => concat([kind, account.signingKey.sign(digest).serialized]));
    });
  }

  it("given kind 0x03 before what kind 2 would take, it is refused", async () => {
    const p = await programme();
    const of = keyUnder(p, "p256Verifier");
    const sign = (digest: Hex) => withKind(kind2(of, KEY.signHash(digest)), 3);
    await expectRefused(p, accountOf(of), sign);
  });

  for (const signature of ["0x", "0x00", "0x01", "0x02", "0x03"]) {
    it(`given ${signature} and nothing more, it is refused`, async () => {
      await expectRefused(await programme(), account.address, () => signature);
    });
  }

  it("given the 64 bytes of ERC-2098, it is refused", async () => {
    const p = await programme();
    const compact = (digest: Hex) => concat(["0x00", account.signingKey.sign(digest).compactSerialized]);
    await expectRefused(p, account.address, compact);
  });

  it("given a wallet contract's key under kind 0, it is refused", async () => {
    const p = await programme();
    const wallet = await deployKeyWallet(account);
    await expectRefused(p, wallet, (digest) => concat(["0x00", account.signingKey.sign(digest).serialized]));
  });

  it("given an account without code under kind 1, it is refused", async () => {
    const p = await programme();
    await expectRefused(p, account.address, (digest) => concat(["0x01", account.signingKey.sign(digest).serialized]));
  });

  it("given a contract that knows no signatures under kind 1, it is refused", async () => {
    const p = await programme();
    const sign = (digest: Hex) => concat(["0x01", account.signingKey.sign(digest).serialized]);
    await expectRefused(p, addressOf(p.rules), sign);
  });

  it("given a precompile that answers with its input under kind 1, it is refused", async () => {
    const p = await programme();
    await expectRefused(p, ethers.toBeHex(4, 20), () => "0x01");
  });
});

describe("Signatures: P-256", () => {
  const raw = (of: VerifiedKey, by: OwnerKey) => (digest: Hex) => kind2(of, by.signHash(digest));

  it("given the key's signature of the digest itself, it is taken", async () => {
    const p = await programme();
    const of = keyUnder(p, "p256Verifier");
    await expectTaken(p, accountOf(of), raw(of, KEY));
  });

  const FORGED: readonly (readonly [string, (of: VerifiedKey, p: Programme) => (digest: Hex) => string])[] = [
    ["s in the high half", (of) => (digest) => kind2(of, withHighP256S(KEY.signHash(digest)))],
    [
      "a signature of the digest's hash, as devices make it",
      (of) => (digest) => kind2(of, KEY.signHash(toHex(createHash("sha256").update(fromHex(digest)).digest()))),
    ],
    ["another key's signature", (of) => raw(of, OTHER_KEY)],
    ["another key and its signature", (_, p) => raw(keyUnder(p, "p256Verifier", OTHER_KEY), OTHER_KEY)],
    ["the coordinates the wrong way round", (of) => raw({ ...of, x: of.y, y: of.x }, KEY)],
    ["the other verifier before the key", (_, p) => raw(keyUnder(p, "webAuthnVerifier"), KEY)],
    ["no signature behind the key", (of) => () => kind2(of, "0x")],
    ["a signature that is a byte too short", (of) => (digest) => dataSlice(raw(of, KEY)(digest), 0, 148)],
    ["a key that is cut off", (of) => (digest) => dataSlice(raw(of, KEY)(digest), 0, 84)],
    ["r and s of zeros", (of) => () => kind2(of, `0x${"00".repeat(64)}`)],
  ];
  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is refused`, async () => {
      const p = await programme();
      const of = keyUnder(p, "p256Verifier");
      await expectRefused(p, accountOf(of), forge(of, p));
    });
  }

  it("given a point that is not on the curve, its account has no signatures", async () => {
    const p = await programme();
    const of = { ...keyUnder(p, "p256Verifier"), y: KEY.x };
    await expectRefused(p, accountOf(of), raw(of, KEY));
  });

  it("given a verifier of the same code that is not the programme's, it is refused", async () => {
    const p = await programme();
    const verifier = addressOf(await ethers.deployContract("ERC7913P256Verifier"));
    const of = { verifier, x: KEY.x, y: KEY.y };
    await expectRefused(p, accountOf(of), raw(of, KEY));
  });

  it("given a verifier that says yes to everything, it is refused", async () => {
    const p = await programme();
    const yes = p.p256Verifier.interface.getFunction("verify").selector.padEnd(66, "0");
    const verifier = addressOf(await ethers.deployContract("AnsweringWallet", [yes, 32, false]));
    const of = { verifier, x: KEY.x, y: KEY.y };
    await expectRefused(p, accountOf(of), raw(of, OTHER_KEY));
  });
});

describe("Signatures: WebAuthn", () => {
  type Terms = Parameters<typeof assertBy>[2];
  const signed =
    (of: VerifiedKey, terms: Terms, by: OwnerKey = KEY) =>
    (digest: Hex) =>
      kind2(of, encodeAssertion(assertBy(by, digest, terms)));

  const GOOD: readonly (readonly [string, Terms])[] = [
    ["what browsers usually give", {}],
    ["the member that Chromium adds", { after: CHROMIUM_MEMBER }],
    ["a member before the type", { before: { a: 1 } }],
    ["a passkey that is backed up", { flags: UP_UV | FLAGS.backupEligible | FLAGS.backedUp }],
    ["a passkey that could be backed up", { flags: UP_UV | FLAGS.backupEligible }],
  ];
  for (const [title, terms] of GOOD) {
    it(`given ${title}, it is taken`, async () => {
      const p = await programme();
      const of = keyUnder(p, "webAuthnVerifier");
      await expectTaken(p, accountOf(of), signed(of, terms));
    });
  }

  const FORGED: readonly (readonly [string, (of: VerifiedKey, p: Programme) => (digest: Hex) => string])[] = [
    ["a user who was not verified", (of) => signed(of, { flags: UP })],
    ["a user who was not there", (of) => signed(of, { flags: FLAGS.userVerified })],
    ["a backup of what cannot be backed up", (of) => signed(of, { flags: UP_UV | FLAGS.backedUp })],
    ["the making of a passkey", (of) => signed(of, { type: "webauthn.create" })],
    ["another challenge", (of) => () => signed(of, {})(ethers.id("another challenge") as Hex)],
    ["another key's assertion", (of) => signed(of, {}, OTHER_KEY)],
    ["another key and its assertion", (_, p) => signed(keyUnder(p, "webAuthnVerifier", OTHER_KEY), {}, OTHER_KEY)],
    ["the other verifier before the key", (_, p) => signed(keyUnder(p, "p256Verifier"), {})],
    ["the bare signature of the digest", (of) => (digest) => kind2(of, KEY.signHash(digest))],
    [
      "s in the high half",
      (of) => (digest) => {
        const assertion = assertBy(KEY, digest);
        return kind2(of, encodeAssertion({ ...assertion, signature: withHighP256S(assertion.signature) as Hex }));
      },
    ],
    [
      "a place of the challenge that is not its own",
      (of) => (digest) => kind2(of, encodeAssertion(assertBy(KEY, digest), { challenge: 0 })),
    ],
    [
      "a place of the type that is not its own",
      (of) => (digest) => kind2(of, encodeAssertion(assertBy(KEY, digest), { type: 5 })),
    ],
    [
      "places far behind the text",
      (of) => (digest) => kind2(of, encodeAssertion(assertBy(KEY, digest), { challenge: 2 ** 50, type: 2 ** 50 })),
    ],
    [
      "another text than the one that was signed",
      (of) => (digest) => {
        const assertion = assertBy(KEY, digest);
        const clientDataJson = assertion.clientDataJson.replace("false", "true ");
        return kind2(of, encodeAssertion({ ...assertion, clientDataJson }));
      },
    ],
    [
      "authenticator data without the counter",
      (of) => (digest) => {
        const assertion = assertBy(KEY, digest);
        const authenticatorData = dataSlice(assertion.authenticatorData, 0, 33) as Hex;
        return kind2(of, encodeAssertion({ ...assertion, authenticatorData }));
      },
    ],
    [
      "the six values as one tuple",
      (of) => (digest) => kind2(of, concat([ethers.toBeHex(32, 32), encodeAssertion(assertBy(KEY, digest))])),
    ],
    ["an assertion that is cut off", (of) => (digest) => dataSlice(signed(of, {})(digest), 0, 85 + 6 * 32 + 40)],
    ["an assertion of ones", (of) => () => kind2(of, `0x${"ff".repeat(600)}`)],
  ];
  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is refused`, async () => {
      const p = await programme();
      const of = keyUnder(p, "webAuthnVerifier");
      await expectRefused(p, accountOf(of), forge(of, p));
    });
  }
});

describe("Signatures: the direct call", () => {
  it("given an account of kind 2 as the target of a move, its signature is taken there too", async () => {
    const p = await programme();
    const of = keyUnder(p, "p256Verifier");
    const to = ethers.getAddress(accountOf(of));
    const owner = p.owners[0] as HardhatEthersSigner;
    const move = { account: owner.address, to, deadline: DEADLINE };
    const digest = digestOf("AccountMove", move, { contracts: p });
    await at(GENESIS);
    const moving = p.accountMoves.connect(owner).moveAccount(move, kind2(of, KEY.signHash(digest)));
    await expect(moving).to.emit(p.accountMoves, "AccountMoved").withArgs(owner.address, to);
  });

  it("given the wrong signature of the target, it reverts with InvalidSignature", async () => {
    const p = await programme();
    const of = keyUnder(p, "p256Verifier");
    const to = ethers.getAddress(accountOf(of));
    const owner = p.owners[0] as HardhatEthersSigner;
    const move = { account: owner.address, to, deadline: DEADLINE };
    const signature = await signIntent(owner, "AccountMove", move, { contracts: p });
    await at(GENESIS);
    await expect(p.accountMoves.connect(owner).moveAccount(move, signature))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(to);
  });
});
