import { CORRUPTIONS } from "../../test/support/corruptions/index.ts";
import { tryCorruption } from "../../test/support/corruptions/try.ts";
import { DishonestProducer } from "../../test/support/dishonest-producer.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** Commits each corruption of a programme of three cars and three days, one at a time, and has each audited. */
export async function tryCorruptions(say: (outcome: Outcome) => void): Promise<Outcome[]> {
  const producer = await DishonestProducer.start();
  try {
    await assertClean(producer);
    const outcomes: Outcome[] = [];
    for (const { where, corruptions } of CORRUPTIONS) {
      for (const corruption of corruptions) {
        const report = await tryCorruption(producer, corruption);
        outcomes.push(outcomeOf({ where, ...corruption }, report, corruption.finds));
        say(outcomes.at(-1) as Outcome);
      }
    }
    return outcomes;
  } finally {
    await producer.stop();
  }
}

/** What is found in a corrupted programme says something only when nothing is found in the honest one. */
async function assertClean(producer: DishonestProducer): Promise<void> {
  const { findings } = await tryCorruption(producer, {});
  if (findings.length > 0) throw new Error(`the honest programme has findings: ${JSON.stringify(findings)}`);
}
