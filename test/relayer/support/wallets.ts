import { readFileSync } from "node:fs";
import { encodeDeployData } from "viem";
import {
  accountOfKey,
  encodeContractSignature,
  encodeP256Signature,
  encodeWebAuthnSignature,
  fromHex,
  type Hex,
  p256Der,
} from "../../../src/protocol/index.ts";
import { createSigner } from "../../../src/service/signer.ts";
import { assertBy, type OwnerKey, ownerKeyOf } from "../../support/passkeys.ts";
import { addressOf, keyOf } from "./keys.ts";
import type { TestProgramme } from "./programme.ts";

/** An account that has no secp256k1 key of its own. */
export interface TestAccount {
  readonly address: Hex;
  /** `kind ‖ data` over a digest. */
  sign(digest: Hex): Hex;
  /** In the same form, by somebody else. */
  forge(digest: Hex): Hex;
}

/** Deploys a contract of contracts/mocks. */
export async function deployMock({ rpc, client }: TestProgramme, name: string, args: readonly unknown[]): Promise<Hex> {
  const { abi, bytecode } = JSON.parse(readFileSync(`artifacts/contracts/mocks/${name}.sol/${name}.json`, "utf8"));
  const [from] = (await rpc("eth_accounts", [])) as [Hex];
  const transaction = { from, data: encodeDeployData({ abi, bytecode, args }) };
  const hash = (await rpc("eth_sendTransaction", [transaction])) as Hex;
  const { contractAddress } = await client.waitForTransactionReceipt({ hash, pollingInterval: 10 });
  return contractAddress as Hex;
}

/** A wallet contract that takes the signatures of the key of a name. */
export async function walletAccount(programme: TestProgramme, name: string): Promise<TestAccount> {
  const sign = (by: string) => (digest: Hex) => encodeContractSignature(createSigner(keyOf(by)).sign(digest));
  const address = await deployMock(programme, "KeyWallet", [addressOf(name), 0n]);
  return { address, sign: sign(name), forge: sign("stranger") };
}

/** A wallet contract that burns all the gas that it is given. */
export async function burningAccount(programme: TestProgramme): Promise<TestAccount> {
  const address = await deployMock(programme, "AnsweringWallet", [`0x${"00".repeat(32)}`, 2n ** 256n - 1n, false]);
  const sign = () => encodeContractSignature("0x");
  return { address, sign, forge: sign };
}

/** The account of a P-256 key of a name. */
export function p256Account({ deployment }: TestProgramme, name: string): TestAccount {
  const key = ownerKeyOf(name);
  const of = { verifier: deployment.contracts.p256Verifier, x: key.x, y: key.y };
  const sign = (by: OwnerKey) => (digest: Hex) => encodeP256Signature(of, by.signHash(digest));
  return { address: accountOfKey(of), sign: sign(key), forge: sign(ownerKeyOf("stranger")) };
}

/** The account of a passkey of a name. */
export function passkeyAccount({ deployment }: TestProgramme, name: string): TestAccount {
  const key = ownerKeyOf(name);
  const of = { verifier: deployment.contracts.webAuthnVerifier, x: key.x, y: key.y };
  const sign = (by: OwnerKey) => (digest: Hex) => {
    const { authenticatorData, clientDataJson, signature } = assertBy(by, digest);
    return encodeWebAuthnSignature(of, {
      authenticatorData: fromHex(authenticatorData),
      clientDataJSON: new TextEncoder().encode(clientDataJson),
      signature: p256Der(signature),
    });
  };
  return { address: accountOfKey(of), sign: sign(key), forge: sign(ownerKeyOf("stranger")) };
}
