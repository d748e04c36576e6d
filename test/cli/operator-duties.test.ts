import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessManagerAbi } from "../../src/chain/generated/accessManager.ts";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import type { Hex } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

const DAY_S = 86_400;

const TITLE = { zh: "标题", en: "Title" };
const MILESTONE = {
  ...{ type: "cairn.milestone/1", id: "three-years", title: TITLE, description: TITLE },
  rule: { kind: "days", days: 1_095 },
};

interface Operations {
  readonly operations: readonly {
    id: Hex;
    state: string;
    readyAt: number;
    lapsesAt: number;
    act: string;
    caller: Hex;
  }[];
}

describe("duties at the desk", () => {
  let desk: TestDesk;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(GENESIS);
  });

  after(() => desk.stop());

  async function hasRole(role: keyof typeof ROLES, name: string): Promise<boolean> {
    const { accessManager } = desk.deployment.contracts;
    const call = { abi: accessManagerAbi, address: accessManager, functionName: "hasRole" } as const;
    return (await desk.client.readContract({ ...call, args: [ROLES[role], addressOf(name)] }))[0];
  }

  async function chainTime(): Promise<number> {
    return Number((await desk.client.getBlock()).timestamp);
  }

  test("when the keys are listed, every role has its holder and the receipt key its interval", async () => {
    type Keys = { roles: { role: string; holders: { account: Hex; delayS: number }[] }[]; signingKeys: object[] };
    const { roles, signingKeys } = await desk.read<Keys>("keys", "list");
    assert.deepEqual(
      roles,
      (Object.keys(ROLES) as (keyof typeof ROLES)[]).map((role) => ({
        role,
        holders: [{ account: addressOf(role), delayS: role === "admin" ? DAY_S : 0 }],
      })),
    );
    assert.deepEqual(signingKeys, [{ signs: "receipts", key: addressOf("receipts"), from: 1, until: 0 }]);
  });

  describe("given the admin, whose acts wait", () => {
    let id: Hex;
    let readyAt: number;

    test("when it gives a role, that is announced and not done", async () => {
      const [act] = await desk.act("keys", "grant", "attester", addressOf("bob"), "--delay", "60");
      assert.deepEqual([act?.state, act?.signs, act?.signer], ["scheduled", "admin", addressOf("admin")]);
      id = act?.operation?.id as Hex;
      assert.equal(await hasRole("attester", "bob"), false);
    });

    test("when it is announced again, it is refused", async () => {
      await desk.refused(
        "AccessManagerAlreadyScheduled",
        ...["keys", "grant", "attester", addressOf("bob"), "--delay", "60"],
      );
    });

    test("when what was announced is listed, it says what, since whom and from when", async () => {
      const { operations } = await desk.read<Operations>("scheduled");
      const [operation] = operations;
      assert.equal(operations.length, 1);
      assert.deepEqual([operation?.id, operation?.state, operation?.caller], [id, "waiting", addressOf("admin")]);
      assert.match(operation?.act ?? "", /^accessManager\.grantRole \["10","0x[0-9a-fA-F]{40}",60\]$/);
      readyAt = operation?.readyAt as number;
      assert.equal(readyAt, (await chainTime()) + DAY_S);
    });

    test("when it is executed too early or by another key, it is refused", async () => {
      await desk.refused("AccessManagerNotReady", "execute", id);
      await desk.moveTo(readyAt);
      const other = await desk.refused(
        "AccessManagerUnauthorizedAccount",
        "execute",
        id,
        "--key-file",
        strangersKey(desk),
      );
      assert.deepEqual([other.authorised, other.signs], [false, addressOf("admin")]);
    });

    test("when its delay is over, it is executed once and no longer listed", async () => {
      const [act] = await desk.act("execute", id);
      assert.equal(act?.state, "sent");
      assert.equal(await hasRole("attester", "bob"), true);
      assert.deepEqual((await desk.read<Operations>("scheduled")).operations, []);
      const { code, stderr } = await desk.run("execute", id, "--yes");
      assert.deepEqual([code, stderr.split(":")[0]], [2, "NOT_FOUND"]);
    });

    test("when the new holder acts, it announces too, and carries out what it announced", async () => {
      const key = desk.file("bob.key", keyOf("bob"));
      const [act] = await desk.act("adults", "attest", addressOf("alice"), "--key-file", key);
      assert.equal(act?.state, "scheduled");
      await desk.moveTo((await chainTime()) + 60);
      const [done] = await desk.act("execute", act?.operation?.id as Hex, "--key-file", key);
      assert.deepEqual(
        done?.events?.map(({ event }) => event),
        ["AdultsAttested"],
      );
    });

    test("when an announced act is cancelled, it is not listed and cannot be executed", async () => {
      const [act] = await desk.act("keys", "revoke", "attester", addressOf("bob"));
      const operation = act?.operation?.id as Hex;
      await desk.act("cancel", operation);
      assert.deepEqual((await desk.read<Operations>("scheduled")).operations, []);
      assert.equal(await hasRole("attester", "bob"), true);
    });

    test("when nobody executes it within a week, it has lapsed, and can be announced again", async () => {
      const [act] = await desk.act("keys", "revoke", "attester", addressOf("bob"));
      const operation = act?.operation?.id as Hex;
      await desk.moveTo((act?.operation?.readyAt as number) + 7 * DAY_S + 10);
      assert.equal((await desk.read<Operations>("scheduled")).operations[0]?.state, "lapsed");
      await desk.refused("AccessManagerExpired", "execute", operation);
      await desk.act("keys", "revoke", "attester", addressOf("bob"));
      const { operations } = await desk.read<Operations>("scheduled");
      assert.deepEqual(
        operations.map(({ id: each, state }) => [each, state]),
        [[operation, "waiting"]],
      );
    });
  });

  test("when a receipt key is set, it is listed, and its past cannot be taken away", async () => {
    const now = await chainTime();
    await desk.act("keys", "set-receipt-key", addressOf("receipts"), "--from", "1", "--until", `${now + 3_600}`);
    await desk.act("keys", "set-task-key", addressOf("tasks"), "--from", `${now}`);
    const { signingKeys } = await desk.read<{ signingKeys: object[] }>("keys", "list");
    assert.deepEqual(signingKeys, [
      { signs: "receipts", key: addressOf("receipts"), from: 1, until: now + 3_600 },
      { signs: "awards", key: addressOf("tasks"), from: now, until: 0 },
    ]);
    const past = ["keys", "set-receipt-key", addressOf("receipts"), "--from", "1", "--until", "2"];
    await desk.refused("Rules_ReceiptKeyHeld", ...past);
  });

  test("when contracts are paused, their duties rest, and go on when they are resumed", async () => {
    const acts = await desk.act("pause", "catalogue", "milestones");
    assert.deepEqual(
      acts.map(({ call, state }) => [call, state]),
      [
        ["catalogue.pause", "sent"],
        ["milestones.pause", "sent"],
      ],
    );
    const { pauses } = await desk.read<{ pauses: { contract: string; paused: boolean }[] }>("pauses");
    const paused = pauses.filter((pause) => pause.paused).map(({ contract }) => contract);
    assert.deepEqual(paused, ["catalogue", "milestones"]);
    const define = ["milestones", "define", desk.file("milestone.json", MILESTONE)];
    await desk.refused("PausedUntil", ...define);
    await desk.act("resume", "milestones");
    await desk.act(...define);
    await desk.refused("NotPausableBefore", "pause", "milestones");
    await desk.refused("AccessManagedUnauthorized", "pause", "mineBox", "--key-file", strangersKey(desk));
  });

  test("when one act of several is refused, none is sent", async () => {
    const refused = await desk.refused("NotPausableBefore", "pause", "mineBox", "catalogue");
    assert.equal(refused.call, "catalogue.pause");
  });
});
