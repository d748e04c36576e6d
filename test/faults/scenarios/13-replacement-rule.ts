import assert from "node:assert/strict";
import { keccak256, parseTransaction, type TransactionSerializedEIP1559 } from "viem";
import type { Interceptor } from "../../support/rpc-proxy.ts";
import { eventually } from "../support/eventually.ts";
import type { Scenario } from "../support/scenario.ts";

/** The relayer bumps after half a minute. */
const BUMPED_WITHIN_MS = 45_000;

interface Pool {
  readonly interceptor: Interceptor;
  held: number;
  replaced: number;
  refused: number;
}

/** A pool that takes a transaction and leaves it, until another one pays a tenth more for its nonce, as go-ethereum asks. */
function reluctantPool(): Pool {
  let first: { raw: unknown; maxFee: bigint; tip: bigint } | undefined;
  const pool: Pool = {
    ...{ held: 0, replaced: 0, refused: 0 },
    async interceptor(call, forward) {
      if (call.method !== "eth_sendRawTransaction" || pool.replaced > 0) return forward(call);
      const raw = call.params[0] as TransactionSerializedEIP1559;
      const { maxFeePerGas: maxFee = 0n, maxPriorityFeePerGas: tip = 0n } = parseTransaction(raw);
      first ??= { raw, maxFee, tip };
      if (raw === first.raw) {
        pool.held++;
        return { result: keccak256(raw) };
      }
      if (10n * maxFee >= 11n * first.maxFee && 10n * tip >= 11n * first.tip) {
        pool.replaced++;
        return forward(call);
      }
      pool.refused++;
      return { error: { code: -32_000, message: "replacement transaction underpriced" } };
    },
  };
  return pool;
}

export const replacementRule: Scenario = {
  row: 13,
  name: "replacement-rule",
  fault: "the pool holds a transaction back, and asks a tenth more of whatever replaces it",
  shows: "the bump at the same nonce is enough at the first try",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const pool = reluctantPool();
    stage.proxy.intercept(pool.interceptor);
    await stage.drive();
    await eventually("it is held", () => pool.held > 0);
    await stage.mine(4);
    await eventually("it is replaced", () => pool.replaced > 0, BUMPED_WITHIN_MS);
    assert.equal(pool.refused, 0);
    await stage.untilIdle();
    return undefined;
  },
};
