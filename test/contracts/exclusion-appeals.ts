import { expect } from "chai";
import { describe, it } from "mocha";
import { deployContracts } from "../support/contracts.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import {
  appeal,
  appealed,
  decide,
  type Excludable,
  exclude,
  excluded,
  expectExcluded,
  FROM_DAY,
  lift,
  NOW,
  OBJECTION_S,
  recordsOf,
  STATE,
  STATEMENT,
  startOf,
  UNTIL_DAY,
} from "./excludable.ts";
import { at, connection, DAY_S, GENESIS, moveTo, programmeWithoutNotice } from "./fixture.ts";
import { moveAccount } from "./movable.ts";

type Signer = Excludable["a"];

async function expectNotStanding(appealing: Promise<unknown>, { p, a }: Excludable, exclusion = 1): Promise<void> {
  await expect(appealing)
    .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NotStanding")
    .withArgs(a.address, exclusion);
}

describe("Exclusions: appealExclusion", () => {
  it("when appealed, the arbiter has the time of the rules and the exclusion goes on until then", async () => {
    const { p, a } = await excluded();
    await expect(appeal(p, a, NOW + 1))
      .to.emit(p.exclusions, "ExclusionAppealed")
      .withArgs(1, a.address, STATEMENT, NOW + 1 + OBJECTION_S);
    expect(await recordsOf(p, a)).to.deep.equal([
      [1n, 1n, STATE.appealed, BigInt(FROM_DAY), BigInt(UNTIL_DAY), BigInt(NOW + 1 + OBJECTION_S)],
    ]);
    await expectExcluded(p, a, FROM_DAY, UNTIL_DAY);
  });

  it("given a time to decide scheduled for the day of the appeal, that one holds", async () => {
    const p = await programmeWithoutNotice();
    const a = p.owners[0] as Signer;
    await p.rules.connect(p.roles.rules).scheduleRules(FROM_DAY, { ...p.rulesInForce, objectionS: 50 });
    await exclude(p, a);
    await appeal(p, a, startOf(FROM_DAY));
    expect((await recordsOf(p, a))[0]?.[5]).to.equal(BigInt(startOf(FROM_DAY) + 50));
    await moveTo(startOf(FROM_DAY) + 51);
    await expectExcluded(p, a, FROM_DAY, FROM_DAY + 1);
  });

  it("given somebody else's account, it is refused", async () => {
    const { p, a, b } = await excluded();
    const message = { account: a.address, exclusion: 1, statementHash: STATEMENT, deadline: 0 };
    await expect(p.exclusions.connect(b).appealExclusion(message))
      .to.be.revertedWithCustomError(p.exclusions, "InvalidSignature")
      .withArgs(a.address);
  });

  it("given somebody else's exclusion, it is refused", async () => {
    const { p, b } = await excluded();
    await expectNotStanding(appeal(p, b, NOW + 1), { p, a: b, b });
  });

  for (const exclusion of [0, 2]) {
    it(`given number ${exclusion}, it is refused: there is none`, async () => {
      const e = await excluded();
      await expectNotStanding(appeal(e.p, e.a, NOW + 1, exclusion), e, exclusion);
    });
  }

  it("given the last second before its last day, it is taken", async () => {
    const { p, a } = await excluded();
    await appeal(p, a, startOf(UNTIL_DAY - 1) - 1);
    expect((await recordsOf(p, a))[0]?.[2]).to.equal(STATE.appealed);
  });

  it("given its last day, it is refused: nothing of it could be changed", async () => {
    const e = await excluded();
    await expectNotStanding(appeal(e.p, e.a, startOf(UNTIL_DAY - 1)), e);
  });

  it("given an exclusion that was lifted, it is refused", async () => {
    const e = await excluded();
    await lift(e.p, e.a, NOW + 1);
    await expectNotStanding(appeal(e.p, e.a, NOW + 2), e);
  });

  for (const [title, upheld] of [
    ["an appeal that waits for its decision", undefined],
    ["an appeal that was decided", true],
  ] as const) {
    it(`given ${title}, a second one is refused`, async () => {
      const { p, a } = await appealed();
      if (upheld !== undefined) await decide(p, a, { upheld, time: NOW + 2 });
      await expect(appeal(p, a, NOW + 3))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_AlreadyAppealed")
        .withArgs(a.address, 1);
    });
  }

  it("given a lapse, there is nothing left to appeal against", async () => {
    const e = await appealed();
    await expectNotStanding(appeal(e.p, e.a, e.decideBy + 1), e);
  });

  it("given an account that moved, the old key does not use up the appeal", async () => {
    const { p, a, b } = await excluded();
    await moveAccount(p, a, b, startOf(FROM_DAY) - 10);
    await expect(appeal(p, a, startOf(FROM_DAY)))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_AccountMoved")
      .withArgs(a.address);
    await p.exclusions.followMove(a.address);
    await appeal(p, b, startOf(FROM_DAY) + 10);
    expect((await recordsOf(p, b))[0]?.[2]).to.equal(STATE.appealed);
  });
});

