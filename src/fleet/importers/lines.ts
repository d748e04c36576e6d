import { bytesOf, type LogFile, refusal, unreadable } from "./files.ts";

/** Lines that follow each other: `lines[i]` is line `first + i` of its file. */
export interface Lines {
  readonly first: number;
  readonly lines: readonly string[];
}

/** Longest line or row, characters. */
export const MAX_LINE_LENGTH = 65_536;

/**
 * The lines of a file, some at a time; it holds a piece of the file only. Line ends are LF or CRLF, the text is UTF-8;
 * bytes that are not become U+FFFD, which no number contains.
 * @throws FILE_UNREADABLE, SAMPLES_INVALID with file, line and code.
 */
export async function* linesOf(
  file: LogFile,
  bytes: AsyncIterable<Buffer> = bytesOf(file),
): AsyncGenerator<Lines, void, undefined> {
  const decoder = new TextDecoder();
  let first = 1;
  let rest = "";
  try {
    for await (const chunk of bytes) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) yield { first, lines: lines.map((line, i) => checked(file, first + i, line)) };
      first += lines.length;
      checked(file, first, rest);
    }
  } catch (error) {
    throw unreadable(file, first, error);
  }
  rest += decoder.decode();
  if (rest !== "") yield { first, lines: [checked(file, first, rest)] };
}

function checked(file: LogFile, line: number, text: string): string {
  if (text.length > MAX_LINE_LENGTH) throw refusal(file, line, "LINE_TOO_LONG");
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
