/** A node of solc's syntax tree, with whatever members its type has. */
export interface AstNode {
  readonly nodeType: string;
  /** `start:length:file`, in bytes of the source. */
  readonly src: string;
  readonly [member: string]: unknown;
}

/** The bytes of a node in its source. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "nodeType" in value && "src" in value;
}

export function rangeOf({ src }: AstNode): Range {
  const [start = 0, length = 0] = src.split(":").map(Number);
  return { start, end: start + length };
}

/** The nodes directly below one, in the order of the source. */
export function childrenOf(node: AstNode): AstNode[] {
  return Object.values(node)
    .flat()
    .filter(isNode)
    .sort((a, b) => rangeOf(a).start - rangeOf(b).start);
}

/** A file's bytes, since solc counts in them and sources hold more than ASCII. */
export class SourceText {
  readonly #bytes: Buffer;

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  slice({ start, end }: Range): string {
    return this.#bytes.toString("utf8", start, end);
  }

  /** The whole file with one range replaced. */
  replaced({ start, end }: Range, by: string): string {
    return `${this.slice({ start: 0, end: start })}${by}${this.slice({ start: end, end: this.#bytes.length })}`;
  }

  /** Where a text next begins at or after a byte, -1 if nowhere. */
  indexOf(text: string, from: number): number {
    return this.#bytes.indexOf(text, from);
  }

  /** The line of a byte, counted from 1. */
  lineOf(at: number): number {
    return this.slice({ start: 0, end: at }).split("\n").length;
  }
}
