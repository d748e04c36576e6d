import { concat } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, reach } from "../client.ts";

/** The precompile that verifies P-256 signatures (EIP-7951). */
const P256_VERIFY = "0x0000000000000000000000000000000000000100";
/** The system contract that knows the hashes of the last 8,191 blocks (EIP-2935). */
const BLOCK_HASHES = "0x0000F90827F1C53a10cb7A02335B175320002935";

/** Key, and signature of SHA-256("sample"): RFC 6979, A.2.5. */
const SIGNED = {
  hash: "0xaf2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
  r: "0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
  s: "0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  x: "0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
  y: "0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
} as const;
const GENUINE = `0x${"1".padStart(64, "0")}`;

/**
 * Proves that a chain has what the contracts build on (docs/protocol.md 12.3): the P-256 precompile, which must take a
 * genuine signature and no other, and the contract that knows past block hashes. What else must be so, as how long blocks take and
 * which blocks are counted, no call can show.
 * @throws CHAIN_UNSUITABLE naming all that is missing, CHAIN_UNREACHABLE.
 */
export async function assertSuitable(client: ChainClient): Promise<void> {
  const { hash, r, s, x, y } = SIGNED;
  const [genuine, forged, history] = await Promise.all([
    verifyP256(client, [hash, r, s, x, y]),
    verifyP256(client, [hash, s, r, x, y]),
    reach(client.getCode({ address: BLOCK_HASHES })),
  ]);
  const missing = [
    ...(genuine === GENUINE && forged !== GENUINE ? [] : ["the P-256 precompile (EIP-7951)"]),
    ...(history === undefined ? ["the block hash contract (EIP-2935)"] : []),
  ];
  if (missing.length > 0) throw new CairnError("CHAIN_UNSUITABLE", missing.join(", "), { details: { missing } });
}

async function verifyP256(client: ChainClient, input: readonly Hex[]): Promise<Hex | undefined> {
  const { data } = await reach(client.call({ to: P256_VERIFY, data: concat(input) }));
  return data;
}
