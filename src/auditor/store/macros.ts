import { DAY_S, DROP_S, DROPS_PER_DAY } from "../../protocol/codec/codes.ts";

/**
 * The programme's arithmetic as SQL (docs/protocol.md 1.2, 1.3, 7.1): the auditor's own, written apart from the producer's.
 * All of it is exact: HUGEINT has 127 bits, a day's pot stays below 2^47 units and a metre total below 2^63.
 */
export const MACROS: readonly string[] = [
  // Eras of 210,000 drops; the 40th would emit nothing, since 500e9 < 2^39.
  `CREATE MACRO emitted_before(d) AS list_sum(list_transform(range(0, 39),
     lambda e: (500000000000::BIGINT >> e)::HUGEINT * greatest(0, least(210000, d - 210000 * e))))::HUGEINT`,
  `CREATE MACRO emitted_on(day) AS
     emitted_before(${DROPS_PER_DAY} * (day + 1)) - emitted_before(${DROPS_PER_DAY} * day)`,
  // min(e, w·u) without the product, which could pass 127 bits: u > ⌊e/w⌋ exactly when w·u > e.
  `CREATE MACRO day_pot(e, w, u) AS
     CASE WHEN w <= 0 THEN 0::HUGEINT WHEN u > e // w THEN e::HUGEINT ELSE w::HUGEINT * u::HUGEINT END`,
  `CREATE MACRO day_share(pot, mine, everyones) AS
     CASE WHEN everyones <= 0 THEN 0::HUGEINT ELSE (pot::HUGEINT * mine::HUGEINT) // everyones::HUGEINT END`,
  `CREATE MACRO day_of_drop(d) AS d // ${DROPS_PER_DAY}`,
  // Before genesis counts as day 0.
  `CREATE MACRO day_of(genesis, t) AS greatest(0, t - genesis) // ${DAY_S}`,
  `CREATE MACRO drop_start(genesis, d) AS genesis + ${DROP_S} * d`,
  `CREATE MACRO day_start(genesis, d) AS genesis + ${DAY_S} * d`,
  `CREATE MACRO drop_of(genesis, t) AS greatest(0, t - genesis) // ${DROP_S}`,
  "CREATE MACRO hx(b) AS '0x' || lower(hex(b))",
  "CREATE MACRO at_index(d, i) AS 'drop ' || d || ' index ' || i",
  "CREATE MACRO at_account(d, a) AS 'day ' || d || ' account ' || hx(a)",
];
