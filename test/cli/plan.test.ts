import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { makePlan, type Plan } from "../../src/cli/simulate/plan.ts";
import { relaxedRules, simulationRules } from "../../src/cli/simulate/rules.ts";
import { DROPS_PER_DAY, dropStart } from "../../src/protocol/index.ts";

const GENESIS = 1_767_196_800;
const SET_UP_AT = GENESIS - 3_600;

const options = fc.record({
  seed: fc.string({ minLength: 1, maxLength: 12 }),
  vehicles: fc.integer({ min: 1, max: 40 }),
  days: fc.integer({ min: 1, max: 20 }),
});
type Options = { seed: string; vehicles: number; days: number };
const planOf = (given: Options): Plan => makePlan({ ...given, genesis: GENESIS, setUpAt: SET_UP_AT });

describe("makePlan", () => {
  test("when the options are the same, so is the plan", () => {
    fc.assert(
      fc.property(options, (given) => {
        const [one, other] = [planOf(given), planOf(given)];
        const facts = ({ cars, resold, actions }: Plan) =>
          JSON.stringify([
            cars.map(({ name, identity }) => [name, identity.vehicle]),
            resold.length,
            [...actions.keys()],
          ]);
        assert.equal(facts(one), facts(other));
      }),
      { numRuns: 10 },
    );
  });

  test("when there are two cars and three days, a consent is withdrawn and a car is sold", () => {
    fc.assert(
      fc.property(options, (given) => {
        if (given.vehicles < 2 || given.days < 3) return;
        const kinds = [...planOf(given).actions.values()].flat().map(({ kind }) => kind);
        assert.ok(kinds.includes("withdraw") && kinds.includes("sell"), kinds.join());
      }),
      { numRuns: 25 },
    );
  });

  test("when something is planned, it lies within the days", () => {
    fc.assert(
      fc.property(options, (given) => {
        for (const drop of planOf(given).actions.keys()) assert.ok(drop >= 0 && drop < given.days * DROPS_PER_DAY);
      }),
      { numRuns: 25 },
    );
  });

  test("when a consent is withdrawn, it does not stand from the middle of that drop on", () => {
    fc.assert(
      fc.property(options, (given) => {
        const plan = planOf(given);
        for (const [drop, actions] of plan.actions) {
          for (const action of actions) {
            if (action.kind !== "withdraw") continue;
            const car = plan.cars.find(({ owner }) => owner === action.owner);
            assert.ok(car !== undefined);
            const at = dropStart(GENESIS, drop) + 300;
            assert.notEqual(plan.consentMaskAt(car.identity.vehicle, at - 1), 0);
            assert.equal(plan.consentMaskAt(car.identity.vehicle, at), 0);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test("when a car is sold, it comes back under another identity, and the second owner's consent stands from then on", () => {
    const plan = planOf({ seed: "7", vehicles: 12, days: 3 });
    const [next] = plan.resold;
    const before = plan.cars.find(({ until }) => until !== undefined);
    assert.ok(next !== undefined && before !== undefined);
    assert.equal(next.follows, before.identity.vehicle);
    assert.equal(next.identity.vin, before.identity.vin);
    assert.notEqual(next.identity.vehicle, before.identity.vehicle);
    assert.notEqual(next.owner.address, before.owner.address);
    assert.equal(next.from, before.until);
    assert.equal(plan.consentMaskAt(next.identity.vehicle, next.from - 1), 0);
    assert.notEqual(plan.consentMaskAt(next.identity.vehicle, next.from), 0);
  });
});

describe("relaxedRules", () => {
  test("when rules of a simulation differ from the published ones, each is named with both values", () => {
    const named = Object.fromEntries(relaxedRules(simulationRules(40)).map(({ rule, ...values }) => [rule, values]));
    assert.deepEqual(named, {
      redemptionDelayDays: { value: 1, default: 90 },
      pushIntervalDays: { value: 10, default: 30 },
      objectionS: { value: 172_800, default: 604_800 },
      "item.fulfilmentS": { value: 172_800, default: 15_552_000 },
    });
  });

  test("when rules are relaxed, the challenge window is not", () => {
    assert.equal(simulationRules(3).challengeWindowS, 86_400);
  });
});
