import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { encodeFunctionData, erc20Abi } from "viem";
import { readAllowance } from "../../src/chain/read/tokens.ts";
import {
  DROPS_PER_DAY,
  dayStart,
  type Hex,
  hashRoundLeaf,
  MerkleTree,
  signingDomain,
  typedDigest,
  UNITS_PER_STONE,
  ZERO_HASH,
} from "../../src/protocol/index.ts";
import { addressOf, deviceOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { deployMock } from "../relayer/support/wallets.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

const CAR: Hex = `0x${"c4".repeat(32)}`;
const DAY_S = 86_400;
const STONES = 5n * UNITS_PER_STONE;
/** Alice has three of five parts, bob two. */
const LEAVES = (["alice", "bob"] as const).map((name, index) => ({
  ...{ round: 1, index, account: addressOf(name), weight: BigInt(3 - index) * UNITS_PER_STONE },
  salt: `0x${"5a".repeat(32)}` as Hex,
}));
const TREE = new MerkleTree(LEAVES.map(hashRoundLeaf));

interface Rounds {
  readonly rounds: readonly { round: number; state: string; paid: string; left: string; claims: number }[];
}

describe("benefit rounds at the desk", () => {
  let desk: TestDesk;
  let token: Hex;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(GENESIS);
    token = await deployMock(desk, "OddToken", []);
    await settleADayWithStones();
    await mint(1_000n);
  });

  after(() => desk.stop());

  /** Day 0, on which one car could have driven for the stones; creditable afterwards. */
  async function settleADayWithStones(): Promise<void> {
    const { x, y } = deviceOf("car");
    await desk
      .writer("manufacturer")
      .call("vehicleRegistry", "registerVehicles", [[{ vehicle: CAR, keyX: x, keyY: y }]]);
    const pairing = { vehicle: CAR, account: addressOf("alice"), deadline: GENESIS + 3_600 };
    const digest = typedDigest(signingDomain(desk.deployment, "VehiclePairing"), "VehiclePairing", pairing);
    await desk.writer("alice").call("vehicleRegistry", "pairVehicle", [pairing, deviceOf("car").sign(digest)]);
    await desk.moveTo(dayStart(GENESIS, 1));
    const roots = Array.from({ length: DROPS_PER_DAY }, () => ZERO_HASH);
    await desk.writer("relayer").call("dropAnchor", "anchorDrops", [0n, roots, ZERO_HASH]);
    const root: Hex = `0x${"01".repeat(32)}`;
    const totals = [2, STONES, 0n, 100_000n] as const;
    await desk.writer("relayer").call("stoneLedger", "settleDay", [0n, root, root, ...totals, ZERO_HASH]);
    await desk.moveTo(dayStart(GENESIS, 2) + 60);
  }

  async function mint(amount: bigint): Promise<void> {
    const abi = [
      {
        ...{ type: "function", name: "mint", stateMutability: "nonpayable", outputs: [] },
        inputs: [
          { name: "to", type: "address" },
          { name: "amount", type: "uint256" },
        ],
      },
    ] as const;
    const data = encodeFunctionData({ abi, functionName: "mint", args: [addressOf("treasurer"), amount] });
    const [from] = (await desk.rpc("eth_accounts", [])) as [Hex];
    await desk.rpc("eth_sendTransaction", [{ from, to: token, data }]);
  }

  async function balance(account: Hex): Promise<bigint> {
    return desk.client.readContract({ abi: erc20Abi, address: token, functionName: "balanceOf", args: [account] });
  }

  async function terms(changes: object = {}): Promise<string> {
    const deadline = Number((await desk.client.getBlock()).timestamp) + 60 * DAY_S;
    const document = `0x${"0d".repeat(32)}`;
    return desk.file("round.json", {
      ...{ token, amount: "300", day: 0, accounts: 2, totalWeight: `${STONES}`, deadline, root: TREE.root, document },
      ...changes,
    });
  }

  async function states(): Promise<[number, string][]> {
    return (await desk.read<Rounds>("rounds", "list")).rounds.map(({ round, state }) => [round, state]);
  }

  async function lefts(): Promise<string[]> {
    return (await desk.read<Rounds>("rounds", "list")).rounds.map(({ left }) => left);
  }

  test("when a round is paid in, the amount is approved first and then taken", async () => {
    const acts = await desk.act("rounds", "open", await terms());
    assert.deepEqual(
      acts.map(({ call, signer }) => [call, signer]),
      [
        ["token.approve", addressOf("treasurer")],
        ["benefitRounds.openRound", addressOf("treasurer")],
      ],
    );
    const { benefitRounds } = desk.deployment.contracts;
    assert.deepEqual([await balance(benefitRounds), await balance(addressOf("treasurer"))], [300n, 700n]);
    assert.deepEqual(await states(), [[1, "can be cancelled"]]);
  });

  test("when the approval stands already, only the round is paid in; cancelled, it is paid back by anybody", async () => {
    const { benefitRounds: spender } = desk.deployment.contracts;
    const approve = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, 300n] });
    const treasurer = addressOf("treasurer");
    await desk.rpc("anvil_impersonateAccount", [treasurer]);
    await desk.rpc("eth_sendTransaction", [{ from: treasurer, to: token, data: approve }]);
    assert.equal(await readAllowance(desk.client, { token, owner: treasurer, spender }), 300n);
    const acts = await desk.act("rounds", "open", await terms());
    assert.deepEqual(
      acts.map(({ call }) => call),
      ["benefitRounds.openRound"],
    );
    await desk.refused("AccessManagedUnauthorized", "rounds", "cancel", "2", "--key-file", strangersKey(desk));
    const [cancelled] = await desk.act("rounds", "cancel", "2");
    assert.match(JSON.stringify(cancelled?.facts), /return-rest 2/);
    assert.equal(await balance(treasurer), 400n);
    assert.deepEqual(await lefts(), ["300", "300"]);
    await desk.act("rounds", "return-rest", "2", "--key-file", strangersKey(desk));
    assert.equal(await balance(treasurer), 700n);
    assert.deepEqual(await lefts(), ["300", "0"]);
    await desk.refused("BenefitRounds_NothingToReturn", "rounds", "return-rest", "2");
  });

  test("when a day is not settled, or weights pass the stones, the contract refuses it and the approval alone is left", async () => {
    for (const [changes, error] of [
      [{ day: 1 }, "BenefitRounds_DayNotFinal"],
      [{ totalWeight: `${STONES + 1n}` }, "BenefitRounds_InvalidTerms"],
    ] as const) {
      const { code, stdout } = await desk.run("rounds", "open", await terms(changes), "--yes", "--json");
      const { state, acts } = JSON.parse(stdout);
      assert.deepEqual([code, state, acts.at(-1).refusal?.error], [1, "refused", error]);
    }
    assert.equal(await balance(addressOf("treasurer")), 700n);
  });

  test("when it was claimed in part and is over, anybody returns the rest", async () => {
    type Opened = { rounds: { claimableFrom: number; deadline: number }[] };
    const [opened] = (await desk.read<Opened>("rounds", "list")).rounds;
    await desk.moveTo(opened?.claimableFrom as number);
    assert.equal((await states())[0]?.[1], "claimable");
    await desk.refused("BenefitRounds_NotCancellable", "rounds", "cancel", "1");
    const { round, ...leaf } = LEAVES[0] as (typeof LEAVES)[number];
    const claim = { account: leaf.account, round, index: leaf.index, to: leaf.account, deadline: 0 };
    await desk.writer("alice").call("benefitRounds", "claimBenefit", [claim, leaf, TREE.proof(0)]);
    await desk.refused("BenefitRounds_NothingToReturn", "rounds", "return-rest", "1");
    await desk.moveTo((opened?.deadline as number) + 1);
    const [act] = await desk.act("rounds", "return-rest", "1");
    assert.equal(act?.signs, "anybody");
    const { rounds } = await desk.read<Rounds>("rounds", "list");
    assert.deepEqual(
      rounds.map(({ state, paid, claims }) => [state, paid, claims]),
      [
        ["returned", "180", 1],
        ["cancelled", "0", 0],
      ],
    );
    assert.equal(await balance(addressOf("treasurer")), 820n);
  });
});
