import type { EventOf } from "../../../chain/read/events.ts";
import { type PrizeRecord, prizeOf } from "../../../chain/read/mine-box.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";

type EventTerms = Extract<EventOf<"mineBox">, { name: "SeasonOpened" }>["args"]["terms"];

/** What a season was opened with. Amounts in units of 1e-9 stone, or crystals. */
export interface BoxTerms {
  readonly firstDrop: number;
  readonly endDrop: number;
  /** Crystals per box. */
  readonly price: number;
  readonly guarantee: number;
  readonly guaranteedTier: number;
  readonly maxBoxes: number;
  readonly budget: bigint;
  readonly vouchers: number;
  readonly links: number;
  readonly tip: Hex;
  readonly prizes: readonly PrizeRecord[];
}

/** Terms as they stand in the store. */
export function stringifyTerms(terms: EventTerms): string {
  return JSON.stringify(terms, (_, value) => (typeof value === "bigint" ? value.toString() : value));
}

/** Terms from the store. */
export function parseTerms(text: string): BoxTerms {
  const { budget, prizes, ...terms } = JSON.parse(text) as Omit<EventTerms, "budget" | "prizes"> & {
    budget: string;
    prizes: { kind: number; weight: number; amount: string; item: number }[];
  };
  return {
    ...terms,
    budget: BigInt(budget),
    prizes: prizes.map((prize) => prizeOf({ ...prize, amount: BigInt(prize.amount) })),
  };
}
