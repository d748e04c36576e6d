import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { FunctionFragment, Interface, ParamType } from "ethers";
import { describe, it } from "mocha";
import { addressOf, type Programme } from "../support/contracts.ts";
import { signIntent } from "../support/contracts-intents.ts";
import { ethers, load, now } from "./fixture.ts";
import { BALANCE, orderable, PRICE, place } from "./orderable.ts";
import { grantVouchers, move } from "./vouchers.ts";

const CONTRACTS = ["stoneLedger", "redemptionDesk", "mineBox", "accountMoves"] as const;
type Name = (typeof CONTRACTS)[number];

/** Somebody with stones, an order, a voucher and a vehicle, of whom others would like to have them. */
interface Victim {
  readonly p: Programme;
  readonly owner: HardhatEthersSigner;
  readonly order: string;
  readonly vehicle: string;
}

async function makeVictim(): Promise<Victim> {
  const o = await orderable();
  const order = await place(o);
  await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
  await grantVouchers(o.p, o.owner.address);
  await o.p.mineBox.connect(o.p.roles.attester).attestAdults([o.owner.address], true);
  return { p: o.p, owner: o.owner, order, vehicle: o.vehicle };
}

/** Everything that the victim has, and all stones there are. */
async function estateOf({ p, owner }: Victim): Promise<unknown[]> {
  const [mined, received, out] = await p.stoneLedger.stonesOf(owner.address);
  return [
    ...[mined, received, out, await p.stoneLedger.balanceOf(owner.address), await p.stoneLedger.totalSupply()],
    await p.redemptionDesk.vouchersOf(owner.address, 1),
    (await p.mineBox.playOf(owner.address)).crystals,
    await p.mineBox.claimableOf(owner.address),
    await p.accountMoves.currentOf(owner.address),
  ];
}

function writingFunctions(p: Programme, contract: Name): FunctionFragment[] {
  return p[contract].interface.fragments
    .filter((fragment): fragment is FunctionFragment => fragment.type === "function")
    .filter(({ constant, name }) => !constant && name !== "setAuthority");
}

/** Where a caller would like the victim's to go. */
const TARGETS: readonly string[] = ["to", "successor", "successor_"];

/** Arguments with which a caller would get at the victim's: its account, order and vehicle, and the caller as target. */
function greedyArguments(victim: Victim, caller: HardhatEthersSigner, fragment: FunctionFragment): unknown[] {
  const known: Readonly<Record<string, unknown>> = {
    order: victim.order,
    vehicle: victim.vehicle,
    vehicles: victim.vehicle,
  };
  const fill = (type: ParamType, name = type.name): unknown => {
    if (type.baseType === "array") return [fill(type.arrayChildren as ParamType, name)];
    if (type.baseType === "tuple") return type.components?.map((member) => fill(member));
    if (type.type === "address") return TARGETS.includes(name) ? caller.address : victim.owner.address;
    if (type.type === "bytes32") return known[name] ?? ethers.ZeroHash;
    if (type.type === "bool") return false;
    if (type.type === "bytes") return "0x";
    return name === "deadline" ? deadline : 1;
  };
  const deadline = victim.p.genesis + 91 * 86_400;
  const filled = fragment.inputs.map((input) => fill(input));
  // The ERC-20 functions do not name their arguments.
  if (fragment.name === "transferFrom") return [victim.owner.address, caller.address, 1];
  return fragment.name === "transfer" || fragment.name === "approve" ? [caller.address, 1] : filled;
}

/** Sends a call, whatever becomes of it. @returns Whether it was carried out. */
async function attempt(
  victim: Victim,
  { contract, fragment }: { contract: Name; fragment: FunctionFragment },
  caller: HardhatEthersSigner,
): Promise<boolean> {
  const abi: Interface = victim.p[contract].interface;
  const data = abi.encodeFunctionData(fragment, greedyArguments(victim, caller, fragment));
  try {
    await caller.sendTransaction({ to: addressOf(victim.p[contract]), data, gasLimit: 5_000_000 });
    return true;
  } catch {
    return false;
  }
}

function callersOf({ p }: Victim): HardhatEthersSigner[] {
  return [
    ...Object.values(p.roles),
    p.deployer,
    p.owners[1] as HardhatEthersSigner,
    p.owners[2] as HardhatEthersSigner,
  ];
}

/** What nobody but the owner, its partner contract or a lawful procedure may ever be let into with another's account. */
const CLOSED: Readonly<Record<Name, readonly string[]>> = {
  stoneLedger: [
    "approve",
    "creditAndReserve",
    "flowOn",
    "issuePrize",
    "migrateStones",
    "moveStones",
    "reserve",
    "spendReserved",
    "transfer",
    "transferFrom",
    "unreserve",
  ],
  redemptionDesk: [
    "acceptOrder",
    "completeOrder",
    "creditAndPlaceOrder",
    "followMove",
    "grantVouchers",
    "objectOrder",
    "placeOrder",
    "placeVoucherOrder",
    "refundOrder",
    "setItem",
  ],
  mineBox: ["claimPrize", "followMove", "requestBoxes"],
  accountMoves: ["cancelRecovery", "executeRecovery", "moveAccount", "shortenForward"],
};

for (const contract of CONTRACTS) {
  describe(`Transferability: ${contract}`, () => {
    it("when anybody calls any function that writes with another's account, nothing of it moves", async () => {
      const victim = await load(makeVictim);
      const before = await estateOf(victim);
      for (const fragment of writingFunctions(victim.p, contract)) {
        for (const caller of callersOf(victim)) {
          const done = await attempt(victim, { contract, fragment }, caller);
          const what = `${fragment.name} by ${caller.address}`;
          if (CLOSED[contract].includes(fragment.name)) expect(done, what).to.equal(false);
          expect(await estateOf(victim), what).to.deep.equal(before);
          expect(await victim.p.stoneLedger.balanceOf(caller.address), what).to.equal(0n);
        }
      }
    });
  });
}

describe("Transferability: lawful moves", () => {
  it("given both signatures, everything moves and nothing is left", async () => {
    const victim = await load(makeVictim);
    const heir = victim.p.owners[2] as HardhatEthersSigner;
    await move(victim.p, victim.owner, heir);
    const { stoneLedger } = victim.p;
    expect(await stoneLedger.balanceOf(victim.owner.address)).to.equal(0n);
    expect([...(await stoneLedger.stonesOf(heir.address))]).to.deep.equal([0n, BALANCE, 0n, PRICE, false]);
  });

  it("given only the signature of who would receive, nothing moves", async () => {
    const victim = await load(makeVictim);
    const before = await estateOf(victim);
    const thief = victim.p.owners[2] as HardhatEthersSigner;
    const message = { account: victim.owner.address, to: thief.address, deadline: (await now()) + 3_600 };
    const signature = await signIntent(thief, "AccountMove", message, { contracts: victim.p });
    await expect(victim.p.accountMoves.connect(thief).moveAccounts([message], [signature], [signature]))
      .to.emit(victim.p.accountMoves, "IntentSkipped")
      .withArgs(0, victim.owner.address, victim.p.accountMoves.interface.getError("InvalidSignature")?.selector);
    expect(await estateOf(victim)).to.deep.equal(before);
  });

  it("given a move, what moved cannot be moved back", async () => {
    const victim = await load(makeVictim);
    const heir = victim.p.owners[2] as HardhatEthersSigner;
    await move(victim.p, victim.owner, heir);
    await expect(move(victim.p, heir, victim.owner))
      .to.be.revertedWithCustomError(victim.p.accountMoves, "AccountMoves_AlreadyMoved")
      .withArgs(victim.owner.address);
  });
});
