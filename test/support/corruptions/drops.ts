import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { awardFilePath, dropFilePath } from "../../../src/protocol/codec/rows.ts";
import { corruptionsOf } from "./corruption.ts";

/** The drop of everybody's first trip on day 0, and of the second. */
const [DROP, NEXT] = [48, 60];
/** The drop of everybody's first award. */
const AWARDED = 144 + 42;
const FALSE: Hex = `0x${"12".repeat(32)}`;

/** What can be false about a drop. */
export const DROPS = corruptionsOf("a drop", { means: "books", by: "relayer" }, [
  {
    when: "more metres are counted than the cap leaves",
    scheme: () => ({ dropRow: (row) => (row.drop === 72 && row.index === 0 ? plus(row, 1) : row) }),
    finds: [["DROP_COUNT_WRONG", "drop 72 index 0"]],
  },
  {
    when: "metres of somebody who is not excluded count nothing",
    scheme: () => ({ dropRow: (row) => (row.drop === 72 && row.index === 0 ? plus(row, -row.countedM) : row) }),
    finds: [["DROP_COUNT_WRONG", "drop 72 index 0"]],
  },
  {
    when: "an account's running total jumps",
    scheme: () => ({
      dropRow: (row) => (row.drop === DROP && row.index === 1 ? { ...row, accountAfterM: row.accountAfterM + 1 } : row),
    }),
    finds: [["DROP_RUNNING_TOTAL_WRONG", `drop ${DROP} index 1 account`]],
  },
  {
    when: "a vehicle's running total jumps",
    scheme: () => ({
      dropRow: (row) =>
        row.drop === 72 && row.index === 1 ? { ...row, vehicleDayAfterM: row.vehicleDayAfterM + 1 } : row,
    }),
    finds: [["DROP_RUNNING_TOTAL_WRONG", "drop 72 index 1 vehicle"]],
  },
  {
    when: "a leaf points past the account's last one",
    scheme: () => ({
      dropRow: (row) =>
        row.drop === NEXT && row.index === 0 ? { ...row, prevAccountLeaf: `0x${"00".repeat(32)}` } : row,
    }),
    finds: [["DROP_CHAIN_WRONG", `drop ${NEXT} index 0 account`]],
  },
  {
    when: "a leaf points past the vehicle's last one",
    scheme: () => ({
      dropRow: (row) =>
        row.drop === NEXT && row.index === 0 ? { ...row, prevVehicleLeaf: `0x${"00".repeat(32)}` } : row,
    }),
    finds: [["DROP_CHAIN_WRONG", `drop ${NEXT} index 0 vehicle`]],
  },
  {
    when: "a root is not that of the published rows",
    means: "transaction",
    scheme: () => ({ dropRoot: (drop, root) => (drop === DROP ? `0x${"12".repeat(32)}` : root) }),
    finds: [["DROP_ROOT_WRONG", `drop ${DROP}`]],
  },
  {
    when: "a root is hidden by a row of readings that never was, published as if it were erased",
    scheme: () => ({
      ghosts: (kind, drop) => (kind === "drop" && drop === DROP ? [FALSE] : []),
      dropRoot: (drop, root) => (drop === DROP ? FALSE : root),
    }),
    finds: [["ERASURE_UNFOUNDED", dropFilePath(DROP)]],
  },
  {
    when: "a root is hidden by an award that never was, published as if it were erased",
    scheme: () => ({
      ghosts: (kind, drop) => (kind === "award" && drop === AWARDED ? [FALSE] : []),
      dropRoot: (drop, root) => (drop === AWARDED ? FALSE : root),
    }),
    finds: [["ERASURE_UNFOUNDED", awardFilePath(AWARDED)]],
  },
  {
    when: "an anchoring names the digest of other files",
    means: "transaction",
    scheme: () => ({ anchorDigest: (day, digest) => (day === 1 ? `0x${"12".repeat(32)}` : digest) }),
    finds: [["ANCHOR_DIGEST_WRONG", "drops 144 to 287"]],
  },
  {
    when: "a drop's rows are not in order",
    scheme: () => ({ dropOrder: (planned) => (planned[0]?.drop === DROP ? planned.toReversed() : planned) }),
    finds: [
      ["DROP_ORDER_WRONG", `drop ${DROP} index 1`],
      ["DROP_ORDER_WRONG", `drop ${DROP} index 2`],
    ],
  },
]);

function plus<R extends { countedM: number; vehicleDayAfterM: number; accountAfterM: number }>(
  row: R,
  metres: number,
): R {
  return {
    ...row,
    countedM: row.countedM + metres,
    vehicleDayAfterM: row.vehicleDayAfterM + metres,
    accountAfterM: row.accountAfterM + metres,
  };
}
