import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { describe, it } from "mocha";
import { at, DAY_S, ethers, GENESIS, now } from "./fixture.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  FULFILMENT_S,
  OBJECTION_S,
  type Orderable,
  orderable,
  PRICE,
  place,
} from "./orderable.ts";

const EVIDENCE = ethers.id("evidence");
const REASON = ethers.id("reason");
const STATES = ["None", "Placed", "Fulfilled", "Objected", "Completed", "Cancelled", "Refunded"] as const;
type State = (typeof STATES)[number];
/** When an order in these states was last moved; its deadline counts from there. */
const MOVED_AT = ELIGIBLE_AT + 100;

type Send = (o: Orderable, order: string) => Promise<ContractTransactionResponse>;

/** What can be done with an order, each by whoever may. */
const ACTIONS = {
  fulfilOrder: ({ p }, order) => p.redemptionDesk.connect(p.roles.operator).fulfilOrder(order, EVIDENCE),
  cancelOrder: ({ p }, order) => p.redemptionDesk.connect(p.roles.operator).cancelOrder(order),
  acceptOrder: ({ p, owner }, order) => p.redemptionDesk.connect(owner).acceptOrder(order),
  objectOrder: ({ p, owner }, order) => p.redemptionDesk.connect(owner).objectOrder(order, REASON),
  refundByArbiter: ({ p }, order) => p.redemptionDesk.connect(p.roles.arbiter).decideOrder(order, true),
  completeByArbiter: ({ p }, order) => p.redemptionDesk.connect(p.roles.arbiter).decideOrder(order, false),
  completeOrder: ({ p, poor }, order) => p.redemptionDesk.connect(poor).completeOrder(order),
  refundOrder: ({ p, poor }, order) => p.redemptionDesk.connect(poor).refundOrder(order),
} as const satisfies Record<string, Send>;
type Action = keyof typeof ACTIONS;

/** How a placed order comes to each state. The last step is at MOVED_AT. */
const WAYS: Readonly<Record<State, readonly Action[]>> = {
  None: [],
  Placed: [],
  Fulfilled: ["fulfilOrder"],
  Objected: ["fulfilOrder", "objectOrder"],
  Completed: ["fulfilOrder", "acceptOrder"],
  Cancelled: ["cancelOrder"],
  Refunded: ["fulfilOrder", "objectOrder", "refundByArbiter"],
};

/** Which state an action leads to: until the deadline's second, and after it. What is not listed is refused. */
const LEADS: Readonly<Partial<Record<State, { inTime: Moves; late: Moves }>>> = {
  Placed: {
    inTime: { fulfilOrder: "Fulfilled", cancelOrder: "Cancelled" },
    late: { cancelOrder: "Cancelled", refundOrder: "Refunded" },
  },
  Fulfilled: {
    inTime: { cancelOrder: "Cancelled", acceptOrder: "Completed", objectOrder: "Objected" },
    late: { cancelOrder: "Cancelled", acceptOrder: "Completed", completeOrder: "Completed" },
  },
  Objected: {
    inTime: { cancelOrder: "Cancelled", refundByArbiter: "Refunded", completeByArbiter: "Completed" },
    late: { cancelOrder: "Cancelled", refundOrder: "Refunded" },
  },
};
type Moves = Readonly<Partial<Record<Action, State>>>;

const ENDED_SPENT: readonly State[] = ["Completed"];
const ENDED_FREE: readonly State[] = ["Cancelled", "Refunded"];

interface Reached {
  readonly order: string;
  readonly deadline: number;
}

/** Brings an order to a state. For an unknown order the deadline is 0. */
async function reach(o: Orderable, state: State): Promise<Reached> {
  if (state === "None") return { order: ethers.id("unknown"), deadline: 0 };
  const ways = WAYS[state];
  const order = await place(o, {}, ways.length === 0 ? MOVED_AT : ELIGIBLE_AT);
  for (const [i, action] of ways.entries()) {
    await at(i === ways.length - 1 ? MOVED_AT : ELIGIBLE_AT + i);
    await ACTIONS[action](o, order);
  }
  const { deadline } = await o.p.redemptionDesk.orderOf(order);
  return { order, deadline: Number(deadline) };
}

