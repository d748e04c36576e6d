import type { LocalAccount } from "viem";
import type { Deployment, Hex, SignedType } from "../protocol/index.ts";

/** What an owner signs. The relayer carries it out; it is also a function for the owner's own transaction. */
export type IntentKind = Extract<
  SignedType,
  | "ConsentGrant"
  | "ConsentWithdrawal"
  | "VehiclePairing"
  | "VehicleRelease"
  | "ReleaseContest"
  | "AccountMove"
  | "RecoveryCancellation"
  | "StoneMigration"
  | "OrderIntent"
  | "VoucherOrder"
  | "OrderAcceptance"
  | "OrderObjection"
  | "BoxRequest"
  | "ExclusionAppeal"
>;

/** Everything that an owner signs: intents; votes, which only the operator is given; claims, which are for anybody to send. */
export type OwnerSignedType = IntentKind | Extract<SignedType, "Vote" | "BenefitClaim">;

/** Typed data as a wallet is asked to sign it (EIP-712). */
export interface TypedDataRequest {
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: Hex };
  readonly types: Record<string, { name: string; type: string }[]>;
  readonly primaryType: string;
  readonly message: Record<string, unknown>;
}

/** Anything that signs EIP-712 for one address: enough for everything that goes through a relayer. */
export interface OwnerSigner {
  readonly address: Hex;
  signTypedData(request: TypedDataRequest): Promise<Hex>;
}

/**
 * Signs for an account that has no secp256k1 key of its own: a contract (ERC-1271), a P-256 key or a passkey (docs/protocol.md
 * 2.3). Enough for everything that goes through a relayer.
 */
export interface IntentSigner {
  readonly address: Hex;
  /**
   * @param request What to show the owner.
   * @param digest Its EIP-712 digest, 32 bytes: what a P-256 key signs, and a passkey's challenge.
   * @returns `kind ‖ data`, by one of the protocol's `encodeContractSignature`, `encodeP256Signature` and
   * `encodeWebAuthnSignature`.
   */
  signIntent(request: TypedDataRequest, digest: Hex): Promise<Hex>;
}

/** An owner: viem's LocalAccount (`privateKeyToAccount`), which can also send transactions, or a signer. */
export type OwnerAccount = LocalAccount | OwnerSigner | IntentSigner;

/** What a client is made of. */
export interface CairnClientOptions {
  /** HTTP URL of a node of the programme's chain. */
  readonly rpcUrl: string;
  /** Where the programme stands: the content of `deployment.json`. */
  readonly deployment: Deployment;
  /** Who acts. Without it the client only reads. */
  readonly account?: OwnerAccount;
  /** HTTP URL of the programme's relayer. Without it every action is the account's own transaction. */
  readonly relayerUrl?: string;
  /** HTTP URL of the programme's operator: polls and benefit rounds need it. */
  readonly operatorUrl?: string;
  /** How often to look whether something is done, milliseconds. Default 500. */
  readonly pollMs?: number;
  /** How long to wait until it is done, milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

/** How an owner's action goes to the chain. */
export interface ActionOptions {
  /** `relayer` (default when the client has one): sign, and let it pay. `transaction`: send and pay oneself. */
  readonly via?: "relayer" | "transaction";
  /** `done` (default): until it stands on the chain. `accepted`: until the relayer has taken it. */
  readonly until?: "accepted" | "done";
  /** Last moment at which the signed intent may be carried out, unix seconds. Default: an hour of chain time ahead. */
  readonly deadline?: number;
}

/** What became of an owner's action. */
export interface ActionResult {
  /** EIP-712 digest of the intent. For an order it is the order's id. */
  readonly id: Hex;
  readonly state: "queued" | "sent" | "done";
  readonly transaction?: Hex;
  readonly block?: number;
}

/** The relayer's signed word that it knows of a withdrawal: it binds intake from this moment on (docs/protocol.md 3.4). */
export interface WithdrawalReceipt {
  readonly withdrawalDigest: Hex;
  readonly account: Hex;
  /** Unix seconds of chain time. */
  readonly receivedAt: number;
}
