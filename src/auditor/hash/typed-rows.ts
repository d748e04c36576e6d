import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { type SignedType, TYPES } from "../../protocol/codec/eip712.ts";
import { keccakBytes } from "../../protocol/codec/keccak.ts";
import type { Layout } from "./layout.ts";
import { type Batch, Preimage } from "./preimage.ts";

/** An EIP-712 domain, as it travels to a thread. */
export interface SigningDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Hex;
}

const text = (value: string) => keccakBytes(new TextEncoder().encode(value));

/** The EIP-712 digests of rows that hold a signed message, member by member. */
export class TypedRows {
  readonly #struct: Preimage;
  /** 0x1901 ‖ domain separator ‖ struct hash (EIP-712). */
  readonly #typed = new Uint8Array(66);

  constructor(domain: SigningDomain, type: SignedType, layout: Layout) {
    const members = TYPES[type].map((member) => `${member.type} ${member.name}`).join(",");
    const slots = TYPES[type].map(({ name }) => layout.slot(name));
    this.#struct = new Preimage([text(`${type}(${members})`), ...slots]);
    this.#typed.set([0x19, 0x01]);
    this.#typed.set(separatorOf(domain), 2);
  }

  digest(batch: Batch, row: number): Uint8Array {
    this.#typed.set(this.#struct.fill(batch, row).hash(), 34);
    return keccakBytes(this.#typed);
  }
}

function separatorOf({ name, version, chainId, verifyingContract }: SigningDomain): Uint8Array {
  const chain = new Uint8Array(8);
  new DataView(chain.buffer).setBigUint64(0, BigInt(chainId));
  return new Preimage([
    text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
    text(name),
    text(version),
    chain,
    fromHex(verifyingContract, 20),
  ]).hash();
}
