import { expect } from "chai";
import { type BaseContract, type ContractTransactionResponse, FunctionFragment } from "ethers";
import { describe, it } from "mocha";
import { CONTRACTS } from "../../src/protocol/index.ts";
import type { ReenteringWallet } from "../../types/ethers-contracts/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { openingsOf } from "../support/contracts-days.ts";
import { expectSkips, type Skip, signIntent } from "../support/contracts-intents.ts";
import { settle } from "./creditable.ts";
import { at, ethers, moveTo, networkHelpers, seeded } from "./fixture.ts";
import { deployWallet, HOSTILE_WALLETS, MOST_COST, QUARTER_MEGABYTE, YES } from "./hostile-wallets.ts";
import { accountIn, INTENT_CASES, type IntentCase, type Signed } from "./intent-cases.ts";
import { BALANCE, ELIGIBLE_AT, intentOf, orderable, PRICE } from "./orderable.ts";
import { DEADLINE, type Estate, NOW, signable } from "./signable.ts";
import { SIGNER_KINDS, type SignerKind } from "./signers.ts";

const [BY_KEY, , BY_WALLET, , BY_P256] = SIGNER_KINDS as [SignerKind, SignerKind, SignerKind, SignerKind, SignerKind];
/** Those that cost what a wallet can cost. */
const COSTLY_WALLETS = HOSTILE_WALLETS.filter(([, [, length]]) => length >= QUARTER_MEGABYTE);
/** Enough for the direct call whose signature a hostile wallet is asked about. */
const DIRECT_GAS = 450_000;

interface Prepared {
  readonly p: Programme;
  readonly byKey: Signed;
  /** By a wallet contract that is not hostile yet. */
  readonly byWallet: Signed;
  readonly byP256: Signed;
  /** The address of that wallet. */
  readonly wallet: string;
}

async function prepare(intent: IntentCase): Promise<Prepared> {
  const { p, estates } = await signable();
  const sign = async (kind: SignerKind): Promise<Signed> => {
    const estate = estates.get(kind) as Estate;
    const message = intent.message({ p, estate });
    return { estate, message, signature: await intent.signer(estate).sign(intent.type, message, { contracts: p }) };
  };
  const byWallet = await sign(BY_WALLET);
  const { address } = intent.signer(byWallet.estate);
  return { p, byKey: await sign(BY_KEY), byWallet, byP256: await sign(BY_P256), wallet: address };
}

/** The code at an address becomes that of another contract. @returns What makes it what it was. */
async function become(address: string, contract: BaseContract): Promise<() => Promise<void>> {
  const [before, after] = await Promise.all([address, addressOf(contract)].map((of) => ethers.provider.getCode(of)));
  await networkHelpers.setCode(address, after as string);
  return () => networkHelpers.setCode(address, before as string);
}

type Sending = Promise<ContractTransactionResponse>;

async function gasOf(transaction: Sending): Promise<bigint> {
  return (await (await transaction).wait())?.gasUsed as bigint;
}

/** Names of a contract's own events, in order, but for the transfers of stones, which go with another of the ledger's. */
async function eventsOf(transaction: Sending, contract: BaseContract): Promise<(string | undefined)[]> {
  const logs = (await (await transaction).wait())?.logs ?? [];
  const own = logs.filter(({ address }) => address === addressOf(contract));
  return own.map((log) => contract.interface.parseLog(log)?.name).filter((name) => name !== "Transfer");
}

function skipAt(index: number, { byWallet }: Prepared): Skip {
  return { index, account: accountIn(byWallet.message, byWallet.estate), error: "InvalidSignature" };
}

/** Lets a wallet make a call whenever it is asked about a signature. */
async function plan(wallet: string, target: BaseContract, data: string): Promise<ReenteringWallet> {
  await become(wallet, await ethers.deployContract("ReenteringWallet"));
  const reentering = await ethers.getContractAt("ReenteringWallet", wallet);
  await reentering.plan(addressOf(target), data);
  return reentering;
}

/** Asks such a wallet by a transaction, in which its call succeeds. */
function ask(wallet: ReenteringWallet): Sending {
  return wallet.getFunction("isValidSignature").send(ethers.ZeroHash, "0x");
}

