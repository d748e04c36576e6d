import type { BaseContract, ContractTransactionResponse, Wallet } from "ethers";
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

/** An intent as it is submitted. What others have to sign is signed rightly. */
export interface Signed {
  readonly estate: Estate;
  readonly message: Readonly<Record<string, unknown>>;
  readonly signature: string;
}

/** What an intent is, and how its contract takes it. */
interface Definition {
  readonly title: string;
  readonly type: SignedType;
  readonly contract: keyof Contracts;
  /** The function that takes a batch of them. */
  readonly batch: string;
  /** Told when it is carried out. */
  readonly event: string;
  /** Why it is skipped the second time. */
  readonly again: string;
  /** Whose signature is in question. */
  readonly signer: (estate: Estate) => Owner;
  readonly message: (given: Given) => Readonly<Record<string, unknown>>;
  /** What the function is called with, unless it is the messages and the signatures. */
  readonly argumentsOf?: (p: Programme, signed: readonly Signed[]) => Promise<readonly unknown[]>;
}

/** An intent that can be carried out, and what becomes of it. */
export interface IntentCase extends Definition {
  /** The call that carries out a batch. */
  readonly encode: (p: Programme, signed: readonly Signed[]) => Promise<string>;
  /** Anybody sends a batch. */
  readonly submitAll: (p: Programme, signed: readonly Signed[]) => Promise<ContractTransactionResponse>;
  /** Anybody sends it in a batch of one. */
  readonly submit: (
    given: Given,
    message: Signed["message"],
    signature: string,
  ) => Promise<ContractTransactionResponse>;
}

/** The other end of an account's move. */
function moverOf({ owner }: Estate): Wallet {
  return walletOf(`other end of a move with ${owner.address}`);
}

function moverAddress(estate: Estate): string {
  return ethers.getAddress(moverOf(estate).address);
}

const byOwner = ({ owner }: Estate) => owner;
const byFresh = ({ fresh }: Estate) => fresh;

function byMovers(p: Programme, signed: readonly Signed[]): Promise<string[]> {
  const signatures = signed.map(({ estate, message }) =>
    signIntent(moverOf(estate), "AccountMove", message, { contracts: p }),
  );
  return Promise.all(signatures);
}

function messagesOf(signed: readonly Signed[]) {
  return signed.map(({ message }) => message);
}

function signaturesOf(signed: readonly Signed[]): string[] {
  return signed.map(({ signature }) => signature);
}

