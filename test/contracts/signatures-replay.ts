import { expect } from "chai";
import { describe, it } from "mocha";
import { DOMAIN_OF, type DomainContract, TYPES } from "../../src/protocol/index.ts";
import { expectSkips, type SigningPlace } from "../support/contracts-intents.ts";
import { at, ethers, seeded } from "./fixture.ts";
import { accountIn, type Given, INTENT_CASES, type IntentCase } from "./intent-cases.ts";
import { DEADLINE, type Estate, NOW, type Signable, SUCCESSOR, signable } from "./signable.ts";
import { SIGNER_KINDS, walletOf } from "./signers.ts";

type Message = Readonly<Record<string, unknown>>;

/** The kinds differ in who is asked and not in what was signed, so the first one stands for all. */
const [KIND] = SIGNER_KINDS;

interface Prepared extends Given {
  readonly world: Signable;
  readonly message: Message;
}

async function prepare(intent: IntentCase): Promise<Prepared> {
  const world = await signable();
  const given = { p: world.p, estate: world.estates.get(KIND as (typeof SIGNER_KINDS)[number]) as Estate };
  return { ...given, world, message: intent.message(given) };
}

/** Signs one thing and submits another. */
async function submitSigned(
  intent: IntentCase,
  { message, ...given }: Prepared,
  signed: { message?: Message; place?: Omit<SigningPlace, "contracts">; contracts?: SigningPlace["contracts"] },
) {
  const place = { contracts: signed.contracts ?? given.p, ...signed.place };
  const signature = await intent.signer(given.estate).sign(intent.type, signed.message ?? message, place);
  await at(NOW);
  return intent.submit(given, message, signature);
}

async function expectInvalid(intent: IntentCase, prepared: Prepared, signed: Parameters<typeof submitSigned>[2]) {
  const skip = { index: 0, account: accountIn(prepared.message, prepared.estate), error: "InvalidSignature" };
  await expectSkips(submitSigned(intent, prepared, signed), prepared.p[intent.contract], [skip]);
}

/** Another value of a member's type. */
function altered(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "bigint") return value ^ 1n;
  const bytes = ethers.getBytes(value as string);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  return ethers.hexlify(bytes);
}

/** A contract of the programme that is not the intent's. */
function anotherContract(intent: IntentCase): DomainContract {
  return DOMAIN_OF[intent.type] === "consentRegistry" ? "mineBox" : "consentRegistry";
}

for (const intent of INTENT_CASES) {
  describe(`Replay: ${intent.title}`, () => {
    it("given a signature for another chain, it is skipped", async () => {
      await expectInvalid(intent, await prepare(intent), { place: { chainId: 1 } });
    });

    it("given a signature for another contract of the programme, it is skipped", async () => {
      await expectInvalid(intent, await prepare(intent), { place: { contract: anotherContract(intent) } });
    });

    it("given a signature for another programme of the same code, it is skipped", async () => {
      const prepared = await prepare(intent);
      await expectInvalid(intent, prepared, { contracts: prepared.world.other });
    });

    for (const { name } of TYPES[intent.type]) {
      it(`given a signature over another ${name}, it is skipped`, async () => {
        const prepared = await prepare(intent);
        const message = { ...prepared.message, [name]: altered(prepared.message[name]) };
        await expectInvalid(intent, prepared, { message });
      });
    }

    it("given a signature that was used, it is skipped", async () => {
      const prepared = await prepare(intent);
      const { p, estate, message } = prepared;
      const signature = await intent.signer(estate).sign(intent.type, message, { contracts: p });
      await at(NOW);
      const first = intent.submit(prepared, message, signature);
      await expectSkips(first, p[intent.contract], []);
      await expect(first).to.emit(p[intent.contract], intent.event);
      const skip = { index: 0, account: accountIn(message, estate), error: intent.again };
      await expectSkips(intent.submit(prepared, message, signature), p[intent.contract], [skip]);
    });
  });
}

