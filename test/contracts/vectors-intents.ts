import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { BaseContract } from "ethers";
import { describe, it } from "mocha";
import { type ContractName, type Hex, hashRoundLeaf, type RoundLeaf } from "../../src/protocol/index.ts";
import type {
  AccountMoves,
  BenefitRounds,
  ConsentRegistry,
  Exclusions,
  MineBox,
  RedemptionDesk,
  StoneLedger,
  VehicleRegistry,
} from "../../types/ethers-contracts/index.ts";
import { addressOf, deployContracts, type Programme } from "../support/contracts.ts";
import { expectSkips } from "../support/contracts-intents.ts";
import { readVectors } from "../support/vectors.ts";
import { actAs, at, connection, ethers, GENESIS, load, networkHelpers } from "./fixture.ts";
import { INTENT_CASES } from "./intent-cases.ts";

/** The contracts in whose domains something is signed, by their names in the vectors. */
const SIGNED_FOR = {
  ConsentRegistry: "consentRegistry",
  VehicleRegistry: "vehicleRegistry",
  DropAnchor: "dropAnchor",
  StoneLedger: "stoneLedger",
  RedemptionDesk: "redemptionDesk",
  AccountMoves: "accountMoves",
  MineBox: "mineBox",
  TaskBook: "taskBook",
  Exclusions: "exclusions",
  Polls: "polls",
  BenefitRounds: "benefitRounds",
} as const satisfies Record<string, ContractName>;
type SignedFor = keyof typeof SIGNED_FOR;

interface DigestVector {
  readonly contract: SignedFor;
  readonly primaryType: string;
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: string };
  readonly message: Readonly<Record<string, string | number>>;
  readonly digest: string;
  readonly signature: string;
  readonly targetSignature?: string;
  readonly device?: { x: string; y: string; signature: string };
}

const { owner, vectors } = readVectors<{ owner: string; vectors: DigestVector[] }>("digests");

/** The one second that every deadline of the vectors allows: not past, and at most a day ahead. */
const NOW = 1_700_000_000;

/** Where state stands, so that an order or a version can stand as the vectors need it. Getters confirm each. */
const SLOTS = {
  consents: 2,
  authority: 2,
  orders: 5,
  vouchers: 7,
  accounts: 3,
  successor: 7,
  migrated: 9,
  recoveries: 6,
  seasons: 4,
  plays: 6,
  exclusions: 4,
  rounds: 4,
} as const;

function vectorOf(primaryType: string): DigestVector {
  const vector = vectors.find((one) => one.primaryType === primaryType);
  if (vector === undefined) throw new Error(`no vector of ${primaryType}`);
  return vector;
}

function placeOf(contract: DigestVector["contract"]): string {
  return (vectors.find((one) => one.contract === contract) as DigestVector).domain.verifyingContract;
}

/** The contracts at the addresses of the vectors. */
interface Placed {
  readonly p: Programme;
  readonly consents: ConsentRegistry;
  readonly vehicles: VehicleRegistry;
  readonly ledger: StoneLedger;
  readonly desk: RedemptionDesk;
  readonly moves: AccountMoves;
  readonly box: MineBox;
  readonly exclusions: Exclusions;
  readonly rounds: BenefitRounds;
}

