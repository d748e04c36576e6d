import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { DAY_S, signingDomain, typedDigest } from "../../../src/protocol/codec/index.ts";
import { CARS } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Run } from "../dishonest-run.ts";
import { exchangePrizes, openSeason } from "../dishonest-season.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR, SECOND] = CARS;
const FALSE: Hex = `0x${"12".repeat(32)}`;

/** What can be false about a season. */
export const SEASONS = corruptionsOf("a season", { means: "storage", by: "a contract that is wrong" }, [
  {
    when: "the prizes of a season are others than were fixed",
    afterwards: async (_, producer) => {
      await openSeason(producer);
      await exchangePrizes(producer);
      return undefined;
    },
    finds: [["STATE_DIFFERS", "season 1"]],
  },
]);

/** Excludes the first car's owner on day 0 for day 1. */
const exclude = (ignored: boolean) => async (day: number, _: DishonestProducer, run: Run) => {
  if (day === 0) await run.exclude(CAR.account, { from: 1, until: 2 }, ignored);
};

/** What can be false about an exclusion. */
export const EXCLUSIONS = corruptionsOf("an exclusion", { means: "books", by: "relayer" }, [
  {
    when: "metres of an excluded account are counted",
    meanwhile: exclude(true),
    finds: [192, 204, 216].map((drop) => ["EXCLUSION_IGNORED", `drop ${drop} index 0`] as const),
  },
  {
    when: "metres are not counted although the exclusion lapsed",
    meanwhile: async (day, producer, run) => {
      await exclude(false)(day, producer, run);
      const appeal = { account: CAR.account, exclusion: 1, statementHash: FALSE, deadline: 0 };
      if (day === 0) await producer.send(CAR.account, "exclusions", "appealExclusion", [appeal]);
    },
    finds: [192, 204, 216].map((drop) => ["DROP_COUNT_WRONG", `drop ${drop} index 0`] as const),
  },
  {
    when: "metres are not counted although the arbiter decided for the owner",
    meanwhile: async (day, producer, run) => {
      await exclude(false)(day, producer, run);
      if (day !== 0) return;
      const appeal = { account: CAR.account, exclusion: 1, statementHash: FALSE, deadline: 0 };
      await producer.send(CAR.account, "exclusions", "appealExclusion", [appeal]);
      await producer.send("arbiter", "exclusions", "decideAppeal", [CAR.account, 1, false]);
    },
    finds: [192, 204, 216].map((drop) => ["DROP_COUNT_WRONG", `drop ${drop} index 0`] as const),
  },
]);

/** An order of the first car that is fulfilled with the digest of an entitlement, which may be told of something else. */
async function deliver(run: Run, producer: DishonestProducer, told: object, evidence?: Hex) {
  await run.credit(2);
  const intent = { account: CAR.account, item: 1, vehicle: CAR.vehicle, maxPrice: 10n ** 9n, nonce: 1n, deadline: 0 };
  await producer.send(CAR.account, "redemptionDesk", "placeOrder", [intent]);
  const order = typedDigest(signingDomain(producer.deployment, "OrderIntent"), "OrderIntent", intent);
  const entitlement = { order, vehicle: CAR.vehicle, sku: `0x${"77".repeat(32)}`, issuedAt: 3 * DAY_S, ...told };
  const digest = typedDigest(signingDomain(producer.deployment, "Entitlement"), "Entitlement", entitlement);
  await producer.send("operator", "redemptionDesk", "fulfilOrder", [order, evidence ?? digest]);
  return { documentsDir: await run.writeDocuments({ entitlement: { entitlement, signature: "0x" } }) };
}

/** What can be false about a delivery. */
export const DELIVERIES = corruptionsOf("a delivery", { means: "transaction", by: "operator" }, [
  {
    when: "an entitlement is for another vehicle than its order",
    afterwards: (run, producer) => deliver(run, producer, { vehicle: SECOND.vehicle }),
    finds: [["DELIVERY_WRONG", /^order 0x/]],
  },
  {
    when: "an entitlement is for another item than its order",
    afterwards: (run, producer) => deliver(run, producer, { sku: FALSE }),
    finds: [["DELIVERY_WRONG", /^order 0x/]],
  },
  {
    when: "an order is fulfilled with another hash than its entitlement's",
    afterwards: (run, producer) => deliver(run, producer, {}, FALSE),
    finds: [["DELIVERY_UNNAMED", /^order 0x/]],
  },
]);
