import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { type Hex, hashAwardLeaf, hashAwardRow, keccak, toHex, ZERO_HASH } from "../../src/protocol/index.ts";
import type { AcceptedAward } from "../../src/relayer/domain/close-awards.ts";
import { type ClosedDrop, closeDrop } from "../../src/relayer/domain/close-drop.ts";
import { drives, noHeads, readingsOf } from "./support/drops.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { GENESIS } from "./support/programme.ts";

const OWNERS = ["alice", "bob", "carol"].map(addressOf);
const CAP = 200_000;

/** Who is awarded how much in a drop. */
const awarded = fc.array(fc.record({ who: fc.nat(2), crystals: fc.integer({ min: 1, max: 9 }) }), { maxLength: 12 });
const drops = fc.array(awarded, { minLength: 1, maxLength: 5 });

function awardsOf(drop: number, given: readonly { who: number; crystals: number }[]): AcceptedAward[] {
  return given.map(({ who, crystals }, at) => ({
    ...{ task: 1, account: OWNERS[who] as Hex, occurrence: keyOf(`${drop} ${at}`), crystals, awardedAt: GENESIS },
    digest: keccak(new TextEncoder().encode(`${drop} ${at}`)),
    signature: toHex(new Uint8Array(65).fill(27)),
  }));
}

/** Closes consecutive drops, each on the state that the one before left. */
function closeAll(
  all: readonly (readonly { who: number; crystals: number }[])[],
  {
    driven = [],
    isExcluded = () => false,
  }: { driven?: readonly number[]; isExcluded?: (account: Hex) => boolean } = {},
): ClosedDrop[] {
  const { vehicles, accounts } = noHeads();
  return all.map((given, drop) => {
    const closed = closeDrop({
      ...{ drop, genesis: GENESIS, vehicles, accounts, dailyCapM: () => CAP, isExcluded },
      ...{ readings: readingsOf(drop, driven), awards: awardsOf(drop, given) },
    });
    for (const [vehicle, head] of closed.vehicles) vehicles.set(vehicle, head);
    for (const [account, head] of closed.accounts) accounts.set(account, head);
    return closed;
  });
}

describe("closing the awards of drops", () => {
  test("given any awards, leaves stand in order of account and digest, and are indexed in it", () => {
    fc.assert(
      fc.property(drops, (all) => {
        for (const { awards } of closeAll(all)) {
          const keys = awards.map(({ row, digest }) => `${row.account} ${digest}`);
          assert.deepEqual(keys, [...keys].sort());
          assert.deepEqual(
            awards.map(({ row }) => row.index),
            [...awards.keys()],
          );
        }
      }),
    );
  });

  test("given any awards, sums and previous leaves make each account's history one chain", () => {
    fc.assert(
      fc.property(drops, (all) => {
        const heads = new Map<string, string>();
        const crystals = new Map<string, bigint>();
        for (const { row, leafHash } of closeAll(all).flatMap(({ awards }) => awards)) {
          const sum = (crystals.get(row.account) ?? 0n) + BigInt(row.crystals);
          assert.deepEqual([row.prevAwardLeaf, row.accountCrystalsAfter], [heads.get(row.account) ?? ZERO_HASH, sum]);
          heads.set(row.account, leafHash);
          crystals.set(row.account, sum);
        }
      }),
    );
  });

  test("given readings beside them, one tree has the leaves of both, and each file has its digest", () => {
    fc.assert(
      fc.property(drops, drives, (all, [driven = []]) => {
        for (const { readings, awards, root, digest, awardsDigest } of closeAll(all, { driven })) {
          const leaves = awards.map(({ row, digest: awardDigest }) => hashAwardLeaf({ ...row, awardDigest }));
          const both = [...readings.map(({ leafHash }) => leafHash), ...leaves];
          assert.equal(root, both.length === 0 ? ZERO_HASH : SimpleMerkleTree.of(both).root);
          const rows = awards.map(({ row, rowSalt }) => hashAwardRow(row, rowSalt));
          assert.equal(awardsDigest, rows.length === 0 ? ZERO_HASH : SimpleMerkleTree.of(rows).root);
          assert.equal(digest === ZERO_HASH, readings.length === 0);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("given an excluded account, its readings count nothing, others' do, and its awards are counted", () => {
    fc.assert(
      fc.property(drops, drives, (all, [driven = []]) => {
        const isExcluded = (account: Hex) => account === OWNERS[0];
        for (const [at, closed] of closeAll(all, { driven, isExcluded }).entries()) {
          for (const { row } of closed.readings) {
            const metres = row.odometerEnd - row.odometerStart;
            assert.equal(row.countedM, isExcluded(row.account) ? 0 : metres);
            if (isExcluded(row.account)) assert.deepEqual([row.vehicleDayAfterM, row.accountAfterM], [0, 0]);
          }
          assert.equal(closed.awards.length, all[at]?.length);
        }
      }),
    );
  });
});
