import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { fieldsOf, invalid, key, optional, text, url } from "../config.ts";

/** A key that this process holds itself, in the clear or encrypted on disk. */
export type LocalKeySource =
  | { readonly kind: "plain"; readonly key: Hex }
  | { readonly kind: "keystore"; readonly file: string; readonly passwordFile: string };

/** Where the key lies that signs a duty's transactions. */
export type KeySource = LocalKeySource | SigningServiceSource | AwsKmsSource;

/** A service that answers the JSON-RPC method `eth_signTransaction`. */
export interface SigningServiceSource {
  readonly kind: "service";
  readonly url: string;
  /** Whose key it signs with, in lower case. */
  readonly address: Hex;
  /** File with a bearer token (RFC 6750) that goes along with each request. */
  readonly tokenFile: string | undefined;
}

/** A key of the AWS Key Management Service, of spec ECC_SECG_P256K1. */
export interface AwsKmsSource {
  readonly kind: "awsKms";
  /** Key id, ARN or alias. */
  readonly keyId: string;
  /** Default: as the AWS SDK finds it. */
  readonly region: string | undefined;
  /** Only for endpoints that are not the region's own. */
  readonly endpoint: string | undefined;
}

const FORMS = {
  keystore: ["keystore", "passwordFile"],
  signingService: ["signingService", "address", "tokenFile"],
  awsKms: ["awsKms", "region", "endpoint"],
} as const;

/**
 * Reads where a key of a configuration lies: 32 bytes of hex, `{ keystore, passwordFile }`, `{ signingService, address,
 * tokenFile? }` or `{ awsKms, region?, endpoint? }`.
 * @throws CONFIG_INVALID naming the field. No message repeats what was given.
 */
export function keySource(value: unknown, field: string): KeySource {
  if (typeof value !== "object" || value === null) return { kind: "plain", key: key(value, field) };
  if ("keystore" in value) return keystoreSource(value, field);
  if ("signingService" in value) return serviceSource(value, field);
  if ("awsKms" in value) return awsKmsSource(value, field);
  return invalid(field, `a key, or an object with ${Object.keys(FORMS).join(", ")}`);
}

/** As {@link keySource}, for keys that sign so often that they must be at hand. @throws CONFIG_INVALID. */
export function localKeySource(value: unknown, field: string): LocalKeySource {
  return requireLocal(keySource(value, field), field);
}

/** Refuses a key that lies elsewhere. @throws CONFIG_INVALID. */
export function requireLocal(source: KeySource, field: string): LocalKeySource {
  return source.kind === "plain" || source.kind === "keystore" ? source : invalid(field, "a key or a keystore");
}

function keystoreSource(value: object, field: string): LocalKeySource {
  const fields = fieldsOf(value, field, FORMS.keystore);
  return {
    kind: "keystore",
    file: text(fields.keystore, `${field}.keystore`),
    passwordFile: text(fields.passwordFile, `${field}.passwordFile`),
  };
}

function serviceSource(value: object, field: string): SigningServiceSource {
  const fields = fieldsOf(value, field, FORMS.signingService);
  return {
    kind: "service",
    url: guardedUrl(fields.signingService, `${field}.signingService`),
    address: address(fields.address, `${field}.address`),
    tokenFile: optional(fields.tokenFile, (file) => text(file, `${field}.tokenFile`)),
  };
}

function awsKmsSource(value: object, field: string): AwsKmsSource {
  const fields = fieldsOf(value, field, FORMS.awsKms);
  return {
    kind: "awsKms",
    keyId: text(fields.awsKms, `${field}.awsKms`),
    region: optional(fields.region, (region) => text(region, `${field}.region`)),
    endpoint: optional(fields.endpoint, (endpoint) => guardedUrl(endpoint, `${field}.endpoint`)),
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What asks for signatures must not travel in the clear, but within one machine. */
function guardedUrl(value: unknown, field: string): string {
  const given = url(value, field);
  const { protocol, hostname } = new URL(given);
  return protocol === "https:" || LOOPBACK.has(hostname)
    ? given
    : invalid(field, "an https URL, or one of this machine");
}

function address(value: unknown, field: string): Hex {
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(value)) return invalid(field, "an address");
  return lowerHex(value);
}
