import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RelayerStatus } from "../../src/cli/relayer-api.ts";
import { SignIns } from "../../src/cli/up/sign-ins.ts";
import { CairnError, DAY_S, type ErrorCode, type Hex } from "../../src/protocol/index.ts";
import { filled } from "../sdk/support.ts";

const GENESIS = 1_767_196_800;
const OWNERS = [filled(1, 20), filled(2, 20)] as const;

/** Services that answer as told, and what was awarded. */
function servicesOn(owners: readonly Hex[]) {
  const state = { day: 0, refusing: undefined as { account: Hex; code: ErrorCode } | undefined };
  const awarded: [day: number, account: Hex][] = [];
  const signIns = new SignIns({
    genesis: GENESIS,
    owners,
    relayer: { status: async () => ({ chainTime: GENESIS + state.day * DAY_S + 7 }) as RelayerStatus },
    operator: {
      async award(task, { account }) {
        assert.equal(task, "daily-sign-in");
        if (state.refusing?.account === account) throw new CairnError(state.refusing.code);
        awarded.push([state.day, account]);
      },
    },
  });
  return { state, awarded, signIns };
}

describe("owners of simulated cars who sign in", () => {
  test("given a programme's first day, nothing is awarded yet", async () => {
    const { awarded, signIns } = servicesOn(OWNERS);
    await signIns.look();
    assert.deepEqual(awarded, []);
  });

  test("when days begin, everybody signs in once on each", async () => {
    const { state, awarded, signIns } = servicesOn(OWNERS);
    for (state.day of [1, 1, 2, 4, 4]) await signIns.look();
    assert.deepEqual(
      awarded,
      [1, 2, 4].flatMap((day) => OWNERS.map((account) => [day, account])),
    );
  });

  test("when the operator is away, all sign in again as soon as it answers", async () => {
    const { state, awarded, signIns } = servicesOn(OWNERS);
    state.day = 1;
    state.refusing = { account: OWNERS[1], code: "OPERATOR_UNREACHABLE" };
    await assert.rejects(signIns.look(), { code: "OPERATOR_UNREACHABLE" });
    state.refusing = undefined;
    await signIns.look();
    assert.deepEqual(
      awarded.map(([, account]) => account),
      [OWNERS[0], ...OWNERS],
    );
  });

  test("when an award is refused, the others sign in all the same, and it is not asked for again that day", async () => {
    const { state, awarded, signIns } = servicesOn(OWNERS);
    state.day = 1;
    state.refusing = { account: OWNERS[0], code: "AWARD_LIMIT_REACHED" };
    await signIns.look();
    state.refusing = undefined;
    await signIns.look();
    assert.deepEqual(awarded, [[1, OWNERS[1]]]);
  });
});
