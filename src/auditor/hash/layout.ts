import { AWARD_COLUMNS, DAY_COLUMNS, DROP_COLUMNS, ROUND_COLUMNS, VOTE_COLUMNS } from "../../protocol/codec/rows.ts";
import type { Slot } from "./preimage.ts";

const LENGTH = { bytes20: 20, bytes32: 32 } as const;

interface Column {
  readonly field: string;
  readonly column: string;
  readonly type: "uint" | "bytes20" | "bytes32";
}

/** How a published row is packed into a {@link Batch}: first what the protocol names, then what the auditor adds. */
export interface Layout {
  /** Table columns that become the batch's number columns, in order. */
  readonly numbers: readonly string[];
  /** Table columns that become the batch's byte strings, in order. */
  readonly strings: readonly string[];
  /** Where each field of the row is found; also rowSalt, rowHash and the added ones. */
  slot(field: string): Slot;
  /** The slots of all hashed columns, in the order in which they are hashed. */
  readonly hashed: readonly Slot[];
}

/** What the tables call the columns that SQL or the file's own number make ambiguous. */
const RENAMED: Readonly<Record<string, string>> = {
  index: "idx",
  drop: "row_drop",
  day: "row_day",
  poll: "row_poll",
  round: "row_round",
  option: "choice",
};

/** The table's name for a published column. */
function tableColumn(column: string): string {
  return RENAMED[column] ?? column;
}

const ROW_SALT: Column = { field: "rowSalt", column: "row_salt", type: "bytes32" };
const ROW_HASH: Column = { field: "rowHash", column: "row_hash", type: "bytes32" };

/** All columns of a published file, in their order. */
export const FILE_COLUMNS = {
  drop: [...DROP_COLUMNS, ROW_SALT, ROW_HASH],
  award: [...AWARD_COLUMNS, ROW_SALT, ROW_HASH],
  day: [...DAY_COLUMNS, ROW_SALT, ROW_HASH],
  poll: [...VOTE_COLUMNS, ROW_SALT, ROW_HASH],
  round: [...ROUND_COLUMNS, ROW_SALT, ROW_HASH],
} as const satisfies Record<string, readonly Column[]>;
export type FileKind = keyof typeof FILE_COLUMNS;

function layoutOf(columns: readonly Column[], added: readonly Column[] = []): Layout {
  const slots = new Map<string, Slot>();
  const numbers: string[] = [];
  const strings: string[] = [];
  let offset = 0;
  for (const { field, column, type } of [...columns, ...added]) {
    if (type === "uint") {
      slots.set(field, { column: numbers.length });
      numbers.push(tableColumn(column));
    } else {
      slots.set(field, { offset, length: LENGTH[type] });
      strings.push(tableColumn(column));
      offset += LENGTH[type];
    }
  }
  const slot = (field: string): Slot => slots.get(field) as Slot;
  const hashed = columns.filter((column) => column !== ROW_SALT && column !== ROW_HASH);
  return { numbers, strings, slot, hashed: hashed.map(({ field }) => slot(field)) };
}

/** How each kind of row is packed. A drop's comes with the device key that held at its end, and whether its signature is to be verified. */
export const LAYOUTS = {
  drop: layoutOf(FILE_COLUMNS.drop, [
    { field: "keyX", column: "key_x", type: "bytes32" },
    { field: "keyY", column: "key_y", type: "bytes32" },
    { field: "keyFound", column: "key_found", type: "uint" },
    { field: "judged", column: "judged", type: "uint" },
  ]),
  award: layoutOf(FILE_COLUMNS.award),
  day: layoutOf(FILE_COLUMNS.day),
  poll: layoutOf(FILE_COLUMNS.poll),
  round: layoutOf(FILE_COLUMNS.round),
} as const satisfies Record<FileKind, Layout>;
