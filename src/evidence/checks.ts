/** What is looked at in an evidence file, and what it means when it is right. */
export const PROOF_CHECKS = {
  form: "the file is written in its one canonical form",
  seal: "the entry is as it was when the file was sealed",
  block: "it is the header of a block, after the one before it",
  "transaction-proof": "the transaction's receipt stands under its block's root of receipts",
  "reading-vehicle": "the reading is the vehicle's",
  "reading-period": "the reading lies in the time that is asked for, or is the one next to it",
  "reading-form": "the reading keeps the rules: times and odometer go forward within one day, no faster than a car can",
  "reading-digest": "receipt and leaf name the digest of this reading",
  "device-signature": "the car's device key at the reading's end signed it",
  "signature-hash": "the leaf names the device's signature",
  "receipt-account": "receipt and leaf name the same account",
  "receipt-drop": "receipt and leaf name the same drop, and the reading was over when it ended",
  "receipt-signature": "a receipt key of that time signed the receipt",
  "drop-root": "the leaf stands under the root that was anchored for its drop",
  "leaf-metres": "the leaf counts no more metres than the reading has",
  pairing: "the account held the vehicle throughout the reading",
  consent: "the account's consent covered every category of the reading throughout",
  "consent-at-drop": "the consent stood when the reading was taken into its drop",
  sequence: "the reading follows the one before it in number, time and odometer",
  "leaf-chain":
    "the leaf points to that of the reading before it: by the programme's leaves none was accepted in between",
  "samples-payload": "salt and samples are those that the car committed to",
  "samples-form":
    "the samples can be read, lie in order within the reading's times, and every signal within its bounds",
  "samples-categories": "the samples hold nothing but what the reading says and the account consented to",
  "samples-odometer": "the odometer of every sample lies between the reading's start and end, and goes forward",
  "samples-takeovers": "the samples have no more takeovers than the reading",
  "chain-id": "the file speaks of this chain",
  "chain-contracts": "the contracts are those of the deployment",
  "chain-code": "there is a contract at the address",
  "chain-block": "the chain has this block",
  "chain-root": "the drop's root is the one that stands now",
  "chain-device-key": "the chain names the same device key for the reading's end",
  "chain-pairing": "by the chain, the account held the vehicle throughout the reading",
  "chain-consent": "by the chain, the consent covered the reading and stood when its drop took it",
  "chain-receipt-key": "by the chain, the receipt's signer was a receipt key of that time",
} as const;
export type ProofCheckName = keyof typeof PROOF_CHECKS;

/** One thing that was looked at. */
export interface ProofCheck {
  readonly check: ProofCheckName;
  /** The entry of the file, such as `readings[3]`. */
  readonly path: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** A check that compares two texts. */
export function compared(check: ProofCheckName, path: string, expected: string, actual: string): ProofCheck {
  return { check, path, ok: expected === actual, expected, actual };
}

/** A check that is right or not. @param wanted What should be so. @param found What is so when it is not. */
export function judged(check: ProofCheckName, path: string, ok: boolean, wanted: string, found: string): ProofCheck {
  return { check, path, ok, expected: wanted, actual: ok ? wanted : found };
}
