import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { dayFilePath, dropFilePath } from "../../../src/protocol/codec/rows.ts";
import { STRANGER } from "../dishonest-cast.ts";
import type { Run } from "../dishonest-run.ts";
import { flipByte, removeFile } from "../tampering.ts";
import { corruptionsOf } from "./corruption.ts";

/** The drop of everybody's first trip on day 0. */
const DROP = 48;

/** What can be false about a published file. */
export const FILES = corruptionsOf("a published file", { means: "files", by: "whoever keeps the files" }, [
  {
    when: "the manifest names another digest than the file's",
    by: "relayer",
    afterwards: async (run) => {
      const { rows } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.name(dropFilePath(DROP), { rows: rows.length, digest: `0x${"12".repeat(32)}` });
      return undefined;
    },
    finds: [["FILE_DIGEST_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "the manifest names another number of rows than the file's",
    by: "relayer",
    afterwards: async (run) => {
      const { digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.name(dropFilePath(DROP), { rows: 99, digest });
      return undefined;
    },
    finds: [["FILE_ROW_COUNT_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "a small file has more rows than can be read, and the manifest says so",
    by: "relayer",
    afterwards: async (run) => {
      const { digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.publishMany("drop", dropFilePath(DROP), { rows: 10_000_001, digest });
      return undefined;
    },
    finds: [["FILE_ROW_COUNT_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "a published row has a value that its column cannot have",
    by: "relayer",
    afterwards: async (run) => {
      const { rows } = run.drops[DROP] as Run["drops"][number];
      const short = rows.map((entry, i) =>
        i === 0 ? { ...entry, row: { ...entry.row, account: "0x12" as Hex } } : entry,
      );
      await run.publisher.publish("drop", dropFilePath(DROP), short);
      return undefined;
    },
    finds: [["FILE_ROW_MALFORMED", dropFilePath(DROP)]],
  },
  {
    when: "one byte of a drop's file is flipped",
    afterwards: async (run) => void (await flipByte(run.filesDir, dropFilePath(DROP))),
    finds: [["FILE_BYTES_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "one byte of a day's file is flipped",
    afterwards: async (run) => void (await flipByte(run.filesDir, dayFilePath(1))),
    finds: [["FILE_BYTES_WRONG", dayFilePath(1)]],
  },
  {
    when: "a drop's file is left out",
    afterwards: async (run) => void (await removeFile(run.filesDir, dropFilePath(DROP), { unname: true })),
    finds: [["FILE_MISSING", dropFilePath(DROP)]],
  },
  {
    when: "a day's file is left out but named",
    afterwards: async (run) => void (await removeFile(run.filesDir, dayFilePath(2), { unname: false })),
    finds: [["FILE_MISSING", dayFilePath(2)]],
  },
  {
    when: "there is a file for a drop without readings",
    by: "relayer",
    afterwards: async (run) => {
      await run.publisher.publish("drop", dropFilePath(5), run.drops[DROP]?.rows ?? []);
      return undefined;
    },
    finds: [["FILE_SUPERFLUOUS", dropFilePath(5)]],
  },
  {
    when: "the manifest is signed by a stranger",
    afterwards: async (run) => {
      const { rows, digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.name(dropFilePath(DROP), { rows: rows.length, digest, signer: STRANGER });
      return undefined;
    },
    finds: [["MANIFEST_SIGNATURE_INVALID", dropFilePath(DROP)]],
  },
  {
    when: "a published file is no Parquet file",
    by: "relayer",
    afterwards: async (run) => {
      const { rows, digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.write(dropFilePath(DROP), "no Parquet");
      await run.publisher.name(dropFilePath(DROP), { rows: rows.length, digest });
      return undefined;
    },
    finds: [["FILE_SCHEMA_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "a published row is not what its hash says",
    by: "relayer",
    afterwards: async (run) => {
      const { rows } = run.drops[DROP] as Run["drops"][number];
      const false_ = rows.map((entry, i) => (i === 0 ? { ...entry, row: { ...entry.row, takeovers: 3 } } : entry));
      await run.publisher.publish("drop", dropFilePath(DROP), false_);
      return undefined;
    },
    finds: [["FILE_ROW_HASH_WRONG", `${dropFilePath(DROP)} row 0`]],
  },
  {
    when: "another file than the anchored one is published",
    by: "relayer",
    afterwards: async (run) => {
      await run.publisher.publish("drop", dropFilePath(DROP), (run.drops[DROP]?.rows ?? []).slice(0, 2));
      return undefined;
    },
    finds: [
      ["ANCHOR_DIGEST_WRONG", "drops 0 to 143"],
      ["DROP_ROOT_WRONG", `drop ${DROP}`],
    ],
  },
]);