describe("Exclusions: appealExclusions", () => {
  const DEADLINE = NOW + 3_600;

  function appealOf({ address }: Signer, change: { exclusion?: number; deadline?: number } = {}) {
    return { account: address, exclusion: 1, statementHash: STATEMENT, deadline: DEADLINE, ...change };
  }

  function sign({ p }: Excludable, by: Signer, message: object, contracts = p) {
    return signIntent(by, "ExclusionAppeal", message, { contracts });
  }

  function submit({ p }: Excludable, messages: readonly ReturnType<typeof appealOf>[], signatures: readonly string[]) {
    return p.exclusions.connect(p.roles.relayer).appealExclusions([...messages], [...signatures]);
  }

  it("given good ones among bad ones, the good ones are carried out and the others skipped with their reasons", async () => {
    const e = await excluded();
    const [c] = e.p.owners.slice(2) as [Signer];
    await exclude(e.p, c, { time: NOW + 1 });
    const messages = [
      appealOf(e.a),
      appealOf(e.b),
      appealOf(c, { exclusion: 2 }),
      appealOf(e.a),
      appealOf(c, { exclusion: 1 }),
    ];
    const signers = [e.a, e.b, e.a, e.a, c];
    const signatures = await Promise.all(messages.map((message, i) => sign(e, signers[i] as Signer, message)));
    await at(NOW + 2);
    const transaction = submit(e, messages, signatures);
    await expectSkips(transaction, e.p.exclusions, [
      { index: 1, account: e.b.address, error: "Exclusions_NotStanding" },
      { index: 2, account: c.address, error: "InvalidSignature" },
      { index: 3, account: e.a.address, error: "Exclusions_AlreadyAppealed" },
      { index: 4, account: c.address, error: "Exclusions_NotStanding" },
    ]);
    await expect(transaction)
      .to.emit(e.p.exclusions, "ExclusionAppealed")
      .withArgs(1, e.a.address, STATEMENT, NOW + 2 + OBJECTION_S);
    expect((await recordsOf(e.p, c))[0]?.[2]).to.equal(STATE.stands);
  });

  for (const [title, deadline, skipped] of [
    ["a deadline in the block's second", NOW + 10, false],
    ["a deadline a second before", NOW + 9, true],
    ["a deadline a day ahead", NOW + 10 + DAY_S, false],
    ["a deadline a second more than a day ahead", NOW + 11 + DAY_S, true],
  ] as const) {
    it(`given ${title}, it is ${skipped ? "skipped" : "carried out"}`, async () => {
      const e = await excluded();
      const message = appealOf(e.a, { deadline });
      const signature = await sign(e, e.a, message);
      await at(NOW + 10);
      const skips = skipped ? [{ index: 0, account: e.a.address, error: "InvalidDeadline" }] : [];
      await expectSkips(submit(e, [message], [signature]), e.p.exclusions, skips);
      expect((await recordsOf(e.p, e.a))[0]?.[2]).to.equal(skipped ? STATE.stands : STATE.appealed);
    });
  }

  it("given an account that moved, it is skipped", async () => {
    const e = await excluded();
    const time = startOf(FROM_DAY) - 10;
    await moveAccount(e.p, e.a, e.b, time);
    const message = appealOf(e.a, { deadline: time + 100 });
    await expectSkips(submit(e, [message], [await sign(e, e.a, message)]), e.p.exclusions, [
      { index: 0, account: e.a.address, error: "Exclusions_AccountMoved" },
    ]);
  });

  it("given a signature for another programme, it is skipped", async () => {
    const e = await excluded();
    const other = await deployContracts(connection, { genesis: GENESIS });
    const message = appealOf(e.a);
    const signature = await sign(e, e.a, message, other);
    await at(NOW + 600);
    await expectSkips(submit(e, [message], [signature]), e.p.exclusions, [
      { index: 0, account: e.a.address, error: "InvalidSignature" },
    ]);
  });

  it("given nothing, nothing happens", async () => {
    const e = await excluded();
    await expectSkips(submit(e, [], []), e.p.exclusions, []);
  });

  for (const [title, counts] of [
    ["fewer signatures", [1, 0]],
    ["more signatures", [0, 1]],
  ] as const) {
    it(`given ${title} than appeals, it is refused`, async () => {
      const e = await excluded();
      const [messages, signatures] = counts;
      await expect(submit(e, Array(messages).fill(appealOf(e.a)), Array(signatures).fill("0x")))
        .to.be.revertedWithCustomError(e.p.exclusions, "LengthMismatch")
        .withArgs();
    });
  }
});
