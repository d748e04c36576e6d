import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { randomStream, xoshiro128 } from "../../src/fleet/random.ts";

const draw = (count: number, ...path: (string | number)[]): number[] => {
  const random = randomStream("seed", ...path);
  return Array.from({ length: count }, () => random.float());
};

describe("a random stream", () => {
  test("given the state 1, 2, 3, 4, begins as the algorithm's reference does", () => {
    const next = xoshiro128([1, 2, 3, 4]);
    assert.deepEqual([next(), next(), next(), next()], [11_520, 0, 5_927_040, 70_819_200]);
  });

  test("given one path twice, is the same", () => {
    assert.deepEqual(draw(20, "car", 1), draw(20, "car", 1));
  });

  test("given another path or seed, is another", () => {
    assert.notDeepEqual(draw(4, "car", 1), draw(4, "car", 2));
    assert.notDeepEqual(draw(4, "car", 11), draw(4, "car1", 1));
    assert.notEqual(randomStream("a").float(), randomStream("b").float());
  });

  test("given any bounds, draws within them", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -1_000, max: 1_000 }), fc.nat(1_000), (seed, min, width) => {
        const random = randomStream(seed);
        const whole = random.integer(min, min + width);
        const real = random.between(min, min + width + 1);
        assert.ok(Number.isInteger(whole) && whole >= min && whole <= min + width);
        assert.ok(real >= min && real < min + width + 1);
        assert.ok(Math.abs(random.normal(0, 1)) <= 4);
      }),
    );
  });

  test("given many draws, mean and deviation are those that were asked for", () => {
    const random = randomStream("many");
    const drawn = Array.from({ length: 20_000 }, () => random.normal(10, 2));
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    assert.ok(Math.abs(mean - 10) < 0.05);
    assert.ok(Math.abs(Math.sqrt(variance) - 2) < 0.05);
  });
});