describe("Replay: migrations", () => {
  const migration = INTENT_CASES.find(({ type }) => type === "StoneMigration") as IntentCase;

  it("given stones that came after it was used, they do not follow", async () => {
    const prepared = await prepare(migration);
    const { p, estate, message } = prepared;
    const { address } = estate.owner;
    const signature = await estate.owner.sign("StoneMigration", message, { contracts: p });
    await at(NOW);
    await migration.submit(prepared, message, signature);
    await p.redemptionDesk.connect(p.roles.operator).cancelOrder(estate.orders.toAccept);
    const came = await p.stoneLedger.availableOf(address);
    expect(came > 0n).to.equal(true);
    const skip = { index: 0, account: address, error: "StoneLedger_WrongMigration" };
    await expectSkips(migration.submit(prepared, message, signature), p.stoneLedger, [skip]);
    expect(await p.stoneLedger.availableOf(address)).to.equal(came);
  });

  it("given a new one that names what migrated, they follow", async () => {
    const prepared = await prepare(migration);
    const { p, estate, message } = prepared;
    const { address } = estate.owner;
    await at(NOW);
    await migration.submit(prepared, message, await estate.owner.sign("StoneMigration", message, { contracts: p }));
    const migrated = await p.stoneLedger.migratedTo(SUCCESSOR, address);
    await p.redemptionDesk.connect(p.roles.operator).cancelOrder(estate.orders.toAccept);
    const came = await p.stoneLedger.availableOf(address);
    const next = { ...message, migrated };
    const transaction = migration.submit(
      prepared,
      next,
      await estate.owner.sign("StoneMigration", next, { contracts: p }),
    );
    await expect(transaction).to.emit(p.stoneLedger, "StonesMigrated").withArgs(address, SUCCESSOR, came);
    expect(await p.stoneLedger.migratedTo(SUCCESSOR, address)).to.equal(migrated + came);
  });

  it("given nothing available, it is skipped", async () => {
    const prepared = await prepare(migration);
    const { p, estate, message } = prepared;
    const { address } = estate.owner;
    await at(NOW);
    await migration.submit(prepared, message, await estate.owner.sign("StoneMigration", message, { contracts: p }));
    const next = { ...message, migrated: await p.stoneLedger.migratedTo(SUCCESSOR, address) };
    const signature = await estate.owner.sign("StoneMigration", next, { contracts: p });
    const skip = { index: 0, account: address, error: "StoneLedger_NothingToMigrate" };
    await expectSkips(migration.submit(prepared, next, signature), p.stoneLedger, [skip]);
  });
});

describe("Replay: contests", () => {
  const contest = INTENT_CASES.find(({ type }) => type === "ReleaseContest") as IntentCase;

  /** A contest was used, the arbiter decided for the owner, and the manufacturer asks once more. */
  async function askedAgain() {
    const prepared = await prepare(contest);
    const { p, estate, message } = prepared;
    const { vehicle } = estate.vehicles.toContest;
    const signature = await estate.owner.sign("ReleaseContest", message, { contracts: p });
    await at(NOW);
    await contest.submit(prepared, message, signature);
    await p.vehicleRegistry.connect(p.roles.arbiter).decideRelease(vehicle, false);
    await p.vehicleRegistry.connect(p.roles.manufacturer).requestRelease(vehicle);
    return { ...prepared, vehicle, submitAgain: () => contest.submit(prepared, message, signature) };
  }

  it("given another request after it was decided, it contests that one too until its deadline", async () => {
    const { p, estate, vehicle, submitAgain } = await askedAgain();
    await at(DEADLINE);
    await expect(submitAgain()).to.emit(p.vehicleRegistry, "ReleaseContested").withArgs(vehicle, estate.owner.address);
  });

  it("given another request after it was decided, it is skipped after its deadline", async () => {
    const { p, estate, submitAgain } = await askedAgain();
    await at(DEADLINE + 1);
    const skip = { index: 0, account: estate.owner.address, error: "InvalidDeadline" };
    await expectSkips(submitAgain(), p.vehicleRegistry, [skip]);
  });
});

