import type { Hex } from "../../protocol/codec/bytes.ts";
import type { DomainContract, SignedType } from "../../protocol/codec/eip712.ts";

/** The kinds of intents that the relayer carries to the chain. */
export const INTENT_KINDS = [
  "ConsentGrant",
  "ConsentWithdrawal",
  "VehiclePairing",
  "VehicleRelease",
  "ReleaseContest",
  "AccountMove",
  "RecoveryCancellation",
  "StoneMigration",
  "OrderIntent",
  "VoucherOrder",
  "OrderAcceptance",
  "OrderObjection",
  "BoxRequest",
  "ExclusionAppeal",
] as const satisfies readonly SignedType[];
export type IntentKind = (typeof INTENT_KINDS)[number];

/** An intent as it goes into a call. */
export interface StoredIntent {
  /** Members of the EIP-712 type; wide ones as bigint. */
  readonly message: Readonly<Record<string, Hex | number | bigint>>;
  /** `kind ‖ data`. */
  readonly signature: Hex;
  readonly deviceSignature: Hex | undefined;
  readonly targetSignature: Hex | undefined;
}

interface IntentFunction {
  readonly contract: DomainContract;
  readonly name: string;
  /** Upper bound of gas for one intent. */
  readonly gas: bigint;
  readonly args: (intents: readonly StoredIntent[]) => readonly unknown[];
}

const withSignatures = (intents: readonly StoredIntent[]): readonly unknown[] => [
  intents.map(({ message }) => message),
  intents.map(({ signature }) => signature),
];

/** The batch function for each kind of intent. */
export const INTENT_FUNCTIONS: Readonly<Record<IntentKind, IntentFunction>> = {
  ConsentGrant: { contract: "consentRegistry", name: "grantConsents", gas: 120_000n, args: withSignatures },
  ConsentWithdrawal: { contract: "consentRegistry", name: "withdrawConsents", gas: 60_000n, args: withSignatures },
  VehiclePairing: {
    contract: "vehicleRegistry",
    name: "pairVehicles",
    gas: 200_000n,
    args: (intents) => [...withSignatures(intents), intents.map(({ deviceSignature }) => deviceSignature ?? "0x")],
  },
  VehicleRelease: { contract: "vehicleRegistry", name: "releaseVehicles", gas: 100_000n, args: withSignatures },
  ReleaseContest: { contract: "vehicleRegistry", name: "contestReleases", gas: 100_000n, args: withSignatures },
  AccountMove: {
    contract: "accountMoves",
    name: "moveAccounts",
    gas: 300_000n,
    args: (intents) => [...withSignatures(intents), intents.map(({ targetSignature }) => targetSignature ?? "0x")],
  },
  RecoveryCancellation: { contract: "accountMoves", name: "cancelRecoveries", gas: 100_000n, args: withSignatures },
  StoneMigration: { contract: "stoneLedger", name: "migrateStonesOf", gas: 150_000n, args: withSignatures },
  OrderIntent: { contract: "redemptionDesk", name: "placeOrders", gas: 250_000n, args: withSignatures },
  VoucherOrder: { contract: "redemptionDesk", name: "placeVoucherOrders", gas: 200_000n, args: withSignatures },
  OrderAcceptance: { contract: "redemptionDesk", name: "acceptOrders", gas: 120_000n, args: withSignatures },
  OrderObjection: { contract: "redemptionDesk", name: "objectOrders", gas: 120_000n, args: withSignatures },
  BoxRequest: { contract: "mineBox", name: "requestBoxesOf", gas: 300_000n, args: withSignatures },
  ExclusionAppeal: { contract: "exclusions", name: "appealExclusions", gas: 120_000n, args: withSignatures },
};