const DEFINITIONS: readonly Definition[] = [
  {
    ...{ title: "ConsentGrant", type: "ConsentGrant", contract: "consentRegistry" },
    batch: "grantConsents",
    ...{ event: "ConsentGranted", again: "ConsentRegistry_WrongVersion", signer: byOwner },
    message: ({ p, estate }) => ({
      ...{ account: estate.owner.address, recipient: p.operator, purpose: 1, categories: 15, expires: 0, notice: 1 },
      ...{ version: 1, deadline: DEADLINE, recordHash: RECORD_HASH },
    }),
  },
  {
    ...{ title: "ConsentWithdrawal", type: "ConsentWithdrawal", contract: "consentRegistry" },
    batch: "withdrawConsents",
    ...{ event: "ConsentWithdrawn", again: "ConsentRegistry_NothingToWithdraw", signer: byOwner },
    message: ({ p, estate }) => ({ account: estate.owner.address, recipient: p.operator, purpose: 2, version: 2 }),
  },
  {
    ...{ title: "VehiclePairing", type: "VehiclePairing", contract: "vehicleRegistry" },
    batch: "pairVehicles",
    ...{ event: "VehiclePaired", again: "VehicleRegistry_AlreadyPaired", signer: byOwner },
    message: ({ estate }) => ({
      vehicle: estate.vehicles.toPair.vehicle,
      account: estate.owner.address,
      deadline: DEADLINE,
    }),
    argumentsOf: async (p, signed) => {
      const byDevices = signed.map(({ estate, message }) =>
        signAsDevice(estate.vehicles.toPair.device, message, { contracts: p }),
      );
      return [messagesOf(signed), signaturesOf(signed), byDevices];
    },
  },
  {
    ...{ title: "VehicleRelease", type: "VehicleRelease", contract: "vehicleRegistry" },
    batch: "releaseVehicles",
    ...{ event: "VehicleReleased", again: "VehicleRegistry_NotHolder", signer: byOwner },
    message: ({ estate }) => ({
      vehicle: estate.vehicles.toRelease.vehicle,
      account: estate.owner.address,
      deadline: DEADLINE,
    }),
  },
  {
    ...{ title: "ReleaseContest", type: "ReleaseContest", contract: "vehicleRegistry" },
    batch: "contestReleases",
    ...{ event: "ReleaseContested", again: "VehicleRegistry_WrongReleaseState", signer: byOwner },
    message: ({ estate }) => ({
      vehicle: estate.vehicles.toContest.vehicle,
      account: estate.owner.address,
      deadline: DEADLINE,
    }),
  },
  {
    ...{ title: "OrderIntent", type: "OrderIntent", contract: "redemptionDesk" },
    batch: "placeOrders",
    ...{ event: "OrderPlaced", again: "RedemptionDesk_OrderExists", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, item: 1, vehicle: estate.vehicles.held.vehicle },
      ...{ maxPrice: 2n ** 64n - 1n, nonce: 7n, deadline: DEADLINE },
    }),
  },
  {
    ...{ title: "OrderIntent with credits", type: "OrderIntent", contract: "redemptionDesk" },
    batch: "creditAndPlaceOrders",
    ...{ event: "OrderPlaced", again: "RedemptionDesk_OrderExists", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, item: 1, vehicle: estate.vehicles.held.vehicle },
      ...{ maxPrice: 2n ** 64n - 1n, nonce: 9n, deadline: DEADLINE },
    }),
    argumentsOf: async (_, signed) => {
      const { leaves, proof, flags } = (signed[0] as Signed).estate.earned;
      return [1, leaves, proof, flags, messagesOf(signed), signaturesOf(signed)];
    },
  },
  {
    ...{ title: "VoucherOrder", type: "VoucherOrder", contract: "redemptionDesk" },
    batch: "placeVoucherOrders",
    ...{ event: "OrderPlaced", again: "RedemptionDesk_OrderExists", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, item: 1, vehicle: estate.vehicles.held.vehicle },
      ...{ nonce: 8n, deadline: DEADLINE },
    }),
  },
  {
    ...{ title: "OrderAcceptance", type: "OrderAcceptance", contract: "redemptionDesk" },
    batch: "acceptOrders",
    ...{ event: "OrderCompleted", again: "RedemptionDesk_WrongState", signer: byOwner },
    message: ({ estate }) => ({ order: estate.orders.toAccept, deadline: DEADLINE }),
  },
  {
    ...{ title: "OrderObjection", type: "OrderObjection", contract: "redemptionDesk" },
    batch: "objectOrders",
    ...{ event: "OrderObjected", again: "RedemptionDesk_WrongState", signer: byOwner },
    message: ({ estate }) => ({
      order: estate.orders.toObject,
      reasonHash: seeded("it is scratched"),
      deadline: DEADLINE,
    }),
  },
  {
    ...{ title: "AccountMove by the one that moves", type: "AccountMove", contract: "accountMoves" },
    batch: "moveAccounts",
    ...{ event: "AccountMoved", again: "AccountMoves_AlreadyMoved", signer: byOwner },
    message: ({ estate }) => ({ account: estate.owner.address, to: moverAddress(estate), deadline: DEADLINE }),
    argumentsOf: async (p, signed) => [messagesOf(signed), signaturesOf(signed), await byMovers(p, signed)],
  },
  {
    ...{ title: "AccountMove by the one moved to", type: "AccountMove", contract: "accountMoves" },
    batch: "moveAccounts",
    ...{ event: "AccountMoved", again: "AccountMoves_AlreadyMoved", signer: byFresh },
    message: ({ estate }) => ({ account: moverAddress(estate), to: estate.fresh.address, deadline: DEADLINE }),
    argumentsOf: async (p, signed) => [messagesOf(signed), await byMovers(p, signed), signaturesOf(signed)],
  },
  {
    ...{ title: "RecoveryCancellation", type: "RecoveryCancellation", contract: "accountMoves" },
    batch: "cancelRecoveries",
    ...{ event: "RecoveryCancelled", again: "AccountMoves_NoRecovery", signer: byOwner },
    message: ({ estate }) => ({ account: estate.owner.address, recovery: estate.recovery, deadline: DEADLINE }),
  },
  {
    ...{ title: "StoneMigration", type: "StoneMigration", contract: "stoneLedger" },
    batch: "migrateStonesOf",
    ...{ event: "StonesMigrated", again: "StoneLedger_WrongMigration", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, successor: SUCCESSOR, migrated: 0n, deadline: DEADLINE },
    }),
  },
  {
    ...{ title: "BoxRequest", type: "BoxRequest", contract: "mineBox" },
    batch: "requestBoxesOf",
    ...{ event: "BoxesRequested", again: "MineBox_WrongNumber", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, season: 1, boxes: 0n, count: 3, salt: 2n ** 95n, deadline: DEADLINE },
    }),
  },
  {
    ...{ title: "ExclusionAppeal", type: "ExclusionAppeal", contract: "exclusions" },
    batch: "appealExclusions",
    ...{ event: "ExclusionAppealed", again: "Exclusions_AlreadyAppealed", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, exclusion: estate.exclusion },
      ...{ statementHash: seeded("the odometer was repaired"), deadline: DEADLINE },
    }),
  },
  {
    ...{ title: "BenefitClaim", type: "BenefitClaim", contract: "benefitRounds" },
    batch: "claimBenefits",
    ...{ event: "BenefitClaimed", again: "BenefitRounds_AlreadyClaimed", signer: byOwner },
    message: ({ estate }) => ({
      ...{ account: estate.owner.address, round: 1, index: estate.part.leaf.index },
      ...{ to: moverAddress(estate), deadline: DEADLINE },
    }),
    argumentsOf: async (_, signed) => {
      const parts = signed.map(({ estate }) => estate.part);
      return [
        messagesOf(signed),
        parts.map(({ leaf }) => leaf),
        parts.map(({ proof }) => [...proof]),
        signaturesOf(signed),
      ];
    },
  },
];

/** Every intent type of the protocol, for every function that takes it; of a move, both signatures. */
export const INTENT_CASES: readonly IntentCase[] = DEFINITIONS.map((definition) => {
  const { contract, batch } = definition;
  const argumentsOf =
    definition.argumentsOf ??
    (async (_: Programme, signed: readonly Signed[]) => [messagesOf(signed), signaturesOf(signed)]);
  const submitAll: IntentCase["submitAll"] = async (p, signed) =>
    (p[contract] as BaseContract).getFunction(batch).send(...(await argumentsOf(p, signed)));
  return {
    ...definition,
    submitAll,
    submit: ({ p, estate }, message, signature) => submitAll(p, [{ estate, message, signature }]),
    encode: async (p, signed) =>
      (p[contract] as BaseContract).interface.encodeFunctionData(batch, await argumentsOf(p, signed)),
  };
});

/** Whom a batch names when it skips the intent. */
export function accountIn(message: Readonly<Record<string, unknown>>, { owner }: Estate): string {
  return (message.account as string | undefined) ?? owner.address;
}
