import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { MockMineBox, VehicleToken } from "../../types/ethers-contracts/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, ethers, GENESIS, programme } from "./fixture.ts";
import { moveAccount } from "./movable.ts";

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
  await moveAccount(p, owner, to);
  await p.vehicleRegistry.followMove(vehicle);
}

/** An account's course through a season. */
export function playOf(season: number, { boxes, pending }: { boxes: number; pending: number }) {
  const course = { season, pending, misses: 0, seasonBoxes: boxes, boxes };
  return { salt: 0, requestBlock: 0, adult: true, crystals: 0, ...course };
}
