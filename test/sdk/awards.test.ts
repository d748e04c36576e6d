import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { DAY_S, DROP_S } from "../../src/protocol/index.ts";
import { type CairnClient, createCairnClient } from "../../src/sdk/index.ts";
import { awardOf, defineTasks, deliverAwards, termsOf } from "../relayer/support/awards.ts";
import { accountOf, addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../relayer/support/running.ts";
import { withAltered } from "./support.ts";

const DROP = 150;
const NOW = GENESIS + DROP * DROP_S + 60;
const CRYSTALS = 12;
const EVENING = GENESIS + 2 * DAY_S + 3_600;

/** Alice is awarded twice on the second day: once in a drop that is anchored, once in the open one. */
describe("what an owner sees of awards and exclusions", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  let liar: Server;
  /** What the lying relayer changes in answers about awards. */
  let lie: readonly string[] = [];

  before(async () => {
    programme = await startProgramme({ rules: { challengeWindowS: 3_600 } });
    await defineTasks(programme, [termsOf(CRYSTALS, 2)]);
    relayer = await runRelayer(programme);
    await award(NOW, "first");
    await programme
      .writer("excluder")
      .call("exclusions", "excludeAccount", [addressOf("alice"), 3, keyOf("evidence"), 20]);
    await award(EVENING, "second");
    liar = createServer((request, response) => {
      void relayer.get(request.url ?? "").then(({ status, body }) => {
        const altered = lie.length === 0 ? body : withAltered(body, lie, another);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(altered));
      });
    });
    await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
  });

  after(async () => {
    liar?.close();
    await relayer?.close();
    await programme?.stop();
  });

  async function award(time: number, occurrence: string): Promise<void> {
    await relayer.moveTo(time);
    const given = { task: 1, owner: "alice", crystals: CRYSTALS, awardedAt: time, occurrence };
    const [answer] = await deliverAwards(relayer, [awardOf(programme, given)]);
    assert.equal(answer?.refusal, undefined);
  }

  const another = (found: unknown): unknown => {
    if (typeof found === "number") return found + 1;
    const text = String(found);
    return text.startsWith("0x") ? `${text.slice(0, -1)}${text.endsWith("0") ? "1" : "0"}` : `${text}1`;
  };
  const clientOf = (name: string, relayerUrl: string): CairnClient => {
    const { rpcUrl, deployment } = programme;
    return createCairnClient({ rpcUrl, deployment, relayerUrl, account: accountOf(name), pollMs: 5 });
  };
  const alice = () => clientOf("alice", relayer.url);

  test("when awards are asked for, the newest comes first, and those of anchored drops with the leaf that was checked", async () => {
    const awards = await alice().getAwards();
    assert.deepEqual(
      awards.map(({ crystals, drop, leaf }) => [crystals, drop, leaf?.accountCrystalsAfter]),
      [
        [CRYSTALS, 294, undefined],
        [CRYSTALS, DROP, BigInt(CRYSTALS)],
      ],
    );
    const [older] = await alice().getAwards({ limit: 1, before: awards[0]?.cursor ?? 0 });
    assert.deepEqual(older, awards[1]);
  });

  test("when a day is settled, the account's stones tell the crystals of its leaf", async () => {
    assert.equal((await alice().getStones()).crystals, BigInt(CRYSTALS));
    assert.equal((await clientOf("bob", relayer.url).getStones()).crystals, 0n);
  });

  const OLDER = ["awards", "1"];
  for (const path of [
    ["digest"],
    ["award", "crystals"],
    ["award", "account"],
    ["drop"],
    ["anchored", "leaf", "accountCrystalsAfter"],
    ["anchored", "leaf", "awardDigest"],
    ["anchored", "leaf", "salt"],
  ]) {
    test(`when a relayer tells another ${path.join(".")}, it is not believed`, async () => {
      const { port } = liar.address() as AddressInfo;
      const client = clientOf("alice", `http://127.0.0.1:${port}`);
      lie = [];
      assert.equal((await client.getAwards()).length, 2);
      lie = [...OLDER, ...path];
      await assert.rejects(client.getAwards(), { code: "EVIDENCE_INVALID" });
    });
  }

  test("when the account is excluded, it sees why and until when, appeals, and sees until when that is decided", async () => {
    const before = await alice().getExclusions();
    assert.deepEqual([before.isExcludedToday, before.today], [true, 2]);
    assert.deepEqual(
      before.exclusions.map(({ number, reason, state, fromDay, endsOn }) => [number, reason, state, fromDay, endsOn]),
      [[1, 3, "stands", 2, 20]],
    );
    assert.equal((await alice().appealExclusion({ statementHash: keyOf("statement") })).state, "done");
    const [appealed] = (await alice().getExclusions()).exclusions;
    assert.equal(appealed?.state, "appealed");
    assert.ok((appealed?.decideBy ?? 0) > EVENING);
    await assert.rejects(
      alice().appealExclusion({ statementHash: keyOf("statement"), exclusion: 9 }),
      /no such exclusion/,
    );
  });

  test("when the account was never excluded, it has nothing to appeal against, and sends nothing", async () => {
    const bob = clientOf("bob", relayer.url);
    assert.deepEqual(
      [(await bob.getExclusions()).exclusions, (await bob.getExclusions()).isExcludedToday],
      [[], false],
    );
    await assert.rejects(bob.appealExclusion({ statementHash: keyOf("statement") }), /never excluded/);
  });
});
