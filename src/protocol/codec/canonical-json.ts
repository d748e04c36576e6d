import { CairnError } from "../errors.ts";
import type { Hex } from "./bytes.ts";
import { keccak } from "./keccak.ts";

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

const text = new TextEncoder();

/**
 * The one text of a JSON value: members sorted by their names' UTF-16 code units, no white space, numbers and texts as
 * ECMAScript writes them. Source: RFC 8785.
 * @throws ARGUMENT_INVALID for what JSON cannot carry: a number that is not finite, text with half a surrogate pair, undefined.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) return canonicalObject(value as { readonly [member: string]: Json });
  const isJson =
    value === null ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value)) ||
    (typeof value === "string" && value.isWellFormed());
  if (!isJson) throw new CairnError("ARGUMENT_INVALID", "a value that JSON cannot carry");
  return JSON.stringify(value);
}

function canonicalObject(value: { readonly [member: string]: Json }): string {
  // Sorting without a comparison goes by UTF-16 code units, as the standard asks.
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonicalJson(name)}:${canonicalJson(value[name] as Json)}`).join(",")}}`;
}

/** The hash under which a document stands on the chain: keccak256 of its {@link canonicalJson} in UTF-8. */
export function contentHash(document: Json): Hex {
  return keccak(text.encode(canonicalJson(document)));
}
