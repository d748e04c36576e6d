import type { MilestoneDocument, PollDocument, RoundDocument, Text } from "../../../src/operator/documents/schemas.ts";

/** The same words in both languages. */
export function text(words: string): Text {
  return { zh: words, en: words };
}

/** A poll with three options. */
export function pollDocument(
  terms: Pick<PollDocument, "opensAt" | "closesAt"> &
    Partial<Pick<PollDocument, "weighting" | "snapshotDay" | "title">>,
): PollDocument {
  return {
    type: "cairn.poll/1",
    title: text("The name of the next colour"),
    rules: text("One vote each; the first one counts."),
    options: ["Slate", "Moss", "Dawn"].map(text),
    weighting: "account",
    snapshotDay: 0,
    ...terms,
  };
}

export function roundDocument(terms: Partial<RoundDocument> & Pick<RoundDocument, "day">): RoundDocument {
  return {
    type: "cairn.round/1",
    title: text("Thanks to owners"),
    description: text("Shared by the stones that owners have contributed for."),
    token: `0x${"77".repeat(20)}`,
    amount: "1000000",
    deadline: 2_000_000_000,
    ...terms,
  };
}

export function milestoneDocument(id: string, rule: MilestoneDocument["rule"]): MilestoneDocument {
  return {
    type: "cairn.milestone/1",
    id,
    title: text(id),
    description: text("Reached by driving or keeping a car."),
    rule,
  };
}