/** Slot of a key in a mapping. */
function slotOf(key: string | number | bigint, mapping: number | string): string {
  return ethers.keccak256(ethers.concat([ethers.toBeHex(key, 32), ethers.toBeHex(mapping, 32)]));
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

/** Writes a word of a contract's storage. */
function store(contract: BaseContract, slot: string | number, word: bigint | string): Promise<void> {
  return networkHelpers.setStorageAt(addressOf(contract), slot, BigInt(word));
}

/** A programme whose code also stands at the addresses of the vectors, where EIP-712 domains are made anew. */
async function placeContracts(): Promise<Placed> {
  const names = Object.keys(SIGNED_FOR) as SignedFor[];
  const linked = Object.fromEntries(names.map((name) => [SIGNED_FOR[name], placeOf(name)]));
  const p = await deployContracts(connection, { genesis: GENESIS, rules: { redemptionDelayDays: 0 }, linked });
  for (const name of names) {
    await networkHelpers.setCode(placeOf(name), await ethers.provider.getCode(addressOf(p[SIGNED_FOR[name]])));
  }
  const [vehicles, desk] = [
    await ethers.getContractAt("VehicleRegistry", placeOf("VehicleRegistry")),
    await ethers.getContractAt("RedemptionDesk", placeOf("RedemptionDesk")),
  ];
  for (const contract of [vehicles, desk]) await store(contract, SLOTS.authority, addressOf(p.accessManager));
  return {
    p,
    vehicles,
    desk,
    consents: await ethers.getContractAt("ConsentRegistry", placeOf("ConsentRegistry")),
    ledger: await ethers.getContractAt("StoneLedger", placeOf("StoneLedger")),
    moves: await ethers.getContractAt("AccountMoves", placeOf("AccountMoves")),
    box: await ethers.getContractAt("MineBox", placeOf("MineBox")),
    exclusions: await ethers.getContractAt("Exclusions", placeOf("Exclusions")),
    rounds: await ethers.getContractAt("BenefitRounds", placeOf("BenefitRounds")),
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

/** Lists as many items as the vectors' order counts. */
async function listItems({ p, desk }: Placed, count: number): Promise<void> {
  const catalogue = await actAs(p.catalogue);
  for (let item = 1; item <= count; item++) {
    await desk.connect(catalogue).setItem(item, {
      sku: ethers.id(`item ${item}`),
      price: 1_000_000n,
      stock: 1,
      opensAt: 0,
      closesAt: NOW + 1_000,
      fulfilmentS: 100,
      minDaysPaired: 0,
      maxRank: 0,
      milestone: 0,
    });
  }
}

/** Gives the owner stones. */
async function giveStones({ ledger }: Placed, units: bigint): Promise<void> {
  await store(ledger, slotOf(owner, SLOTS.accounts), units);
  expect(await ledger.availableOf(owner)).to.equal(units);
}

/** Writes a fulfilled order of the owner's under the id that the answers of the vectors name. */
async function fulfilOrder({ desk }: Placed): Promise<string> {
  const order = vectorOf("OrderAcceptance").message.order as string;
  await store(desk, slotOf(order, SLOTS.orders), packed([160, owner], [40, NOW + 100], [40, 0], [8, 2]));
  expect([...(await desk.orderOf(order))]).to.deep.equal([ethers.getAddress(owner), 2n, BigInt(NOW + 100), 0n]);
  return order;
}

/** Opens the season that the vectors name, and gives the owner the crystals and the boxes that the request counts on. */
async function openSeason({ box }: Placed, { season, boxes }: { season: number; boxes: bigint }): Promise<void> {
  const record = BigInt(slotOf(season, SLOTS.seasons));
  // Terms: drops 0 to 1,000, a crystal a box, ten boxes. Budget: one link.
  await store(box, ethers.toBeHex(record), packed([40, 0], [40, 1_000], [32, 1], [16, 0], [8, 0], [16, 10]));
  await store(box, ethers.toBeHex(record + 1n), packed([64, 0], [32, 0], [32, 1]));
  // Play: an adult with ten crystals.
  await store(box, slotOf(owner, SLOTS.plays), packed([159, 0], [1, 1], [32, 0], [24, boxes], [40, 10]));
  expect((await box.seasonOf(season)).linksLeft).to.equal(1n);
  const play = await box.playOf(owner);
  expect([play.adult, play.boxes, play.crystals]).to.deep.equal([true, boxes, 10n]);
}

/** Writes the round that the claim of the vectors names, of which all is the owner's. @returns Its only leaf. */
async function fundRound(
  { p, rounds }: Placed,
  { round, index }: { round: number; index: number },
): Promise<RoundLeaf> {
  const token = await ethers.deployContract("OddToken");
  await token.mint(rounds, 10n);
  const leaf = { round, index, account: owner as Hex, weight: 1n, salt: ethers.ZeroHash as Hex };
  const record = BigInt(slotOf(round, SLOTS.rounds));
  const words = [
    packed([160, addressOf(token)], [64, 1]),
    packed([40, index + 1], [128, 10]),
    packed([128, 10]),
    packed([160, p.roles.treasurer.address], [40, NOW], [40, NOW]),
    BigInt(hashRoundLeaf(leaf)),
  ];
  for (const [i, word] of words.entries()) await store(rounds, ethers.toBeHex(record + BigInt(i)), word);
  expect((await rounds.roundOf(round)).left).to.equal(10n);
  return leaf;
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

/** Types of the vectors that are carried out below. */
const carriedOut = new Set<string>();

/** A test that a contract takes a vector for what was signed. */
function accepts(primaryType: string, title: string, test: (vector: DigestVector) => Promise<void>): void {
  carriedOut.add(primaryType);
  it(title, () => test(vectorOf(primaryType)));
}

describe("Vectors: signed intents", () => {
  accepts("ConsentGrant", "given the grant, its signature is accepted", async ({ message, signature }) => {
    const { p, consents } = await placed();
    await at(NOW);
    const transaction = consents.connect(p.roles.operator).grantConsents([message as never], [signature]);
    await expectSkips(transaction, consents, []);
    const recipient = message.recipient as string;
    expect((await consents.consentOf(owner, recipient, 1)).categories).to.equal(BigInt(message.categories as string));
  });

  accepts("ConsentWithdrawal", "given the withdrawal, its signature is accepted", async ({ message, signature }) => {
    const { consents } = await placed();
    const { recipient, purpose, version } = message as { recipient: string; purpose: number; version: number };
    const key = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(["address", "address", "uint16"], [owner, recipient, purpose]),
    );
    const head = packed([64, 1], [40, 1], [40, 0], [40, 0], [32, 1], [40, version - 1]);
    await store(consents, slotOf(key, SLOTS.consents), head);
    await expectSkips(consents.withdrawConsents([message as never], [signature]), consents, []);
    expect((await consents.consentOf(owner, recipient, purpose)).version).to.equal(BigInt(version));
  });

  accepts(
    "VehiclePairing",
    "given the pairing, the owner's and the device's signatures are accepted",
    async ({ message }) => {
      const g = await placed();
      await expectSkips(pairVehicle(g), g.vehicles, []);
      expect((await g.vehicles.pairingOf(message.vehicle as string)).account).to.equal(ethers.getAddress(owner));
    },
  );

  accepts("VehicleRelease", "given the release, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    await pairVehicle(g);
    await at(NOW);
    await expectSkips(g.vehicles.releaseVehicles([message as never], [signature]), g.vehicles, []);
    expect((await g.vehicles.pairingOf(message.vehicle as string)).until).to.equal(NOW);
  });

  accepts(
    "OrderIntent",
    "given the order, its signature is accepted and its digest is the order's id",
    async ({ message, signature, digest }) => {
      const g = await placed();
      await pairVehicle(g);
      await listItems(g, Number(message.item));
      await giveStones(g, 1_000_000n);
      await at(NOW);
      await expectSkips(g.desk.placeOrders([message as never], [signature]), g.desk, []);
      expect((await g.desk.orderOf(digest)).account).to.equal(ethers.getAddress(owner));
    },
  );

  accepts("OrderAcceptance", "given the acceptance, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    const order = await fulfilOrder(g);
    await at(NOW);
    await expectSkips(g.desk.acceptOrders([message as never], [signature]), g.desk, []);
    expect((await g.desk.orderOf(order)).status).to.equal(4n);
  });

  accepts("OrderObjection", "given the objection, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    const order = await fulfilOrder(g);
    await at(NOW);
    await expectSkips(g.desk.objectOrders([message as never], [signature]), g.desk, []);
    expect((await g.desk.orderOf(order)).status).to.equal(3n);
  });

  accepts("ReleaseContest", "given the contest, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    await pairVehicle(g);
    await allow(g.p, addressOf(g.vehicles), g.vehicles.requestRelease.fragment.selector, g.p.deployer);
    await g.vehicles.requestRelease(message.vehicle as string);
    await at(NOW);
    await expectSkips(g.vehicles.contestReleases([message as never], [signature]), g.vehicles, []);
    expect((await g.vehicles.pairingOf(message.vehicle as string)).release).to.equal(2n);
  });

  accepts("StoneMigration", "given the migration, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    const { successor, migrated } = message as { successor: string; migrated: string };
    await store(g.ledger, SLOTS.successor, packed([64, 0], [160, successor]));
    await store(g.ledger, slotOf(owner, slotOf(successor, SLOTS.migrated)), BigInt(migrated));
    expect(await g.ledger.successor()).to.equal(ethers.getAddress(successor));
    await giveStones(g, 7n);
    await at(NOW);
    await expectSkips(g.ledger.migrateStonesOf([message as never], [signature]), g.ledger, []);
    expect(await g.ledger.migratedTo(successor, owner)).to.equal(BigInt(migrated) + 7n);
  });

  accepts(
    "VoucherOrder",
    "given the order by voucher, its signature is accepted and its digest is the order's id",
    async ({ message, signature, digest }) => {
      const g = await placed();
      await pairVehicle(g);
      await listItems(g, Number(message.item));
      await store(g.desk, slotOf(Number(message.item), slotOf(owner, SLOTS.vouchers)), 1n);
      expect(await g.desk.vouchersOf(owner, message.item as number)).to.equal(1n);
      await at(NOW);
      await expectSkips(g.desk.placeVoucherOrders([message as never], [signature]), g.desk, []);
      expect((await g.desk.orderOf(digest)).account).to.equal(ethers.getAddress(owner));
    },
  );

  accepts("BenefitClaim", "given the claim of a benefit, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    const claim = message as unknown as { round: number; index: number; to: string };
    const leaf = await fundRound(g, claim);
    await at(NOW);
    const transaction = g.rounds.claimBenefits([message as never], [leaf], [[]], [signature]);
    await expectSkips(transaction, g.rounds, []);
    await expect(transaction)
      .to.emit(g.rounds, "BenefitClaimed")
      .withArgs(claim.round, ethers.getAddress(owner), ethers.getAddress(owner), ethers.getAddress(claim.to), 10);
  });

  accepts(
    "AccountMove",
    "given the move, both signatures are accepted",
    async ({ message, signature, targetSignature }) => {
      const g = await placed();
      await at(NOW);
      const moving = g.moves.moveAccounts([message as never], [signature], [targetSignature as string]);
      await expectSkips(moving, g.moves, []);
      expect(await g.moves.currentOf(owner)).to.equal(ethers.getAddress(message.to as string));
    },
  );

  accepts(
    "RecoveryCancellation",
    "given the cancellation, its signature is accepted",
    async ({ message, signature }) => {
      const g = await placed();
      const pending = packed([160, owner], [40, NOW], [8, 1]);
      const slot = BigInt(slotOf(owner, SLOTS.recoveries));
      await store(g.moves, ethers.toBeHex(slot), pending);
      await store(g.moves, ethers.toBeHex(slot + 1n), BigInt(message.recovery as string));
      expect((await g.moves.recoveryOf(owner)).number).to.equal(BigInt(message.recovery as string));
      await at(NOW);
      await expectSkips(g.moves.cancelRecoveries([message as never], [signature]), g.moves, []);
      expect((await g.moves.recoveryOf(owner)).number).to.equal(0n);
    },
  );

  accepts("BoxRequest", "given the request for boxes, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    await openSeason(g, { season: Number(message.season), boxes: BigInt(message.boxes as string) });
    await at(NOW);
    await expectSkips(g.box.requestBoxesOf([message as never], [signature]), g.box, []);
    expect((await g.box.playOf(owner)).salt).to.equal(BigInt(message.salt as string));
  });

  accepts("ExclusionAppeal", "given the appeal, its signature is accepted", async ({ message, signature }) => {
    const g = await placed();
    const list = slotOf(owner, SLOTS.exclusions);
    await store(g.exclusions, list, 1n);
    // For reason 1, standing, on days 1 to 8.
    const record = packed([32, message.exclusion as number], [8, 1], [8, 1], [32, 1], [32, 9]);
    await store(g.exclusions, ethers.keccak256(list), record);
    const stands = [BigInt(message.exclusion as number), 1n, 1n, 1n, 9n, 0n];
    expect((await g.exclusions.exclusionsOf(owner)).map((one) => [...one])).to.deep.equal([stands]);
    await at(NOW);
    await expectSkips(g.exclusions.appealExclusions([message as never], [signature]), g.exclusions, []);
    expect((await g.exclusions.exclusionsOf(owner))[0]?.state).to.equal(2n);
  });

  it("when these are listed, no intent of the protocol is missing", () => {
    expect([...carriedOut].sort()).to.deep.equal([...new Set(INTENT_CASES.map(({ type }) => type))].sort());
  });
});
