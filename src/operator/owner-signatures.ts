import type { ChainClient } from "../chain/client.ts";
import { type ClaimedSignature, readAreSignaturesValid } from "../chain/read/signatures.ts";
import { fromHex } from "../protocol/codec/bytes.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { SIGNATURE_KIND } from "../protocol/codec/signature-kinds.ts";
import { CairnError } from "../protocol/errors.ts";
import { recoverAddress } from "../service/signer.ts";

/**
 * Requires that a signature is an account's, whatever its kind: ECDSA is judged here, contracts, P-256 keys and passkeys by the
 * chain, as the programme's contracts would (docs/protocol.md 2.3).
 * @throws INTENT_INVALID when it is not, CHAIN_UNREACHABLE when that could not be asked.
 */
export async function requireOwnerSignature(
  { client, deployment }: { client: ChainClient; deployment: Deployment },
  claim: ClaimedSignature,
): Promise<void> {
  const { account, digest, signature } = claim;
  const isEcdsa = Number(signature.slice(0, 4)) === SIGNATURE_KIND.ecdsa;
  const isValid = isEcdsa
    ? recoverAddress(digest, fromHex(signature).subarray(1)) === account
    : (await readAreSignaturesValid(client, deployment, [claim]))[0];
  if (isValid !== true) throw new CairnError("INTENT_INVALID", "the signature is not by the account");
}
