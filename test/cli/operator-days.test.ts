import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readDrop } from "../../src/chain/read/drops.ts";
import { readRecovery } from "../../src/chain/read/moves.ts";
import { DROPS_PER_DAY, dayStart, type Hex, ZERO_HASH } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

interface Days {
  readonly days: readonly { day: number; state: string; creditableAt: number }[];
}

describe("days, drops and recoveries at the desk", () => {
  let desk: TestDesk;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(dayStart(GENESIS, 2));
    await anchor(0, 2 * DROPS_PER_DAY);
    await settle(0);
    await settle(1);
  });

  after(() => desk.stop());

  function anchor(first: number, count: number) {
    const roots = Array.from({ length: count }, () => ZERO_HASH);
    return desk.writer("relayer").call("dropAnchor", "anchorDrops", [BigInt(first), roots, ZERO_HASH]);
  }

  /** A day on which nobody drove. */
  function settle(day: number) {
    const empty = [BigInt(day), ZERO_HASH, ZERO_HASH, 0, 0n, 0n, 0n, ZERO_HASH] as const;
    return desk.writer("relayer").call("stoneLedger", "settleDay", empty);
  }

  async function listed(): Promise<[number, string][]> {
    return (await desk.read<Days>("days", "list")).days.map(({ day, state }) => [day, state]);
  }

  test("when days are settled, they are listed with their state", async () => {
    assert.deepEqual(await listed(), [
      [1, "can be vetoed"],
      [0, "can be vetoed"],
    ]);
    assert.equal((await desk.read<Days>("days", "list", "--last", "1")).days.length, 1);
  });

  test("when the relayer takes a day back, it can settle it again at once", async () => {
    const [act] = await desk.act("days", "withdraw", "1");
    assert.deepEqual(
      [act?.signs, act?.facts.undoes],
      ["relayer", "days 1 to 1, 0 stones that nobody could credit yet"],
    );
    await settle(1);
    assert.equal((await listed()).length, 2);
  });

  test("when the guardian vetoes a day, the later ones fall too and it waits for the window", async () => {
    const [act] = await desk.act("days", "veto", "0");
    assert.equal(act?.facts.undoes, "days 0 to 1, 0 stones that nobody could credit yet");
    assert.deepEqual(await listed(), []);
    await assert.rejects(settle(0), /StoneLedger_/);
    await desk.refused("AccessManagedUnauthorized", "days", "veto", "0", "--key-file", strangersKey(desk));
  });

  test("when the overseer vetoes, it is a function of its own; what is creditable stays", async () => {
    await desk.moveTo(dayStart(GENESIS, 3) + 600);
    await settle(0);
    const [act] = await desk.act("days", "veto", "0", "--as-overseer");
    assert.deepEqual([act?.call, act?.signs], ["stoneLedger.vetoDayByOverseer", "overseer"]);
    await desk.moveTo(dayStart(GENESIS, 4) + 1_200);
    await settle(0);
    await desk.moveTo(dayStart(GENESIS, 5) + 1_800);
    assert.deepEqual(await listed(), [[0, "creditable"]]);
    await desk.refused("StoneLedger_ChallengeWindow", "days", "veto", "0");
  });

  test("when drops are superseded, the roots of the file stand; settled ones cannot be", async () => {
    const root: Hex = `0x${"05".repeat(32)}`;
    const first = DROPS_PER_DAY + 10;
    const [act] = await desk.act("drops", "supersede", desk.file("drops.json", drops(first, [root, ZERO_HASH])));
    assert.equal(act?.facts.roots, "2, 1 of them empty");
    assert.equal((await readDrop(desk.client, desk.deployment, first)).root, root);
    await desk.refused("DropAnchor_Settled", "drops", "supersede", desk.file("settled.json", drops(0, [root])));
  });

  function drops(firstDrop: number, roots: readonly Hex[]) {
    return { firstDrop, roots, dataDigest: ZERO_HASH };
  }

  describe("a recovery", () => {
    const [alice, carol] = [addressOf("alice"), addressOf("carol")];

    /** The owner's side: signs that `by` takes an account in. @returns The file's path. */
    async function agreed(name: string, account: Hex, by: string): Promise<string> {
      const [key, out] = [desk.file(`${by}.key`, keyOf(by)), join(desk.workDir, name)];
      const { code, stdout, stderr } = await desk.cairn("recovery", "agree", account, "--key-file", key, "--out", out);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`account ${account} moves to ${addressOf(by)}[^]*exclusions +none now`));
      return out;
    }

    test("when it is announced, it is listed, can be taken back, and is carried out after 30 days", async () => {
      const evidence = desk.file("court.txt", "decision");
      const agreement = await agreed("agreement.json", alice, "carol");
      const announce = ["recovery", "announce", agreement, "--reason", "court", "--evidence", evidence];
      await desk.act(...announce);
      await desk.refused("AccountMoves_RecoveryPending", ...announce);
      await desk.act("recovery", "withdraw", alice);
      assert.deepEqual((await desk.read<{ recoveries: object[] }>("recovery", "list")).recoveries, []);
      const [again] = await desk.act(...announce);
      const { recoveries } = await desk.read<{ recoveries: { to: Hex; reason: string; executableAt: number }[] }>(
        ...["recovery", "list"],
      );
      assert.deepEqual(
        recoveries.map(({ to, reason }) => [to, reason]),
        [[carol, "court"]],
      );
      const at = recoveries[0]?.executableAt as number;
      assert.ok(at - (again?.holdsFrom as number) < 60 && at >= (again?.holdsFrom as number));
      await desk.refused("AccountMoves_RecoveryTooEarly", "recovery", "execute", alice);
      await desk.moveTo(at);
      await desk.act("recovery", "execute", alice);
      assert.equal(await readRecovery(desk.client, desk.deployment, alice), undefined);
    });

    const reason = ["--reason", "merging", "--evidence", `0x${"0e".repeat(32)}`];

    test("when a key without the role announces, it is refused", async () => {
      const announce = ["recovery", "announce", await agreed("other.json", addressOf("erik"), "carol"), ...reason];
      await desk.refused("AccessManagedUnauthorized", ...announce, "--key-file", strangersKey(desk));
    });

    test("when the agreement is announced too late, the contract refuses it", async () => {
      const agreement = await agreed("late.json", addressOf("erik"), "carol");
      const { move } = JSON.parse(readFileSync(agreement, "utf8")) as { move: { deadline: number } };
      await desk.moveTo(move.deadline + 60);
      await desk.refused("InvalidDeadline", "recovery", "announce", agreement, ...reason);
    });

    test("when somebody else has signed, or for another programme, nothing is sent", async () => {
      const file = JSON.parse(readFileSync(await agreed("good.json", addressOf("erik"), "carol"), "utf8")) as {
        move: object;
      };
      const cases = [
        { ...file, move: { ...file.move, account: addressOf("fay") } },
        { ...file, move: { ...file.move, to: addressOf("fay") } },
        { ...file, signature: "0x" },
        { ...file, chainId: 1 },
        { ...file, accountMoves: addressOf("fay") },
      ];
      for (const wrong of cases) {
        const { code, stderr } = await desk.run(
          "recovery",
          "announce",
          desk.file("wrong.json", wrong),
          ...reason,
          "--yes",
        );
        assert.deepEqual([code, stderr.split(":")[0]], [2, "EVIDENCE_INVALID"]);
      }
    });

    test("when a file of that name is there, or the account is one's own, nothing is signed", async () => {
      const key = desk.file("carol.key", keyOf("carol"));
      for (const [account, out] of [
        [addressOf("erik"), desk.file("there.json", {})],
        [carol, join(desk.workDir, "own.json")],
      ] as const) {
        const { code, stderr } = await desk.cairn("recovery", "agree", account, "--key-file", key, "--out", out);
        assert.deepEqual([code, stderr.split(":")[0]], [2, "ARGUMENT_INVALID"]);
      }
    });
  });
});
