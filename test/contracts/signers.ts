import { expect } from "chai";
import { Wallet } from "ethers";
import type { Programme } from "../support/contracts.ts";
import { addressOf } from "../support/contracts.ts";
import {
  accountOf,
  ecdsa,
  erc1271,
  type Owner,
  p256,
  type SignAs,
  type VerifiedKey,
  webAuthn,
} from "../support/contracts-signers.ts";
import { type OwnerKey, ownerKeyOf } from "../support/passkeys.ts";
import { ethers, networkHelpers, seeded } from "./fixture.ts";

/** A kind of account, and how one of it comes to be. */
export interface SignerKind {
  readonly title: string;
  readonly make: (p: Programme, name: string) => Promise<Owner>;
}

/** A wallet contract that takes the signatures of a key. */
export async function deployKeyWallet(key: Wallet, neededGas = 0): Promise<string> {
  return addressOf(await ethers.deployContract("KeyWallet", [key.address, neededGas]));
}

export function walletOf(name: string): Wallet {
  return new Wallet(seeded(`a wallet of the contract tests: ${name}`));
}

/** Lets an account's key delegate its code, by a transaction of type 4 (EIP-7702) that somebody else sends. */
export async function delegate(account: Wallet, code: string): Promise<void> {
  const sender = walletOf("sponsor of delegations").connect(ethers.provider);
  await networkHelpers.setBalance(sender.address, 10n ** 18n);
  const { chainId } = await ethers.provider.getNetwork();
  const authorization = account.authorizeSync({ address: code, nonce: 0, chainId });
  const transaction = await sender.sendTransaction({
    type: 4,
    to: sender.address,
    authorizationList: [authorization],
  });
  await transaction.wait();
  expect(await ethers.provider.getCode(account.address)).to.equal(ethers.concat(["0xef0100", code]));
}

/** An account that holds a key of a verifier. */
function keyHolder(
  verifier: string,
  name: string,
  signs: (of: VerifiedKey, by: OwnerKey) => SignAs,
): Owner & { readonly key: OwnerKey } {
  const key = ownerKeyOf(name);
  const of = { verifier, x: key.x, y: key.y };
  return { key, address: ethers.getAddress(accountOf(of)), sign: signs(of, key), forge: signs(of, STRANGER_P256) };
}

const STRANGER = walletOf("stranger");
const STRANGER_P256 = ownerKeyOf("stranger");

/** Every kind of account that owners may have (docs/protocol.md 2.3). */
export const SIGNER_KINDS: readonly SignerKind[] = [
  {
    title: "an account's key",
    make: async (_, name) => {
      const key = walletOf(name);
      return { address: key.address, sign: ecdsa(key), forge: ecdsa(STRANGER) };
    },
  },
  {
    title: "the key of an account that delegated its code",
    make: async (_, name) => {
      const key = walletOf(`delegating ${name}`);
      await delegate(key, await deployKeyWallet(STRANGER));
      return { address: key.address, sign: ecdsa(key), forge: ecdsa(STRANGER) };
    },
  },
  {
    title: "a wallet contract",
    make: async (_, name) => {
      const key = walletOf(`key of wallet ${name}`);
      const address = await deployKeyWallet(key);
      return { address, sign: erc1271(key.signingKey), forge: erc1271(STRANGER.signingKey) };
    },
  },
  {
    title: "the code that an account delegated to",
    make: async (_, name) => {
      const key = walletOf(`session key of ${name}`);
      const account = walletOf(`delegating to a session ${name}`);
      await delegate(account, await deployKeyWallet(key));
      return { address: account.address, sign: erc1271(key.signingKey), forge: erc1271(STRANGER.signingKey) };
    },
  },
  {
    title: "a P-256 key",
    make: async (p, name) => keyHolder(addressOf(p.p256Verifier), name, p256),
  },
  {
    title: "a passkey",
    make: async (p, name) => keyHolder(addressOf(p.webAuthnVerifier), name, webAuthn),
  },
];
