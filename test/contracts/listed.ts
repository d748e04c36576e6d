import type { Programme } from "../support/contracts.ts";
import { programmeWithoutNotice } from "./fixture.ts";
import { TERMS, type Terms } from "./orderable.ts";

/** The smallest difference between two prices. */
export const STEP = 1_000_000n;

/** The catalogue as its own role calls it. */
export function catalogueOf({ catalogue, roles }: Programme) {
  return catalogue.connect(roles.catalogue);
}

/** The terms as the contracts give them back. */
export function stored(terms: Terms): unknown[] {
  return Object.values(terms).map((value) => (typeof value === "number" ? BigInt(value) : value));
}

/** A programme without notice, in which item 1 is listed. */
export async function listed(terms: Partial<Terms> = {}): Promise<Programme> {
  const p = await programmeWithoutNotice();
  await catalogueOf(p).listItem({ ...TERMS, ...terms });
  return p;
}
