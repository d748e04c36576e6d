import { Value } from "typebox/value";
import { CairnError } from "../../protocol/errors.ts";
import {
  DOCUMENT_SCHEMAS,
  type DocumentOf,
  type DocumentType,
  type PollDocument,
  type ProgrammeDocument,
} from "./schemas.ts";
import { requireHonestWording } from "./wording.ts";

/** Longest time for which a poll is open, seconds; the contract's bound. */
const MOST_OPEN_S = 90 * 86_400;

/**
 * Judges a document of the programme: its form, and what a form cannot say.
 * @param value The document, as parsed from JSON.
 * @param types Types that are taken here; any unless given.
 * @throws DOCUMENT_INVALID with the member that is wrong.
 */
export function parseDocument<T extends DocumentType = DocumentType>(
  value: unknown,
  ...types: readonly T[]
): DocumentOf<T> {
  const type = (value as { type?: unknown } | null)?.type as T;
  const isTaken = Object.hasOwn(DOCUMENT_SCHEMAS, type) && (types.length === 0 || types.includes(type));
  if (!isTaken) throw new CairnError("DOCUMENT_INVALID", "it is not of a type that is taken here");
  const [problem] = Value.Errors(DOCUMENT_SCHEMAS[type], value);
  if (problem !== undefined) {
    throw new CairnError("DOCUMENT_INVALID", `${problem.instancePath || "it"} ${problem.message}`);
  }
  const document = value as ProgrammeDocument;
  requireConsistent(document);
  requireHonestWording(document);
  return document as DocumentOf<T>;
}

function requireConsistent(document: ProgrammeDocument): void {
  const problem = problemOf(document);
  if (problem !== undefined) throw new CairnError("DOCUMENT_INVALID", problem);
}

function problemOf(document: ProgrammeDocument): string | undefined {
  if (document.type === "cairn.task/1") {
    const { untilDay, fromDay, occurrence, perDay } = document;
    if (untilDay !== 0 && untilDay <= fromDay) return "untilDay is not after fromDay";
    if (occurrence === "day" && perDay !== 1) return "a task of the day is awarded once a day";
  }
  if (document.type === "cairn.poll/1") return problemOfPoll(document);
  return undefined;
}

function problemOfPoll({ opensAt, closesAt, weighting, snapshotDay }: PollDocument): string | undefined {
  if (closesAt <= opensAt) return "closesAt is not after opensAt";
  if (closesAt > opensAt + MOST_OPEN_S) return "it is open for more than 90 days";
  if (weighting === "account" && snapshotDay !== 0) return "snapshotDay is for polls by stones";
  return undefined;
}
