import { Type } from "typebox";
import type { Hex } from "../../protocol/codec/bytes.ts";

/** Bytes as hex. */
export const hex = (bytes: number, description: string) =>
  Type.Unsafe<Hex>({ type: "string", pattern: `^0x[0-9a-fA-F]{${2 * bytes}}$`, description });

export const Bytes32 = hex(32, "32 bytes");
export const Address = hex(20, "an address");
/** Units of 1e-9 stone. */
export const Units = Type.String({ pattern: "^[0-9]+$", description: "units of 1e-9 stone, as decimal text" });

/** The form of every error. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.String({ description: "a code of docs/api.md" }),
    message: Type.String(),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
});
