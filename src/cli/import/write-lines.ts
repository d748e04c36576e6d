import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { CairnError } from "../../protocol/index.ts";

/** Writes values to a file as JSON, one a line, however many there are. */
export interface LineWriter {
  write(value: unknown): Promise<void>;
  /** Waits until all is written. */
  end(): Promise<void>;
}

/** Makes a folder. @throws FILE_UNREADABLE when it cannot be made. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", `${path}: it cannot be made`, { cause });
  }
}

/** Opens a file of lines, anew. @throws FILE_UNREADABLE, from `write` or `end`, when it cannot be written. */
export function openLines(folder: string, name: string): LineWriter {
  const path = join(folder, name);
  const stream = createWriteStream(path);
  const done = finished(stream).catch((cause: unknown) => {
    throw new CairnError("FILE_UNREADABLE", `${path}: it cannot be written`, { cause });
  });
  done.catch(() => undefined);
  return {
    async write(value) {
      if (!stream.write(`${JSON.stringify(value)}\n`)) await Promise.race([once(stream, "drain"), done]);
    },
    async end() {
      stream.end();
      await done;
    },
  };
}