describe("Replay: the target's half of a recovery", () => {
  const LOST = walletOf("lost");
  type Move = { readonly account: string; readonly to: string; readonly deadline: number };

  /** A recovery of an account that lost its key, and what its target signs. */
  async function prepareRecovery() {
    const { p, other, estates } = await signable();
    const { fresh } = estates.get(KIND as (typeof SIGNER_KINDS)[number]) as Estate;
    const move: Move = { account: ethers.getAddress(LOST.address), to: fresh.address, deadline: DEADLINE };
    const announce = (signature: string) =>
      p.accountMoves.connect(p.roles.recovery).announceRecovery(move, signature, 1, seeded("evidence"));
    return { p, other, move, announce, sign: fresh.sign };
  }
  type Recovery = Awaited<ReturnType<typeof prepareRecovery>>;

  const ELSEWHERE: readonly (readonly [string, (recovery: Recovery) => [SigningPlace, Partial<Move>?]])[] = [
    ["for another chain", ({ p }) => [{ contracts: p, chainId: 1 }]],
    ["for another contract of the programme", ({ p }) => [{ contracts: p, contract: "consentRegistry" }]],
    ["for another programme of the same code", ({ other }) => [{ contracts: other }]],
    ["over another account", ({ p, move }) => [{ contracts: p }, { account: move.to }]],
    ["over another target", ({ p, move }) => [{ contracts: p }, { to: move.account }]],
    ["over another deadline", ({ p, move }) => [{ contracts: p }, { deadline: move.deadline + 1 }]],
  ];
  for (const [title, elsewhere] of ELSEWHERE) {
    it(`given a signature ${title}, it is refused`, async () => {
      const recovery = await prepareRecovery();
      const { p, move, announce, sign } = recovery;
      const [place, change] = elsewhere(recovery);
      const signature = await sign("AccountMove", { ...move, ...change }, place);
      await at(NOW);
      await expect(announce(signature))
        .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
        .withArgs(move.to);
    });
  }

  it("given a signature that was used, it is refused while the recovery waits", async () => {
    const { p, move, announce, sign } = await prepareRecovery();
    const signature = await sign("AccountMove", move, { contracts: p });
    await at(NOW);
    await expect(announce(signature)).to.emit(p.accountMoves, "RecoveryAnnounced");
    const { number } = await p.accountMoves.recoveryOf(move.account);
    await expect(announce(signature))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_RecoveryPending")
      .withArgs(move.account, number);
  });

  it("given a signature the recovery of which was withdrawn, it is refused after its deadline", async () => {
    const { p, move, announce, sign } = await prepareRecovery();
    const signature = await sign("AccountMove", move, { contracts: p });
    await at(NOW);
    await announce(signature);
    await p.accountMoves.connect(p.roles.recovery).withdrawRecovery(move.account);
    await at(DEADLINE + 1);
    await expect(announce(signature))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidDeadline")
      .withArgs(DEADLINE, DEADLINE + 1);
  });

  it("given a signature the recovery of which was withdrawn, it announces another one until its deadline", async () => {
    const { p, move, announce, sign } = await prepareRecovery();
    const signature = await sign("AccountMove", move, { contracts: p });
    await at(NOW);
    await announce(signature);
    await p.accountMoves.connect(p.roles.recovery).withdrawRecovery(move.account);
    await at(DEADLINE);
    await expect(announce(signature)).to.emit(p.accountMoves, "RecoveryAnnounced");
  });

  it("given a signature that announced a recovery, it moves nothing without the account's own", async () => {
    const { p, move, announce, sign } = await prepareRecovery();
    const signature = await sign("AccountMove", move, { contracts: p });
    await at(NOW);
    await announce(signature);
    const skip = { index: 0, account: move.account, error: "InvalidSignature" };
    await expectSkips(p.accountMoves.moveAccounts([move], [signature], [signature]), p.accountMoves, [skip]);
  });
});
