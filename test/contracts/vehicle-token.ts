import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { MockMineBox, VehicleToken } from "../../types/ethers-contracts/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, ethers, GENESIS, networkHelpers, now, programme } from "./fixture.ts";

const MOVE = {
  AccountMove: [
    { name: "account", type: "address" },
    { name: "to", type: "address" },
    { name: "deadline", type: "uint40" },
  ],
};

/** A vehicle that an owner holds, and its token. */
export interface Given {
  readonly p: Programme;
  readonly token: VehicleToken;
  readonly owner: HardhatEthersSigner;
  /** Somebody who holds nothing. */
  readonly other: HardhatEthersSigner;
  readonly vehicle: string;
  readonly tokenId: bigint;
}

/** A vehicle that is paired, in a programme as it is deployed. */
export async function paired(): Promise<Given> {
  const p = await programme();
  const [owner, other] = p.owners as unknown as [HardhatEthersSigner, HardhatEthersSigner];
  const one = await registerOne(p);
  await pair(p, one, owner, { time: GENESIS - 1_000, at });
  return { p, token: p.vehicleToken, owner, other, vehicle: one.vehicle, tokenId: BigInt(one.vehicle) };
}

/** The same, with its token. */
export async function minted(): Promise<Given> {
  const given = await paired();
  await sync(given);
  return given;
}

/** A vehicle that is paired, and a token over a mine box in which everybody's play can be set. */
export async function pairedWithMock(): Promise<Given & { box: MockMineBox }> {
  const given = await paired();
  const { vehicleRegistry, stoneLedger } = given.p;
  const box = await ethers.deployContract("MockMineBox");
  const linked = [vehicleRegistry, stoneLedger, box].map(addressOf);
  return { ...given, box, token: await ethers.deployContract("VehicleToken", linked) };
}

/** Anybody brings the token in line. */
export function sync({ p, token, vehicle }: Given) {
  return token.connect(p.roles.operator).syncToken(vehicle);
}

/** The owner moves to another account, and the vehicle follows. */
export async function move({ p, owner, vehicle }: Given, to: HardhatEthersSigner): Promise<void> {
  const accountMove = { account: owner.address, to: to.address, deadline: (await now()) + 1_000 };
  const domain = {
    name: "Cairn AccountMoves",
    version: "1",
    chainId: 31_337,
    verifyingContract: addressOf(p.accountMoves),
  };
  const signature = await to.signTypedData(domain, MOVE, accountMove);
  await p.accountMoves.connect(owner).moveAccount(accountMove, `0x00${signature.slice(2)}`);
  await p.vehicleRegistry.followMove(vehicle);
}

/** Acts as one of the programme's contracts. */
async function signerOf(contract: { readonly target: unknown }): Promise<HardhatEthersSigner> {
  const address = addressOf(contract);
  await networkHelpers.setBalance(address, 10n ** 18n);
  return ethers.getImpersonatedSigner(address);
}

/** The account gets stones as the mine box gives them; units. */
export async function givePrize({ mineBox, stoneLedger }: Programme, account: string, units: bigint): Promise<void> {
  await stoneLedger.connect(await signerOf(mineBox)).issuePrize(account, units);
}

/** The account spends stones as the desk takes them; units. */
export async function spend({ redemptionDesk, stoneLedger }: Programme, account: string, units: bigint): Promise<void> {
  const ledger = stoneLedger.connect(await signerOf(redemptionDesk));
  await ledger.reserve(account, units);
  await ledger.spendReserved(account, units);
}

/** An account's course through a season. */
export function playOf(season: number, { boxes, pending }: { boxes: number; pending: number }) {
  return { salt: 0, requestBlock: 0, drop: 0, season, pending, misses: 0, seasonBoxes: boxes, adult: true };
}
