import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import type { ProgrammeEvent } from "../../src/chain/read/events.ts";
import { layOutRound } from "../../src/operator/duties/rounds/lay-out-round.ts";
import { weighAccounts } from "../../src/operator/duties/rounds/weigh.ts";
import { type Hex, hashRoundLeaf, hashRoundRow, ZERO_ADDRESS } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";

const NAMES = ["alice", "bob", "carol", "dave"] as const;
type Name = (typeof NAMES)[number];

/** A ledger in miniature, which says what the real one would say. Each act is a transaction of its own. */
class Ledger {
  readonly events: ProgrammeEvent[] = [];
  readonly balances = new Map<Hex, bigint>();
  readonly mined = new Map<Hex, bigint>();
  readonly forwards = new Map<Hex, Hex>();
  #transaction = 0;

  #say(event: Pick<ProgrammeEvent, "contract" | "name" | "args">): void {
    const place = { block: this.#transaction, blockHash: "0x", logIndex: this.events.length, time: this.#transaction };
    this.events.push({ ...event, ...place, transaction: `0x${this.#transaction}` } as unknown as ProgrammeEvent);
  }

  #transfer(from: Hex, to: Hex, value: bigint): void {
    if (from !== ZERO_ADDRESS) this.balances.set(from, (this.balances.get(from) ?? 0n) - value);
    if (to !== ZERO_ADDRESS) this.balances.set(to, (this.balances.get(to) ?? 0n) + value);
    this.#say({ contract: "stoneLedger", name: "Transfer", args: { from, to, value } } as never);
  }

  #flowOn(account: Hex): void {
    let end = account;
    for (let next = this.forwards.get(end); next !== undefined; next = this.forwards.get(end)) end = next;
    if (end !== account) this.#transfer(account, end, this.balances.get(account) ?? 0n);
  }

  credit(leaves: readonly { account: Hex; stones: bigint }[]): void {
    this.#transaction++;
    let units = 0n;
    for (const { account, stones } of leaves) {
      const due = stones - (this.mined.get(account) ?? 0n);
      if (due <= 0n) continue;
      units += due;
      this.mined.set(account, stones);
      this.#transfer(ZERO_ADDRESS, account, due);
      this.#flowOn(account);
    }
    const args = { day: 0n, leaves: BigInt(leaves.length), units };
    this.#say({ contract: "stoneLedger", name: "DayCredited", args } as never);
  }

  win(account: Hex, units: bigint): void {
    this.#transaction++;
    this.#transfer(ZERO_ADDRESS, account, units);
    this.#flowOn(account);
  }

  spend(account: Hex, units: bigint): void {
    this.#transaction++;
    const have = this.balances.get(account) ?? 0n;
    this.#transfer(account, ZERO_ADDRESS, have < units ? have : units);
  }

  move(account: Hex, to: Hex): void {
    if (this.forwards.has(account) || this.forwards.has(to) || account === to) return;
    this.#transaction++;
    this.forwards.set(account, to);
    this.#say({ contract: "accountMoves", name: "AccountMoved", args: { account, to } } as never);
    this.#transfer(account, to, this.balances.get(account) ?? 0n);
  }
}

const account = fc.constantFrom(...NAMES).map((name: Name) => addressOf(name));
const units = fc.bigInt({ min: 1n, max: 1_000n });
const act = fc.oneof(
  fc.record({ kind: fc.constant("credit" as const), account, units }),
  fc.record({ kind: fc.constant("win" as const), account, units }),
  fc.record({ kind: fc.constant("spend" as const), account, units }),
  fc.record({ kind: fc.constant("move" as const), account, to: account }),
);

describe("weighing accounts", () => {
  test("given any course of credits, prizes, spending and moves, who credits everything first has the same part", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), fc.array(units, { minLength: 4, maxLength: 4 }), (acts, extra) => {
        const ledger = new Ledger();
        for (const step of acts) {
          if (step.kind === "credit") {
            ledger.credit([{ account: step.account, stones: (ledger.mined.get(step.account) ?? 0n) + step.units }]);
          } else if (step.kind === "move") ledger.move(step.account, step.to);
          else ledger[step.kind](step.account, step.units);
        }
        const settled = NAMES.map((name, at) => {
          const credited = ledger.mined.get(addressOf(name)) ?? 0n;
          return { account: addressOf(name), stones: credited + (extra[at] as bigint) };
        });
        const weights = weighAccounts(ledger.events, settled);
        ledger.credit(settled);
        const balances = [...ledger.balances].filter(([, balance]) => balance > 0n).sort();
        assert.deepEqual(
          weights.map(({ account: of, weight }) => [of, weight]),
          balances,
        );
      }),
    );
  });

  test("when a prize and a credit stand in one transaction, only the credit counts as credited", () => {
    const ledger = new Ledger();
    ledger.win(addressOf("alice"), 7n);
    ledger.credit([{ account: addressOf("alice"), stones: 5n }]);
    const events = ledger.events.map((event) => ({ ...event, transaction: "0x1" }) as ProgrammeEvent);
    const settled = [{ account: addressOf("alice"), stones: 9n }];
    assert.deepEqual(weighAccounts(events, settled), [{ account: addressOf("alice"), weight: 16n }]);
  });
});

describe("laying out a round", () => {
  test("given any weights, the total is their sum, and OpenZeppelin's trees give root and digest", () => {
    fc.assert(
      fc.property(fc.array(units, { minLength: 1, maxLength: 12 }), (list) => {
        const weights = list.map((weight, at) => ({ account: addressOf(`${at}`), weight }));
        const laidOut = layOutRound(3, weights, keyOf);
        assert.equal(
          laidOut.totalWeight,
          list.reduce((sum, weight) => sum + weight, 0n),
        );
        assert.equal(SimpleMerkleTree.of(laidOut.leaves.map(hashRoundLeaf)).root, laidOut.tree.root);
        const hashes = laidOut.rows.map(({ row, rowSalt }) => hashRoundRow(row, rowSalt));
        assert.equal(SimpleMerkleTree.of(hashes).root, laidOut.digest);
      }),
      { numRuns: 30 },
    );
  });
});
