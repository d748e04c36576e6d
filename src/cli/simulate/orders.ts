import { type OrderRecord, readOrder } from "../../chain/read/orders.ts";
import { readStones } from "../../chain/read/stones.ts";
import { compareBytes, fromHex, type Hex, skuOf, UNITS_PER_STONE } from "../../protocol/index.ts";
import { hashOf } from "./hash.ts";
import type { PlannedCar } from "./plan.ts";
import { FULFILMENT_S } from "./rules.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { Upgrades } from "./upgrades.ts";
import type { World } from "./world.ts";

/** How an order of the scenario goes. */
const COURSES = ["accepted", "silent", "objected", "late", "cancelled"] as const;
type OrderCourse = (typeof COURSES)[number];

/** The catalogue of a simulation. */
const ITEMS: readonly { readonly sku: string; readonly stones: bigint }[] = [
  { sku: "software/ambient-light-pack", stones: 1n },
  { sku: "service/interior-cleaning", stones: 2n },
  { sku: "software/assisted-parking", stones: 3n },
];
const STOCK = 1_000;
/** Time of a listed item's window, seconds: far beyond any simulation. */
const FAR_FUTURE = 2 ** 39;

interface RunningOrder {
  readonly course: OrderCourse;
  readonly car: PlannedCar;
  readonly id: Hex;
}

/** How many orders there are, and how they ended. */
export interface OrderCounts {
  readonly placed: number;
  readonly completed: number;
  readonly refunded: number;
  readonly cancelled: number;
  readonly open: number;
  /** The course that each order took, and where it stands. */
  readonly courses: Readonly<Partial<Record<OrderCourse, string>>>;
}

/**
 * The orders of a simulation: one is accepted, one completed in silence, one objected to, one refunded since it was never
 * fulfilled, one cancelled. Each takes at most one step a day; what step that is follows from its state on the chain.
 */
export class OrderScenario implements Scenario {
  readonly #world: World;
  readonly #cars: readonly PlannedCar[];
  readonly #days: number;
  readonly #upgrades: Upgrades;
  readonly #orders: RunningOrder[] = [];
  #listed = false;

  /** @param cars Cars that may order: those that keep their owner. @param parts Days that are driven, and who delivers. */
  constructor(world: World, cars: readonly PlannedCar[], { days, upgrades }: { days: number; upgrades: Upgrades }) {
    this.#world = world;
    this.#upgrades = upgrades;
    this.#cars = cars;
    this.#days = days;
  }

  /** Lists the items. */
  async prepare(opensAt: number): Promise<void> {
    if (this.#listed) return;
    this.#listed = true;
    for (const { sku, stones } of ITEMS) {
      await this.#world.writers.catalogue.call("catalogue", "listItem", [
        {
          sku: skuOf(sku),
          price: stones * UNITS_PER_STONE,
          stock: STOCK,
          opensAt,
          closesAt: FAR_FUTURE,
          fulfilmentS: FULFILMENT_S,
          minDaysPaired: 1,
          maxRank: 0,
          milestone: 0,
        },
      ]);
    }
  }

  /** Takes the day's steps, from the first credit on. */
  async step({ time, status }: Moment): Promise<void> {
    if (status.creditedThroughDay === null) return;
    if (this.#orders.length === 0) {
      await this.#place();
      return;
    }
    for (const running of this.#orders) {
      const order = await readOrder(this.#world.client, this.#world.deployment, running.id);
      await this.#advance(running, order, time);
    }
  }

  /** Whether all orders have ended, or nobody could place one. */
  async isOver(day: number): Promise<boolean> {
    const { placed, open } = await this.counts();
    return placed === 0 ? day > this.#days + 2 : open === 0;
  }

  /** How the orders stand. */
  async counts(): Promise<OrderCounts> {
    const { client, deployment } = this.#world;
    const found = await Promise.all(this.#orders.map(({ id }) => readOrder(client, deployment, id)));
    const count = (state: OrderRecord["state"]) => found.filter((order) => order.state === state).length;
    const ended = count("completed") + count("refunded") + count("cancelled");
    return {
      placed: found.length,
      completed: count("completed"),
      refunded: count("refunded"),
      cancelled: count("cancelled"),
      open: found.length - ended,
      courses: Object.fromEntries(this.#orders.map(({ course }, i) => [course, found[i]?.state ?? "none"])),
    };
  }

  /** Places the five orders when somebody can pay for them: those who have most, so that it works in small fleets too. */
  async #place(): Promise<void> {
    const price = (ITEMS[0]?.stones ?? 0n) * UNITS_PER_STONE;
    const buyers = await this.#buyers(price);
    if (buyers.length < COURSES.length) return;
    for (const [i, course] of COURSES.entries()) {
      const car = buyers[i] as PlannedCar;
      const { id } = await this.#world.clientOf(car.owner).placeOrder({
        item: 1,
        vehicle: car.identity.vehicle,
        maxPrice: price,
        nonce: BigInt(i),
      });
      this.#orders.push({ course, car, id });
    }
  }

  /** Places in which an order can be made, richest account first; an account has as many as it can pay for. */
  async #buyers(price: bigint): Promise<PlannedCar[]> {
    const { client, deployment } = this.#world;
    const seen = new Set<Hex>();
    const cars = this.#cars.filter(({ owner }) => !seen.has(owner.address) && seen.add(owner.address));
    const stones = await Promise.all(cars.map(({ owner }) => readStones(client, deployment, owner.address)));
    const rich = cars
      .map((car, i) => ({ car, available: availableOf(stones[i]) }))
      .filter(({ available }) => available >= price)
      .sort((a, b) => Number(b.available - a.available) || byAddress(a.car, b.car));
    const once = rich.map(({ car }) => car);
    const again = rich.flatMap(({ car, available }) =>
      Array.from({ length: Math.min(COURSES.length, Number(available / price)) - 1 }, () => car),
    );
    return [...once, ...again];
  }

  /** The five orders are of the first item, a function of the car. */
  #deliver(order: Hex, { identity: { vehicle } }: PlannedCar, issuedAt: number): Hex {
    return this.#upgrades.deliver({ order, vehicle, sku: skuOf(ITEMS[0]?.sku ?? ""), issuedAt });
  }

  async #advance({ course, car, id }: RunningOrder, order: OrderRecord, time: number): Promise<void> {
    const { fulfilment, arbiter, anyone } = this.#world.writers;
    const owner = this.#world.clientOf(car.owner);
    const isOver = order.deadline < time;
    if (order.state === "placed") {
      if (course === "cancelled") await fulfilment.call("redemptionDesk", "cancelOrder", [id]);
      else if (course !== "late")
        await fulfilment.call("redemptionDesk", "fulfilOrder", [id, this.#deliver(id, car, time)]);
      else if (isOver) await anyone.call("redemptionDesk", "refundOrder", [id]);
    } else if (order.state === "fulfilled") {
      if (course === "accepted") await owner.acceptOrder({ order: id });
      else if (course === "objected") await owner.objectOrder({ order: id, reasonHash: hashOf(`scratched ${id}`) });
      else if (isOver) await anyone.call("redemptionDesk", "completeOrder", [id]);
    } else if (order.state === "objected") {
      await arbiter.call("redemptionDesk", "decideOrder", [id, true]);
    }
  }
}

function availableOf(stones: Awaited<ReturnType<typeof readStones>> | undefined): bigint {
  return stones === undefined ? 0n : stones.mined + stones.received - stones.out - stones.reserved;
}

function byAddress(a: PlannedCar, b: PlannedCar): number {
  return compareBytes(fromHex(a.owner.address), fromHex(b.owner.address));
}
