import { bytesOf, type LogFile, refusal, unreadable } from "./files.ts";

/** Largest file that is read at once, bytes unpacked. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file of JSON whole.
 * @throws FILE_UNREADABLE, SAMPLES_INVALID with file, line and code.
 */
export async function readJson(file: LogFile): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of bytesOf(file)) {
      size += chunk.length;
      if (size > MAX_BYTES) throw refusal(file, 0, "FILE_TOO_LARGE");
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreadable(file, 0, error);
  }
  const text = Buffer.concat(chunks).toString();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal(file, lineOf(text, error), "JSON_BROKEN", error);
  }
}

/** The engine names a position, except when the text ends too early. */
function lineOf(text: string, error: unknown): number {
  const position = /position (\d+)/.exec(String(error))?.[1];
  return text.slice(0, position === undefined ? text.length : Number(position)).split("\n").length;
}
