import type { ContractTransactionResponse } from "ethers";
import type { SignedType } from "../../src/protocol/index.ts";
import type { Contracts, Programme } from "../support/contracts.ts";
import { RECORD_HASH } from "../support/contracts-consents.ts";
import { signAsDevice, signIntent } from "../support/contracts-intents.ts";
import type { Owner } from "../support/contracts-signers.ts";
import { ethers, seeded } from "./fixture.ts";
import { DEADLINE, type Estate, SUCCESSOR } from "./signable.ts";
import { walletOf } from "./signers.ts";

/** Where an intent is carried out, and whose it is. */
export interface Given {
  readonly p: Programme;
  readonly estate: Estate;
}

/** An intent that can be carried out, and what becomes of it. */
export interface IntentCase {
  readonly title: string;
  readonly type: SignedType;
  readonly contract: keyof Contracts;
  /** Told when it is carried out. */
  readonly event: string;
  /** Why it is skipped the second time. */
  readonly again: string;
  /** Whose signature is in question. */
  readonly signer: (estate: Estate) => Owner;
  readonly message: (given: Given) => Readonly<Record<string, unknown>>;
  /** Anybody sends it in a batch of one. What others have to sign is signed rightly. */
  readonly submit: (given: Given, message: object, signature: string) => Promise<ContractTransactionResponse>;
}

/** The other end of a move. */
const MOVER = walletOf("other end of a move");
const MOVER_ADDRESS = ethers.getAddress(MOVER.address);

const byOwner = ({ owner }: Estate) => owner;
const byFresh = ({ fresh }: Estate) => fresh;

function byMover(p: Programme, message: object): Promise<string> {
  return signIntent(MOVER, "AccountMove", message, { contracts: p });
}

