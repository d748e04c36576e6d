import { Fields, invalid } from "../evidence/fields.ts";
import { CairnError, contentHash, type Hex } from "../protocol/index.ts";
import type { SdkContext } from "./context.ts";
import { patiently } from "./patience.ts";

/** A text that owners read, in both languages of the programme. */
export interface ProgrammeText {
  readonly zh: string;
  readonly en: string;
}

/** What a poll asks. */
export interface PollText {
  readonly title: ProgrammeText;
  readonly rules: ProgrammeText;
  /** In the order of their numbers, which begin at 0. */
  readonly options: readonly ProgrammeText[];
}

/** What a benefit round is for. */
export interface RoundText {
  readonly title: ProgrammeText;
  readonly description: ProgrammeText;
}

/**
 * The document whose hash stands on the chain: asked of the operator, believed only with that hash.
 * @param hash keccak256 of the document's canonical JSON.
 * @returns Nothing when the client has no operator, or the operator does not know the document.
 * @throws EVIDENCE_INVALID when it is another document, OPERATOR_UNREACHABLE.
 */
export async function readDocument(context: SdkContext, hash: Hex): Promise<unknown> {
  const { operator } = context;
  if (operator === undefined) return undefined;
  let document: unknown;
  try {
    document = await patiently(context, () => operator.get(`/v1/documents/${hash}`));
  } catch (error) {
    if (error instanceof CairnError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
  if (contentHash(document as Parameters<typeof contentHash>[0]) === hash) return document;
  throw new CairnError("EVIDENCE_INVALID", `the operator's document ${hash} is another one`, { details: { hash } });
}

/** Reads the text of a poll's document. @throws EVIDENCE_INVALID naming the first member that is wrong. */
export function parsePollText(document: unknown): PollText {
  const poll = new Fields(document, "document");
  const { options } = document as { options?: unknown };
  if (!Array.isArray(options)) throw invalid("document.options", "a list");
  return {
    title: textOf(poll, "title"),
    rules: textOf(poll, "rules"),
    options: options.map((option, i) => parseText(new Fields(option, `document.options.${i}`))),
  };
}

/** Reads the text of a round's document. @throws EVIDENCE_INVALID naming the first member that is wrong. */
export function parseRoundText(document: unknown): RoundText {
  const round = new Fields(document, "document");
  return { title: textOf(round, "title"), description: textOf(round, "description") };
}

function textOf(document: Fields, field: string): ProgrammeText {
  return parseText(document.object(field));
}

function parseText(text: Fields): ProgrammeText {
  return { zh: text.text("zh"), en: text.text("en") };
}
