import { type Static, Type } from "typebox";
import type { Hex } from "../../protocol/codec/bytes.ts";

const closed = { additionalProperties: false };
const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });
const hex = (bytes: number) => Type.Unsafe<Hex>({ type: "string", pattern: `^0x[0-9a-f]{${2 * bytes}}$` });

const MOST_TEXT = 2_000;
const LAST_DAY = 2 ** 32 - 1;
const LAST_SECOND = 2 ** 40 - 1;

/** A text that owners read, in both languages of the programme. */
const Text = Type.Object(
  {
    zh: Type.String({ minLength: 1, maxLength: MOST_TEXT }),
    en: Type.String({ minLength: 1, maxLength: MOST_TEXT }),
  },
  closed,
);
export type Text = Static<typeof Text>;

/** A name by which APIs address a definition. */
const Id = Type.String({ pattern: "^[a-z][a-z0-9-]{2,39}$" });

/** What can be done for crystals (docs/operator.md, "Tasks"). */
export const TaskDocument = Type.Object(
  {
    type: Type.Literal("cairn.task/1"),
    id: Id,
    title: Text,
    description: Text,
    crystals: whole(1, 1_000_000, "for one award"),
    perDay: whole(1, 1_000, "awards of one account on one day"),
    fromDay: whole(1, LAST_DAY, "first day on which it is awarded"),
    untilDay: whole(0, LAST_DAY, "first day on which it is not awarded any more, 0 = open"),
    occurrence: Type.Union([Type.Literal("day"), Type.Literal("each")], {
      description:
        "day: once a day, and its occurrence is the day's; each: whoever asks for the award names the occurrence",
    }),
  },
  closed,
);
export type TaskDocument = Static<typeof TaskDocument>;

/** A question to owners (docs/operator.md, "Co-creation"). */
export const PollDocument = Type.Object(
  {
    type: Type.Literal("cairn.poll/1"),
    title: Text,
    rules: Text,
    options: Type.Array(Text, { minItems: 2, maxItems: 64 }),
    weighting: Type.Union([Type.Literal("account"), Type.Literal("stones")]),
    snapshotDay: whole(0, LAST_DAY, "day whose settled stones weigh; 0 when every account has one vote"),
    opensAt: whole(1, LAST_SECOND, "unix seconds"),
    closesAt: whole(1, LAST_SECOND, "unix seconds; votes are cast before"),
  },
  closed,
);
export type PollDocument = Static<typeof PollDocument>;

/** What an account can reach (docs/operator.md, "Milestones"). */
export const MilestoneDocument = Type.Object(
  {
    type: Type.Literal("cairn.milestone/1"),
    id: Id,
    title: Text,
    description: Text,
    rule: Type.Union([
      Type.Object(
        {
          kind: Type.Literal("metres"),
          metres: whole(1, 2 ** 32 - 1, "counted metres"),
          withinDays: whole(1, 3_653, "consecutive days"),
        },
        closed,
      ),
      Type.Object({ kind: Type.Literal("days"), days: whole(1, 3_653, "days of holding one vehicle") }, closed),
    ]),
  },
  closed,
);
export type MilestoneDocument = Static<typeof MilestoneDocument>;

/** What an item of the catalogue is, and what it costs besides stones (docs/operator.md, "Items"). */
export const ItemDocument = Type.Object(
  {
    type: Type.Literal("cairn.item/1"),
    sku: hex(32),
    title: Text,
    description: Text,
    cash: Type.Optional(
      Type.Object(
        {
          currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217" }),
          minorUnits: whole(1, Number.MAX_SAFE_INTEGER, "hundredths, as of fen and cents"),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ItemDocument = Static<typeof ItemDocument>;

/** What is shared in a benefit round (docs/operator.md, "Benefit rounds"). */
export const RoundDocument = Type.Object(
  {
    type: Type.Literal("cairn.round/1"),
    title: Text,
    description: Text,
    token: hex(20),
    amount: Type.String({ pattern: "^[1-9][0-9]{0,37}$", description: "the token's smallest units, as decimal text" }),
    day: whole(0, LAST_DAY, "day at whose end the stones weigh"),
    deadline: whole(1, LAST_SECOND, "last second of claiming, unix seconds"),
  },
  closed,
);
export type RoundDocument = Static<typeof RoundDocument>;

/** The schemas of all documents, by their type. */
export const DOCUMENT_SCHEMAS = {
  "cairn.task/1": TaskDocument,
  "cairn.poll/1": PollDocument,
  "cairn.milestone/1": MilestoneDocument,
  "cairn.item/1": ItemDocument,
  "cairn.round/1": RoundDocument,
} as const;
export type DocumentType = keyof typeof DOCUMENT_SCHEMAS;
export type DocumentOf<T extends DocumentType> = Static<(typeof DOCUMENT_SCHEMAS)[T]>;
export type ProgrammeDocument = DocumentOf<DocumentType>;