/** Every intent type of the protocol; of a move, both signatures. */
export const INTENT_CASES: readonly IntentCase[] = [
  {
    ...{ title: "ConsentGrant", type: "ConsentGrant", contract: "consentRegistry" },
    ...{ event: "ConsentGranted", again: "ConsentRegistry_WrongVersion", signer: byOwner },
    message: ({ p, estate }) => ({
      ...{ account: estate.owner.address, recipient: p.operator, purpose: 1, categories: 15, expires: 0, notice: 1 },
      ...{ version: 1, deadline: DEADLINE, recordHash: RECORD_HASH },
    }),
    submit: ({ p }, message, signature) => p.consentRegistry.grantConsents([message as never], [signature]),
  },
  {
    ...{ title: "ConsentWithdrawal", type: "ConsentWithdrawal", contract: "consentRegistry" },
    ...{ event: "ConsentWithdrawn", again: "ConsentRegistry_NothingToWithdraw", signer: byOwner },
    message: ({ p, estate }) => ({ account: estate.owner.address, recipient: p.operator, purpose: 2, version: 2 }),
    submit: ({ p }, message, signature) => p.consentRegistry.withdrawConsents([message as never], [signature]),
  },
  {
    ...{ title: "VehiclePairing", type: "VehiclePairing", contract: "vehicleRegistry" },
    ...{ event: "VehiclePaired", again: "VehicleRegistry_AlreadyPaired", signer: byOwner },
    message: ({ estate }) => ({
      vehicle: estate.vehicles.toPair.vehicle,
      account: estate.owner.address,
      deadline: DEADLINE,
    }),
    submit: ({ p, estate }, message, signature) => {
      const byDevice = signAsDevice(estate.vehicles.toPair.device, message, { contracts: p });
      return p.vehicleRegistry.pairVehicles([message as never], [signature], [byDevice]);
    },
  },
  {
    ...{ title: "VehicleRelease", type: "VehicleRelease", contract: "vehicleRegistry" },
    ...{ event: "VehicleReleased", again: "VehicleRegistry_NotHolder", signer: byOwner },
    message: ({ estate }) => ({
      vehicle: estate.vehicles.toRelease.vehicle,
      account: estate.owner.address,
      deadline: DEADLINE,
    }),
    submit: ({ p }, message, signature) => p.vehicleRegistry.releaseVehicles([message as never], [signature]),
  },
  {
    ...{ title: "ReleaseContest", type: "ReleaseContest", contract: "vehicleRegistry" },
    ...{ event: "ReleaseContested", again: "VehicleRegistry_WrongReleaseState", signer: byOwner },
    message: ({ estate }) => ({
      vehicle: estate.vehicles.toContest.vehicle,
      account: estate.owner.address,
      deadline: DEADLINE,
    }),
    submit: ({ p }, message, signature) => p.vehicleRegistry.contestReleases([message as never], [signature]),
  },
  {
    ...{ title: "OrderIntent", type: "OrderIntent", contract: "redemptionDesk" },
    ...{ event: "OrderPlaced", again: "RedemptionDesk_OrderExists", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, item: 1, vehicle: estate.vehicles.held.vehicle },
      ...{ maxPrice: 2n ** 64n - 1n, nonce: 7n, deadline: DEADLINE },
    }),
    submit: ({ p }, message, signature) => p.redemptionDesk.placeOrders([message as never], [signature]),
  },
  {
    ...{ title: "VoucherOrder", type: "VoucherOrder", contract: "redemptionDesk" },
    ...{ event: "OrderPlaced", again: "RedemptionDesk_OrderExists", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, item: 1, vehicle: estate.vehicles.held.vehicle },
      ...{ nonce: 8n, deadline: DEADLINE },
    }),
    submit: ({ p }, message, signature) => p.redemptionDesk.placeVoucherOrders([message as never], [signature]),
  },
  {
    ...{ title: "OrderAcceptance", type: "OrderAcceptance", contract: "redemptionDesk" },
    ...{ event: "OrderCompleted", again: "RedemptionDesk_WrongState", signer: byOwner },
    message: ({ estate }) => ({ order: estate.orders.toAccept, deadline: DEADLINE }),
    submit: ({ p }, message, signature) => p.redemptionDesk.acceptOrders([message as never], [signature]),
  },
  {
    ...{ title: "OrderObjection", type: "OrderObjection", contract: "redemptionDesk" },
    ...{ event: "OrderObjected", again: "RedemptionDesk_WrongState", signer: byOwner },
    message: ({ estate }) => ({
      order: estate.orders.toObject,
      reasonHash: seeded("it is scratched"),
      deadline: DEADLINE,
    }),
    submit: ({ p }, message, signature) => p.redemptionDesk.objectOrders([message as never], [signature]),
  },
  {
    ...{ title: "AccountMove by the one that moves", type: "AccountMove", contract: "accountMoves" },
    ...{ event: "AccountMoved", again: "AccountMoves_AlreadyMoved", signer: byOwner },
    message: ({ estate }) => ({ account: estate.owner.address, to: MOVER_ADDRESS, deadline: DEADLINE }),
    submit: async ({ p }, message, signature) =>
      p.accountMoves.moveAccounts([message as never], [signature], [await byMover(p, message)]),
  },
  {
    ...{ title: "AccountMove by the one moved to", type: "AccountMove", contract: "accountMoves" },
    ...{ event: "AccountMoved", again: "AccountMoves_AlreadyMoved", signer: byFresh },
    message: ({ estate }) => ({ account: MOVER_ADDRESS, to: estate.fresh.address, deadline: DEADLINE }),
    submit: async ({ p }, message, signature) =>
      p.accountMoves.moveAccounts([message as never], [await byMover(p, message)], [signature]),
  },
  {
    ...{ title: "RecoveryCancellation", type: "RecoveryCancellation", contract: "accountMoves" },
    ...{ event: "RecoveryCancelled", again: "AccountMoves_NoRecovery", signer: byOwner },
    message: ({ estate }) => ({ account: estate.owner.address, recovery: estate.recovery, deadline: DEADLINE }),
    submit: ({ p }, message, signature) => p.accountMoves.cancelRecoveries([message as never], [signature]),
  },
  {
    ...{ title: "StoneMigration", type: "StoneMigration", contract: "stoneLedger" },
    ...{ event: "StonesMigrated", again: "StoneLedger_WrongMigration", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, successor: SUCCESSOR, migrated: 0n, deadline: DEADLINE },
    }),
    submit: ({ p }, message, signature) => p.stoneLedger.migrateStonesOf([message as never], [signature]),
  },
  {
    ...{ title: "BoxRequest", type: "BoxRequest", contract: "mineBox" },
    ...{ event: "BoxesRequested", again: "MineBox_WrongNumber", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, season: 1, boxes: 0n, count: 3, salt: 2n ** 95n, deadline: DEADLINE },
    }),
    submit: ({ p }, message, signature) => p.mineBox.requestBoxesOf([message as never], [signature]),
  },
  {
    ...{ title: "ExclusionAppeal", type: "ExclusionAppeal", contract: "exclusions" },
    ...{ event: "ExclusionAppealed", again: "Exclusions_AlreadyAppealed", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, exclusion: estate.exclusion },
      ...{ statementHash: seeded("the odometer was repaired"), deadline: DEADLINE },
    }),
    submit: ({ p }, message, signature) => p.exclusions.appealExclusions([message as never], [signature]),
  },
  {
    ...{ title: "BenefitClaim", type: "BenefitClaim", contract: "benefitRounds" },
    ...{ event: "BenefitClaimed", again: "BenefitRounds_AlreadyClaimed", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, round: 1, index: estate.part.leaf.index },
      ...{ to: MOVER_ADDRESS, deadline: DEADLINE },
    }),
    submit: ({ p, estate: { part } }, message, signature) =>
      p.benefitRounds.claimBenefits([message as never], [part.leaf], [[...part.proof]], [signature]),
  },
];

/** Whom a batch names when it skips the intent. */
export function accountIn(message: Readonly<Record<string, unknown>>, { owner }: Estate): string {
  return (message.account as string | undefined) ?? owner.address;
}
