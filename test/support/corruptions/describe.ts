import { after, before, describe, test } from "node:test";
import { assertFindings } from "../audit-expectations.ts";
import { DishonestProducer } from "../dishonest-producer.ts";
import type { CorruptionGroup } from "./corruption.ts";
import { tryCorruption } from "./try.ts";

/** Tests that each corruption is found and named, and nothing else. */
export function describeCorruptions({ where, corruptions }: CorruptionGroup): void {
  describe(`given one false fact in ${where}`, () => {
    let producer: DishonestProducer;
    before(async () => {
      producer = await DishonestProducer.start();
    });
    after(() => producer.stop());

    for (const corruption of corruptions) {
      test(`when ${corruption.when}, exactly that is found`, async () => {
        assertFindings(await tryCorruption(producer, corruption), corruption.finds);
      });
    }
  });
}
