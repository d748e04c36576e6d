export type ColumnType = "BIGINT" | "HUGEINT" | "BLOB" | "VARCHAR" | "BOOLEAN";

/** Where on the chain an event stands. `seq` numbers all events in their order. */
export const PLACE = { seq: "BIGINT", block: "BIGINT", tx: "BLOB", time: "BIGINT" } as const;
