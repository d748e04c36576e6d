import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { ConsentRegistry, RedemptionDesk, VehicleRegistry } from "../../types/ethers-contracts/index.ts";
import { addressOf, deployContracts, type Programme } from "../support/contracts.ts";
import { expectSkips } from "../support/contracts-intents.ts";
import { readVectors } from "../support/vectors.ts";
import { at, connection, ethers, GENESIS, load, networkHelpers } from "./fixture.ts";

interface DigestVector {
  readonly contract: "ConsentRegistry" | "VehicleRegistry" | "DropAnchor" | "RedemptionDesk";
  readonly primaryType: string;
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: string };
  readonly message: Readonly<Record<string, string | number>>;
  readonly digest: string;
  readonly signature: string;
  readonly device?: { x: string; y: string; signature: string };
}

const { owner, vectors } = readVectors<{ owner: string; vectors: DigestVector[] }>("digests");

/** The one second that every deadline of the vectors allows: not past, and at most a day ahead. */
const NOW = 1_700_000_000;

/** Where state stands, so that an order or a version can stand as the vectors need it. Getters confirm each. */
const SLOTS = { consents: 2, vehicleAuthority: 2, deskAuthority: 2, orders: 5, accounts: 1 } as const;

function vectorOf(primaryType: string): DigestVector {
  const vector = vectors.find((one) => one.primaryType === primaryType);
  if (vector === undefined) throw new Error(`no vector of ${primaryType}`);
  return vector;
}

function placeOf(contract: DigestVector["contract"]): string {
  return (vectors.find((one) => one.contract === contract) as DigestVector).domain.verifyingContract;
}

interface Placed {
  readonly p: Programme;
  readonly consents: ConsentRegistry;
  readonly vehicles: VehicleRegistry;
  readonly desk: RedemptionDesk;
}

/** Slot of a key in a mapping. */
function slotOf(key: string, mapping: number): string {
  return ethers.keccak256(ethers.concat([ethers.zeroPadValue(key, 32), ethers.toBeHex(mapping, 32)]));
}

/** Packs fields into a word, the first in the lowest bits. */
function packed(...fields: readonly (readonly [bits: number, value: bigint | number | string])[]): bigint {
  let [word, shift] = [0n, 0n];
  for (const [bits, value] of fields) {
    word |= BigInt(value) << shift;
    shift += BigInt(bits);
  }
  return word;
}

/** A programme whose code also stands at the addresses of the vectors, where EIP-712 domains are made anew. */
async function placeContracts(): Promise<Placed> {
  const linked = { vehicleRegistry: placeOf("VehicleRegistry"), redemptionDesk: placeOf("RedemptionDesk") };
  const p = await deployContracts(connection, { genesis: GENESIS, rules: { redemptionDelayDays: 0 }, linked });
  for (const [contract, name] of [
    [p.consentRegistry, "ConsentRegistry"],
    [p.vehicleRegistry, "VehicleRegistry"],
    [p.dropAnchor, "DropAnchor"],
    [p.redemptionDesk, "RedemptionDesk"],
  ] as const) {
    await networkHelpers.setCode(placeOf(name), await ethers.provider.getCode(addressOf(contract)));
  }
  const authority = BigInt(addressOf(p.accessManager));
  await networkHelpers.setStorageAt(linked.vehicleRegistry, SLOTS.vehicleAuthority, authority);
  await networkHelpers.setStorageAt(linked.redemptionDesk, SLOTS.deskAuthority, authority);
  return {
    p,
    consents: await ethers.getContractAt("ConsentRegistry", placeOf("ConsentRegistry")),
    vehicles: await ethers.getContractAt("VehicleRegistry", linked.vehicleRegistry),
    desk: await ethers.getContractAt("RedemptionDesk", linked.redemptionDesk),
  };
}

function placed(): Promise<Placed> {
  return load(placeContracts);
}

/** Lets one signer call one restricted function at an address of the vectors. */
async function allow(p: Programme, target: string, selector: string, signer: HardhatEthersSigner): Promise<void> {
  const role = 99n;
  await p.accessManager.connect(p.roles.admin).setTargetFunctionRole(target, [selector], role);
  await p.accessManager.connect(p.roles.admin).grantRole(role, signer.address, 0);
}

/** Registers the vectors' vehicle with the vectors' device key. */
async function registerVehicle({ p, vehicles }: Placed): Promise<DigestVector> {
  const pairing = vectorOf("VehiclePairing");
  const { x, y } = pairing.device as { x: string; y: string };
  await allow(p, placeOf("VehicleRegistry"), vehicles.registerVehicles.fragment.selector, p.deployer);
  await vehicles.registerVehicles([{ vehicle: pairing.message.vehicle as string, keyX: x, keyY: y }]);
  return pairing;
}

async function pairVehicle(g: Placed) {
  const { message, signature, device } = await registerVehicle(g);
  await at(NOW - 10);
  return g.vehicles.pairVehicles([message as never], [signature], [device?.signature as string]);
}