for (const intent of INTENT_CASES) {
  describe(`Signatures: hostile wallets and ${intent.title}`, () => {
    for (const [title, answer] of HOSTILE_WALLETS) {
      it(`given one that ${title}, it is skipped and can still be carried out when the wallet agrees`, async () => {
        const prepared = await prepare(intent);
        const { p, byWallet, wallet } = prepared;
        const restore = await become(wallet, await deployWallet(answer));
        await at(NOW);
        const transaction = intent.submitAll(p, [byWallet]);
        await expectSkips(transaction, p[intent.contract], [skipAt(0, prepared)]);
        expect(await eventsOf(transaction, p[intent.contract])).to.deep.equal(["IntentSkipped"]);
        await restore();
        const again = intent.submitAll(p, [byWallet]);
        expect(await eventsOf(again, p[intent.contract])).to.deep.equal([intent.event]);
      });
    }

    for (const [title, answer] of COSTLY_WALLETS) {
      it(`given a batch and in it one that ${title}, it alone is skipped, at a bounded cost`, async () => {
        const before = await prepare(intent);
        await at(NOW);
        const without = await gasOf(intent.submitAll(before.p, [before.byKey, before.byP256]));
        const prepared = await prepare(intent);
        const { p, byKey, byWallet, byP256, wallet } = prepared;
        await become(wallet, await deployWallet(answer));
        await at(NOW);
        const transaction = intent.submitAll(p, [byKey, byWallet, byP256]);
        await expectSkips(transaction, p[intent.contract], [skipAt(1, prepared)]);
        const events = [intent.event, "IntentSkipped", intent.event];
        expect(await eventsOf(transaction, p[intent.contract])).to.deep.equal(events);
        expect((await gasOf(transaction)) - without < MOST_COST).to.equal(true);
      });
    }

    it("given one that submits somebody else's when it is asked, nothing happens but what was signed", async () => {
      const { p, byKey, byWallet, byP256, wallet } = await prepare(intent);
      const reentering = await plan(wallet, p[intent.contract], await intent.encode(p, [byKey]));
      await at(NOW);
      const transaction = intent.submitAll(p, [byWallet, byP256]);
      expect(await eventsOf(transaction, p[intent.contract])).to.deep.equal([intent.event, intent.event]);
      expect(await eventsOf(ask(reentering), p[intent.contract])).to.deep.equal([intent.event]);
    });
  });
}

/** Two accounts have earned stones that are not credited, and order with them; the first is to be a wallet. */
async function prepareCredits() {
  const o = await orderable();
  const { p, owner, poor } = o;
  const { tree } = await settle(p, 1, { stones: { [owner.address]: BALANCE + PRICE, [poor.address]: PRICE } });
  await moveTo(ELIGIBLE_AT);
  const { leaves, proof, flags } = openingsOf(tree, [0, 1]);
  const deadline = ELIGIBLE_AT + 3_600;
  const byWallet = intentOf(o, { account: poor.address, vehicle: o.poorVehicle, deadline });
  const byKey = intentOf(o, { deadline });
  const signatures = ["0x01", await signIntent(owner, "OrderIntent", byKey, { contracts: p })];
  const desk = p.redemptionDesk.connect(p.roles.relayer);
  const submit = () => desk.creditAndPlaceOrders(1, leaves, proof, flags, [byWallet, byKey], signatures);
  return { p, owner, wallet: poor, submit };
}

describe("Signatures: hostile wallets and what is credited with orders", () => {
  for (const [title, answer] of HOSTILE_WALLETS) {
    it(`given one that ${title}, its order alone is skipped and everybody's credits stand, its own too`, async () => {
      const { p, owner, wallet, submit } = await prepareCredits();
      await become(wallet.address, await deployWallet(answer));
      const transaction = submit();
      const skip = { index: 0, account: wallet.address, error: "InvalidSignature" };
      await expectSkips(transaction, p.redemptionDesk, [skip]);
      expect(await eventsOf(transaction, p.redemptionDesk)).to.deep.equal(["IntentSkipped", "OrderPlaced"]);
      await expect(transaction)
        .to.emit(p.stoneLedger, "DayCredited")
        .withArgs(1, 2, 2n * PRICE);
      const available = [wallet, owner].map(({ address }) => p.stoneLedger.availableOf(address));
      expect(await Promise.all(available)).to.deep.equal([PRICE, BALANCE]);
    });
  }

  it("given one that was hostile and agrees, its order is paid with what was credited before", async () => {
    const { p, wallet, submit } = await prepareCredits();
    await become(wallet.address, await deployWallet([YES, 0, false]));
    await submit();
    await become(wallet.address, await deployWallet([YES, 32, false]));
    const transaction = submit();
    expect(await eventsOf(transaction, p.redemptionDesk)).to.deep.equal(["OrderPlaced", "IntentSkipped"]);
    await expect(transaction).to.emit(p.stoneLedger, "DayCredited").withArgs(1, 2, 0);
    expect((await p.stoneLedger.stonesOf(wallet.address)).reserved).to.equal(PRICE);
  });
});

