import type { Check } from "../context.ts";

/**
 * Exclusions are made, contested and ended as the rules allow (docs/protocol.md 13.3). They were followed when the events were
 * read, since what counts in a drop depends on them; that excluded readings count nothing is judged with the drops' chains.
 */
export const exclusions: Check = {
  name: "exclusions",
  async run({ database, findings, head }) {
    await findings.addFrom(database, "SELECT code, subject, expected, actual, block, tx FROM exclusion_fault");
    const row = await database.row(
      `SELECT (SELECT count(*) FROM ev_exclusion) AS events,
         (SELECT count(*) FROM exclusion WHERE state = 'appealed' AND decide_by >= ${head.time}) AS open,
         (SELECT count(*) FROM exclusion WHERE state = 'appealed' AND decide_by < ${head.time}) AS lapsed`,
    );
    const note = `${row.open} appeals wait for a decision, ${row.lapsed} had none in time`;
    const isQuiet = row.open === 0n && row.lapsed === 0n;
    return { subjects: Number(row.events), ...(isQuiet ? {} : { note }) };
  },
};
