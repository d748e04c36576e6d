import { after, before, describe, test } from "node:test";
import { audit, type FindingCode } from "../../src/auditor/index.ts";
import { assertFindings } from "./audit-expectations.ts";
import type { Scheme } from "./dishonest-books.ts";
import { DishonestProducer } from "./dishonest-producer.ts";
import type { Run } from "./dishonest-run.ts";

/** One false fact, committed consistently: roots and digests match it, the contracts accept it. */
export interface Corruption {
  readonly when: string;
  readonly scheme?: (producer: DishonestProducer) => Scheme;
  /** What happens on the chain while a day passes. */
  readonly meanwhile?: (day: number, producer: DishonestProducer, run: Run) => Promise<void>;
  /** What is done after the days; by default nothing. */
  readonly afterwards?: (
    run: Run,
    producer: DishonestProducer,
  ) => Promise<{ receiptsDir?: string; documentsDir?: string } | undefined>;
  readonly finds: readonly (readonly [FindingCode, string | RegExp])[];
}

/** Tests that each corruption is found and named, and nothing else. */
export function describeCorruptions(where: string, corruptions: readonly Corruption[]): void {
  describe(`given one false fact in ${where}`, () => {
    let producer: DishonestProducer;
    before(async () => {
      producer = await DishonestProducer.start();
    });
    after(() => producer.stop());

    for (const { when, scheme, meanwhile, afterwards, finds } of corruptions) {
      test(`when ${when}, exactly that is found`, async () => {
        const run = await producer.begin(scheme?.(producer));
        if (meanwhile !== undefined) run.meanwhile((day) => meanwhile(day, producer, run));
        await run.runDays();
        const more = (await afterwards?.(run, producer)) ?? {};
        const { rpcUrl, deployment } = producer;
        assertFindings(await audit({ rpcUrl, deployment, filesDirs: run.filesDirs, ...more }), finds);
      });
    }
  });
}