/** Writes a fulfilled order of the owner's under the id that the answers of the vectors name. */
async function fulfilOrder({ desk }: Placed): Promise<string> {
  const order = vectorOf("OrderAcceptance").message.order as string;
  const word = packed([160, owner], [40, NOW + 100], [40, 0], [8, 2]);
  await networkHelpers.setStorageAt(addressOf(desk), slotOf(order, SLOTS.orders), word);
  expect([...(await desk.orderOf(order))]).to.deep.equal([ethers.getAddress(owner), 2n, BigInt(NOW + 100), 0n]);
  return order;
}

describe("Vectors: domains", () => {
  for (const { contract, primaryType, domain } of vectors) {
    it(`given ${primaryType}, ${contract} at that address has its domain`, async () => {
      await placed();
      const abi = ["function eip712Domain() view returns (bytes1,string,string,uint256,address,bytes32,uint256[])"];
      const [, name, version, chainId, at712] = await new ethers.Contract(
        domain.verifyingContract,
        abi,
        ethers.provider,
      ).getFunction("eip712Domain")();
      const found = { name, version, chainId: Number(chainId), verifyingContract: at712.toLowerCase() };
      expect(found).to.deep.equal(domain);
    });
  }
});

describe("Vectors: signed intents", () => {
  it("given the grant, its signature is accepted", async () => {
    const { p, consents } = await placed();
    const { message, signature } = vectorOf("ConsentGrant");
    await at(NOW);
    const transaction = consents.connect(p.roles.operator).grantConsents([message as never], [signature]);
    await expectSkips(transaction, consents, []);
    const recipient = message.recipient as string;
    expect((await consents.consentOf(owner, recipient, 1)).categories).to.equal(BigInt(message.categories as string));
  });

  it("given the withdrawal, its signature is accepted", async () => {
    const { consents } = await placed();
    const { message, signature } = vectorOf("ConsentWithdrawal");
    const { recipient, purpose, version } = message as { recipient: string; purpose: number; version: number };
    const key = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(["address", "address", "uint16"], [owner, recipient, purpose]),
    );
    const head = packed([64, 1], [40, 1], [40, 0], [40, 0], [32, 1], [40, version - 1]);
    await networkHelpers.setStorageAt(addressOf(consents), slotOf(key, SLOTS.consents), head);
    await expectSkips(consents.withdrawConsents([message as never], [signature]), consents, []);
    expect((await consents.consentOf(owner, recipient, purpose)).version).to.equal(BigInt(version));
  });

  it("given the pairing, the owner's and the device's signatures are accepted", async () => {
    const g = await placed();
    await expectSkips(pairVehicle(g), g.vehicles, []);
    const { vehicle } = vectorOf("VehiclePairing").message;
    expect((await g.vehicles.pairingOf(vehicle as string)).account).to.equal(ethers.getAddress(owner));
  });

  it("given the release, its signature is accepted", async () => {
    const g = await placed();
    await pairVehicle(g);
    const { message, signature } = vectorOf("VehicleRelease");
    await at(NOW);
    await expectSkips(g.vehicles.releaseVehicles([message as never], [signature]), g.vehicles, []);
    expect((await g.vehicles.pairingOf(message.vehicle as string)).until).to.equal(NOW);
  });

  it("given the order, its signature is accepted and its digest is the order's id", async () => {
    const g = await placed();
    await pairVehicle(g);
    const { message, signature, digest } = vectorOf("OrderIntent");
    await allow(g.p, addressOf(g.desk), g.desk.listItem.fragment.selector, g.p.deployer);
    for (let item = 1; item <= Number(message.item); item++) {
      await g.desk.listItem({
        sku: ethers.id(`item ${item}`),
        price: 1_000_000n,
        stock: 1,
        opensAt: 0,
        closesAt: NOW + 1_000,
        fulfilmentS: 100,
        minDaysPaired: 0,
        maxRank: 0,
      });
    }
    await networkHelpers.setStorageAt(addressOf(g.p.stoneLedger), slotOf(owner, SLOTS.accounts), 1_000_000n);
    expect(await g.p.stoneLedger.availableOf(owner)).to.equal(1_000_000n);
    await at(NOW);
    await expectSkips(g.desk.placeOrders([message as never], [signature]), g.desk, []);
    expect((await g.desk.orderOf(digest)).account).to.equal(ethers.getAddress(owner));
  });

  it("given the acceptance, its signature is accepted", async () => {
    const g = await placed();
    const order = await fulfilOrder(g);
    const { message, signature } = vectorOf("OrderAcceptance");
    await at(NOW);
    await expectSkips(g.desk.acceptOrders([message as never], [signature]), g.desk, []);
    expect((await g.desk.orderOf(order)).status).to.equal(4n);
  });

  it("given the objection, its signature is accepted", async () => {
    const g = await placed();
    const order = await fulfilOrder(g);
    const { message, signature } = vectorOf("OrderObjection");
    await at(NOW);
    await expectSkips(g.desk.objectOrders([message as never], [signature]), g.desk, []);
    expect((await g.desk.orderOf(order)).status).to.equal(3n);
  });
});