/** The account's word once its only order is in a state. */
function stonesIn(state: State): (bigint | boolean)[] {
  if (ENDED_SPENT.includes(state)) return [BALANCE, 0n, PRICE, 0n, false];
  return [BALANCE, 0n, 0n, ENDED_FREE.includes(state) ? 0n : PRICE, false];
}

/** The function of an action, and how its tests' titles say that it is done. */
const TOLD: Readonly<Partial<Record<Action, readonly [name: string, done: string]>>> = {
  refundByArbiter: ["decideOrder", "decided for the owner"],
  completeByArbiter: ["decideOrder", "decided for the operator"],
};

for (const action of Object.keys(ACTIONS) as Action[]) {
  const [name, done] = TOLD[action] ?? [action, "called"];

  describe(`RedemptionDesk: ${name}, in every state of an order`, () => {
    for (const state of STATES) {
      for (const when of ["inTime", "late"] as const) {
        const next = LEADS[state]?.[when][action];
        const time = when === "inTime" ? "in the deadline's second" : "a second later";
        it(`given an order ${state}, when ${done} ${time}, it ${next === undefined ? "is refused" : `becomes ${next}`}`, async () => {
          const o = await orderable();
          const { order, deadline } = await reach(o, state);
          const second = Math.max(deadline, (await now()) + 1) + (when === "late" ? 1 : 0);
          await at(second);
          const transaction = ACTIONS[action](o, order);
          if (next !== undefined) {
            await transaction;
            expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(STATES.indexOf(next));
            expect([...(await o.p.stoneLedger.stonesOf(o.owner.address))]).to.deep.equal(stonesIn(next));
            return;
          }
          const asOwner = action === "acceptOrder" || action === "objectOrder";
          const refusal = expect(transaction).to.be.revertedWithCustomError(
            o.p.redemptionDesk,
            state === "None" && asOwner ? "RedemptionDesk_NotOwner" : "RedemptionDesk_WrongState",
          );
          if (state === "None" && asOwner) await refusal.withArgs(order, o.owner.address);
          else await refusal.withArgs(order, STATES.indexOf(state), deadline);
        });
      }
    }
  });
}

/** A step carried out at a second on an order in a state. */
async function step(state: State, action: Action, second = MOVED_AT + 1_000) {
  const o = await orderable();
  const { order } = await reach(o, state);
  await at(second);
  return { o, order, second, transaction: ACTIONS[action](o, order) };
}

/** An order's stones are gone: told by both contracts, and out of the supply. */
async function expectSpent(o: Orderable, order: string, completing: Promise<unknown>): Promise<void> {
  await expect(completing).to.emit(o.p.redemptionDesk, "OrderCompleted").withArgs(order);
  await expect(completing).to.emit(o.p.stoneLedger, "Transfer").withArgs(o.owner.address, ethers.ZeroAddress, PRICE);
  expect(await o.p.stoneLedger.balanceOf(o.owner.address)).to.equal(BALANCE - PRICE);
  expect(await o.p.stoneLedger.totalSupply()).to.equal(BALANCE - PRICE);
  expect(await o.p.stoneLedger.issuedMined()).to.equal(BALANCE);
}

/** An order's stones are its account's again, and none was spent. */
async function expectFree(
  o: Orderable,
  ending: Promise<unknown>,
  { event, order }: { event: "OrderCancelled" | "OrderRefunded"; order: string },
): Promise<void> {
  await expect(ending).to.emit(o.p.redemptionDesk, event).withArgs(order);
  await expect(ending).to.not.emit(o.p.stoneLedger, "Transfer");
  expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE);
}