const MOVE = INTENT_CASES.find(({ type }) => type === "AccountMove") as IntentCase;

/** A move, and the signature of its target. */
interface Target {
  readonly p: Programme;
  readonly move: { readonly account: string; readonly to: string; readonly deadline: number };
  readonly signature: string;
}

/** An account of the programme and, as the target that signs, a wallet that is not hostile yet. */
async function prepareTarget(): Promise<Target> {
  const { p, estates } = await signable();
  const { fresh } = estates.get(BY_WALLET) as Estate;
  const move = { account: p.owners[0]?.address as string, to: fresh.address, deadline: DEADLINE };
  return { p, move, signature: await fresh.sign("AccountMove", move, { contracts: p }) };
}

/** The direct calls that ask the target alone, and what they tell. */
const DIRECT_CALLS: readonly (readonly [string, string, (target: Target) => Sending])[] = [
  [
    "moveAccount",
    "AccountMoved",
    async ({ p, move, signature }) =>
      p.accountMoves.connect(p.owners[0] as (typeof p.owners)[number]).moveAccount(move, signature, {
        gasLimit: DIRECT_GAS,
      }),
  ],
  [
    "announceRecovery",
    "RecoveryAnnounced",
    async ({ p, move, signature }) =>
      p.accountMoves.connect(p.roles.recovery).announceRecovery(move, signature, 1, seeded("evidence"), {
        gasLimit: DIRECT_GAS,
      }),
  ],
];

for (const [name, event, call] of DIRECT_CALLS) {
  describe(`Signatures: hostile targets of ${name}`, () => {
    for (const [title, answer] of HOSTILE_WALLETS) {
      it(`given one that ${title}, it is refused and can still be done when the wallet agrees`, async () => {
        const target = await prepareTarget();
        const { p, move } = target;
        const restore = await become(move.to, await deployWallet(answer));
        await at(NOW);
        await expect(call(target)).to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature").withArgs(move.to);
        await restore();
        await expect(call(target)).to.emit(p.accountMoves, event);
      });
    }

    it("given one that submits somebody else's move when it is asked, nothing happens but what was signed", async () => {
      const { p, byKey } = await prepare(MOVE);
      const target = await prepareTarget();
      const reentering = await plan(target.move.to, p.accountMoves, await MOVE.encode(p, [byKey]));
      await at(NOW);
      expect(await eventsOf(call(target), p.accountMoves)).to.deep.equal([event]);
      await expect(ask(reentering))
        .to.emit(p.accountMoves, "AccountMoved")
        .withArgs(byKey.message.account, byKey.message.to);
    });
  });
}

/** A direct call whose signature asks no wallet: the registry itself verifies that it is the car's. */
const BY_DEVICE = "vehicleRegistry.pairVehicle";

/** The functions that write and have a parameter of a type and with such a name, as `contract.function`. */
function functionsTaking(p: Programme, type: "bytes" | "bytes[]", named: RegExp): string[] {
  return CONTRACTS.flatMap((contract) => {
    const all = (p[contract] as BaseContract).interface.fragments.filter(FunctionFragment.isFragment);
    const taking = all.filter(
      ({ constant, inputs }) => !constant && inputs.some((input) => input.type === type && named.test(input.name)),
    );
    return taking.map(({ name }) => `${contract}.${name}`);
  }).sort();
}

describe("Signatures: functions that hostile wallets are tried against", () => {
  it("when the functions that take batches of signatures are listed, none is missing", async () => {
    const { p } = await signable();
    const tried = INTENT_CASES.map(({ contract, batch }) => `${contract}.${batch}`);
    expect(functionsTaking(p, "bytes[]", /signatures$/i)).to.deep.equal([...new Set(tried)].sort());
  });

  it("when the functions that take one signature are listed, none is missing", async () => {
    const { p } = await signable();
    const tried = DIRECT_CALLS.map(([name]) => `accountMoves.${name}`);
    expect(functionsTaking(p, "bytes", /signature$/i)).to.deep.equal([...tried, BY_DEVICE].sort());
  });
});
