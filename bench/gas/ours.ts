import { measureBoxes } from "./boxes.ts";
import type { Bench } from "./chain.ts";
import { credit, creditMany, type Day, dayOfAccounts, measureAnchors, neighbours, OWNERS, settle } from "./days.ts";
import type { Measurement } from "./measurement.ts";
import { creditAndOrder, deliver, listItem, order } from "./orders.ts";
import { measureConsents, measureVehicles, type Owner, ownersOf } from "./owners.ts";
import { measureServices } from "./services.ts";

const SECONDS_UNTIL_CREDITABLE = 86_400;

/** All operations of a programme, each once on new and once on written storage where that makes a difference. */
export async function measureOurs(bench: Bench): Promise<Measurement[]> {
  const days = [dayOfAccounts(0), dayOfAccounts(1)] as const;
  return [
    ...(await measureConsents(bench)),
    ...(await measureVehicles(bench)),
    ...(await measureAnchors(bench)),
    ...(await measureDays(bench, days)),
    ...(await measureOrders(bench, days)),
    ...(await measureBoxes(bench, days[1])),
    ...(await measureServices(bench)),
  ];
}

/** Two days settled and creditable, credited to single accounts and to many. */
async function measureDays(bench: Bench, days: readonly [Day, Day]): Promise<Measurement[]> {
  const [first, second] = days;
  const settledFirst = await settle(bench, first);
  const settledAgain = await settle(bench, second);
  bench.moveTo(bench.now() + SECONDS_UNTIL_CREDITABLE);
  const creditedFirst = await credit(bench, first, 0);
  const creditedAgain = await credit(bench, second, 0);
  const pushedFirst = neighbours(first, 0);
  const manyFirst = await creditMany(bench, first, pushedFirst);
  // Each day's tree has its own order, so the neighbours of the second day are first credited from all over the first tree.
  const pushedAgain = neighbours(second, 0).filter((index) => !pushedFirst.includes(index));
  await creditMany(bench, first, pushedAgain);
  const manyAgain = await creditMany(bench, second, pushedAgain);
  return [
    { operation: "day settled, first", items: 1, ...settledFirst },
    { operation: "day settled, again", items: 1, ...settledAgain },
    { operation: "credit by proof, depth 17, first", items: 1, ...creditedFirst },
    { operation: "credit by proof, depth 17, again", items: 1, ...creditedAgain },
    { operation: "credits pushed, first", items: pushedFirst.length, ...manyFirst },
    { operation: "credits pushed, again", items: pushedAgain.length, ...manyAgain },
  ];
}

/** Orders with and without a credit, and their delivery. The owner of index 0 was credited before. */
async function measureOrders(bench: Bench, [first, second]: readonly [Day, Day]): Promise<Measurement[]> {
  const owners = ownersOf(OWNERS);
  const [known, unknown] = [owners[0] as Owner, owners[1] as Owner];
  await listItem(bench);
  const withFirst = await creditAndOrder(bench, { owner: unknown, index: 1, nonce: 1 }, first);
  const withAgain = await creditAndOrder(bench, { owner: unknown, index: 1, nonce: 2 }, second);
  const without = await order(bench, known, 1);
  const { fulfil, accept } = await deliver(bench, known, 1);
  return [
    { operation: "order with credit, first", items: 1, ...withFirst },
    { operation: "order with credit, again", items: 1, ...withAgain },
    { operation: "order without credit", items: 1, ...without },
    { operation: "order fulfilled", items: 1, ...fulfil },
    { operation: "order accepted", items: 1, ...accept },
  ];
}