describe("RedemptionDesk: fulfilOrder", () => {
  it("when fulfilled, the owner has objectionS from that second", async () => {
    const { o, order, second, transaction } = await step("Placed", "fulfilOrder");
    await expect(transaction)
      .to.emit(o.p.redemptionDesk, "OrderFulfilled")
      .withArgs(order, EVIDENCE, second + OBJECTION_S);
    expect((await o.p.redemptionDesk.orderOf(order)).deadline).to.equal(second + OBJECTION_S);
  });

  it("given a time for objections scheduled for the day of the step, that one holds", async () => {
    const o = await orderable();
    const order = await place(o);
    const day = Math.floor((ELIGIBLE_AT - GENESIS) / DAY_S) + 1;
    await o.p.rules.connect(o.p.roles.rules).scheduleRules(day, { ...o.p.rulesInForce, objectionS: 77 });
    const second = GENESIS + day * DAY_S;
    await at(second);
    await ACTIONS.fulfilOrder(o, order);
    expect((await o.p.redemptionDesk.orderOf(order)).deadline).to.equal(second + 77);
  });
});

describe("RedemptionDesk: cancelOrder", () => {
  it("when cancelled, the stones are free again and none is spent", async () => {
    const { o, order, transaction } = await step("Objected", "cancelOrder");
    await expectFree(o, transaction, { event: "OrderCancelled", order });
  });
});

describe("RedemptionDesk: acceptOrder", () => {
  it("when accepted, the stones are spent", async () => {
    const { o, order, transaction } = await step("Fulfilled", "acceptOrder");
    await expectSpent(o, order, transaction);
  });

  it("given that the vehicle was released since, the order lives on", async () => {
    const o = await orderable();
    const { order } = await reach(o, "Fulfilled");
    const release = { vehicle: o.vehicle, account: o.owner.address, deadline: 0 };
    await o.p.vehicleRegistry.connect(o.owner).releaseVehicle(release);
    await ACTIONS.acceptOrder(o, order);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(STATES.indexOf("Completed"));
  });
});

describe("RedemptionDesk: objectOrder", () => {
  it("when objected to, the arbiter has objectionS from that second", async () => {
    const { o, order, second, transaction } = await step("Fulfilled", "objectOrder");
    await expect(transaction)
      .to.emit(o.p.redemptionDesk, "OrderObjected")
      .withArgs(order, REASON, second + OBJECTION_S);
    expect((await o.p.redemptionDesk.orderOf(order)).deadline).to.equal(second + OBJECTION_S);
  });
});

for (const action of ["acceptOrder", "objectOrder"] as const) {
  describe(`RedemptionDesk: ${action}`, () => {
    it("given somebody else, it is refused", async () => {
      const o = await orderable();
      const { order } = await reach(o, "Fulfilled");
      await expect(ACTIONS[action]({ ...o, owner: o.poor }, order))
        .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotOwner")
        .withArgs(order, o.poor.address);
    });
  });
}

describe("RedemptionDesk: decideOrder", () => {
  it("when decided for the owner, the stones are free again", async () => {
    const { o, order, transaction } = await step("Objected", "refundByArbiter");
    await expectFree(o, transaction, { event: "OrderRefunded", order });
  });

  it("when decided for the operator, the stones are spent", async () => {
    const { o, order, transaction } = await step("Objected", "completeByArbiter");
    await expectSpent(o, order, transaction);
  });
});

describe("RedemptionDesk: completeOrder", () => {
  it("when completed by anybody, the stones are spent", async () => {
    const { o, order, transaction } = await step("Fulfilled", "completeOrder", MOVED_AT + OBJECTION_S + 1);
    await expectSpent(o, order, transaction);
  });
});

describe("RedemptionDesk: refundOrder", () => {
  it("when refunded by anybody, the stones are free again", async () => {
    const { o, order, transaction } = await step("Placed", "refundOrder", MOVED_AT + FULFILMENT_S + 1);
    await expectFree(o, transaction, { event: "OrderRefunded", order });
  });
});

describe("RedemptionDesk: placeOrder, how long an order waits", () => {
  it("when placed, the operator has fulfilmentS from that second", async () => {
    const o = await orderable();
    const { deadline } = await reach(o, "Placed");
    expect(deadline).to.equal(MOVED_AT + FULFILMENT_S);
  });
});
