import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { DROPS_PER_DAY, hashDropRow, hashMileageLeaf, signatureHash, ZERO_HASH } from "../../src/protocol/index.ts";
import { type ClosedDrop, closeDrop } from "../../src/relayer/domain/close-drop.ts";
import { CARS, drives, noHeads, readingsOf } from "./support/drops.ts";
import { GENESIS } from "./support/programme.ts";

const CAP = 12_000;

/** Closes consecutive drops, each on the state that the one before left. */
function closeAll(all: readonly (readonly number[])[], firstDrop = 0): ClosedDrop[] {
  const { vehicles, accounts } = noHeads();
  return all.map((driven, at) => {
    const drop = firstDrop + at;
    const readings = readingsOf(drop, driven);
    const closed = closeDrop({
      ...{ drop, genesis: GENESIS, readings, awards: [], vehicles, accounts },
      ...{ dailyCapM: () => CAP, isExcluded: () => false },
    });
    for (const [vehicle, head] of closed.vehicles) vehicles.set(vehicle, head);
    for (const [account, head] of closed.accounts) accounts.set(account, head);
    return closed;
  });
}

describe("closing drops", () => {
  test("when nothing was accepted, root and digest are zero", () => {
    const [closed] = closeAll([[]]);
    assert.deepEqual([closed?.root, closed?.digest, closed?.readings], [ZERO_HASH, ZERO_HASH, []]);
  });

  test("given any drives, leaves stand in order of vehicle and sequence", () => {
    fc.assert(
      fc.property(drives, (all) => {
        for (const { readings: leaves } of closeAll(all)) {
          const keys = leaves.map(({ row }) => `${row.vehicle} ${String(row.sequence).padStart(9, "0")}`);
          assert.deepEqual(keys, [...keys].sort());
          assert.deepEqual(
            leaves.map(({ row }) => row.index),
            [...leaves.keys()],
          );
        }
      }),
    );
  });

  test("given any drives, the sums and previous leaves make each vehicle's and account's history one chain", () => {
    fc.assert(
      fc.property(drives, (all) => {
        const vehicleHead = new Map<string, string>();
        const accountHead = new Map<string, string>();
        const metres = new Map<string, number>();
        for (const { row, leafHash } of closeAll(all).flatMap(({ readings }) => readings)) {
          assert.equal(row.prevVehicleLeaf, vehicleHead.get(row.vehicle) ?? ZERO_HASH);
          assert.equal(row.prevAccountLeaf, accountHead.get(row.account) ?? ZERO_HASH);
          assert.equal(row.accountAfterM, (metres.get(row.account) ?? 0) + row.countedM);
          vehicleHead.set(row.vehicle, leafHash);
          accountHead.set(row.account, leafHash);
          metres.set(row.account, row.accountAfterM);
        }
      }),
    );
  });

  test("given any drives of one day, what counts for a vehicle is the lesser of what it drove and the cap", () => {
    fc.assert(
      fc.property(drives, (all) => {
        const leaves = closeAll(all).flatMap((closed) => closed.readings);
        for (const [at, car] of CARS.entries()) {
          const own = leaves.filter(({ row }) => row.vehicle === car.vehicle);
          const driven = all.reduce((sum, drop) => sum + (drop[at] ?? 0), 0);
          const counted = own.reduce((sum, { row }) => sum + row.countedM, 0);
          assert.equal(counted, Math.min(driven, CAP));
          if (own.length > 0) assert.equal(own.at(-1)?.row.vehicleDayAfterM, counted);
        }
      }),
    );
  });

  test("when a new day is driven, the vehicle's count begins anew", () => {
    const driven = [9_000, 0, 0, 0, 0, 0];
    const closed = closeAll([driven, driven, driven], DROPS_PER_DAY - 2);
    assert.deepEqual(
      closed.map(({ readings }) => readings[0]?.row.countedM),
      [9_000, 3_000, 9_000],
    );
    assert.equal(closed[2]?.readings[0]?.row.vehicleDayAfterM, 9_000);
  });

  test("given any drives, OpenZeppelin's tree over leaves and over row hashes gives root and digest", () => {
    fc.assert(
      fc.property(drives, (all) => {
        for (const { readings: leaves, root, digest } of closeAll(all)) {
          if (leaves.length === 0) continue;
          const hashes = leaves.map(({ row, digest: readingDigest }) => {
            const signature = `${row.r}${row.s.slice(2)}` as const;
            return hashMileageLeaf({ ...row, readingDigest, signatureHash: signatureHash(signature) });
          });
          assert.equal(SimpleMerkleTree.of(hashes).root, root);
          assert.equal(SimpleMerkleTree.of(leaves.map(({ row, rowSalt }) => hashDropRow(row, rowSalt))).root, digest);
        }
      }),
      { numRuns: 30 },
    );
  });
});
