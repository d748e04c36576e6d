import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Cell } from "../store/database.ts";
import type { TableName } from "../store/schema.ts";

/** A row that an event becomes, and the table that takes it. */
export type Row = readonly [TableName, readonly Cell[]];

/** Where on the chain an event stands: the first columns of its row. */
export type Place = readonly [number, number, Hex, number];
