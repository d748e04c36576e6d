import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { openAwsKms } from "./aws-kms.ts";
import { readKeystore } from "./keystore.ts";
import { openSigningService } from "./signing-service.ts";
import type { KeySource, LocalKeySource } from "./source.ts";

/**
 * An account that signs transactions with a key, wherever that lies.
 * @throws CONFIG_INVALID, FILE_UNREADABLE when a local key cannot be had; SIGNER_UNAVAILABLE when AWS does not tell the key.
 */
export async function openAccount(source: KeySource): Promise<LocalAccount> {
  switch (source.kind) {
    case "service":
      return openSigningService(source);
    case "awsKms":
      return openAwsKms(source);
    default:
      return privateKeyToAccount(await openKey(source));
  }
}

/** The key itself, of 32 bytes. @throws CONFIG_INVALID, FILE_UNREADABLE. */
export async function openKey(source: LocalKeySource): Promise<Hex> {
  return source.kind === "plain" ? source.key : readKeystore(source.file, source.passwordFile);
}
