import { expect } from "chai";
import { describe, it } from "mocha";
import {
  appeal,
  decide,
  type Excludable,
  exclude,
  excluded,
  expectExcluded,
  FROM_DAY,
  lift,
  moveByRecovery,
  OBJECTION_S,
  recordsOf,
  STATE,
  startOf,
  UNTIL_DAY,
} from "./excludable.ts";
import { at, DAY_S, moveTo } from "./fixture.ts";
import { announce, moveAccount } from "./movable.ts";

/** When accounts move here: some days after the exclusion began. */
const MOVED_ON = FROM_DAY + 5;
const MOVED_AT = startOf(MOVED_ON) + 100;
/** The first day of what follows on that day. */
const FOLLOWS_FROM = MOVED_ON + 1;
const LONG = FROM_DAY + 90;

type Programme = Excludable["p"];
type Signer = Excludable["a"];

async function follow({ exclusions, roles }: Programme, { address }: Signer, time: number) {
  await at(time);
  return exclusions.connect(roles.operator).followMove(address);
}

async function expectNothing(p: Programme, account: Signer, time: number): Promise<void> {
  await expect(follow(p, account, time))
    .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NothingToFollow")
    .withArgs(account.address);
}

/** The excluded account has moved to the other one, of its own will. */
async function moved(given: Parameters<typeof excluded>[0] = {}): Promise<Excludable> {
  const e = await excluded(given);
  await moveAccount(e.p, e.a, e.b, MOVED_AT);
  return e;
}

/** What was left of it has followed. */
async function followed(): Promise<Excludable> {
  const e = await moved();
  await follow(e.p, e.a, MOVED_AT + 1);
  return e;
}

describe("Exclusions: followMove", () => {
  it("given an excluded account that moved, what is left goes on tomorrow under the one that stands for it", async () => {
    const { p, a, b } = await moved();
    await expect(follow(p, a, MOVED_AT + 1))
      .to.emit(p.exclusions, "ExclusionFollowed")
      .withArgs(1, a.address, b.address, FOLLOWS_FROM, UNTIL_DAY);
    expect(await recordsOf(p, b)).to.deep.equal([[1n, 1n, STATE.stands, BigInt(FOLLOWS_FROM), BigInt(UNTIL_DAY), 0n]]);
    await expectExcluded(p, b, FOLLOWS_FROM, UNTIL_DAY);
    await expectExcluded(p, a, FROM_DAY, UNTIL_DAY);
    expect(await p.exclusions.exclusionCount()).to.equal(1n);
  });

  it("given an exclusion that has not begun, it begins as it was meant to", async () => {
    const { p, a, b } = await excluded();
    await moveAccount(p, a, b, startOf(FROM_DAY) - 10);
    await follow(p, a, startOf(FROM_DAY) - 9);
    await expectExcluded(p, b, FROM_DAY, UNTIL_DAY);
  });

  it("given the last second of the day before its last, one day is left", async () => {
    const { p, a, b } = await moved();
    await follow(p, a, startOf(UNTIL_DAY - 1) - 1);
    await expectExcluded(p, b, UNTIL_DAY - 1, UNTIL_DAY);
  });

  it("given its last day, nothing is left", async () => {
    const { p, a } = await moved();
    await expectNothing(p, a, startOf(UNTIL_DAY - 1));
  });

  it("given an account that has not moved, it is refused", async () => {
    const { p, a } = await excluded();
    await expectNothing(p, a, MOVED_AT);
  });

  it("given a moved account that was never excluded, it is refused", async () => {
    const { p, b } = await excluded();
    await moveAccount(p, b, p.owners[2] as Signer, MOVED_AT);
    await expectNothing(p, b, MOVED_AT + 1);
  });

  it("given that it followed before, it is refused", async () => {
    const { p, a } = await followed();
    await expectNothing(p, a, MOVED_AT + 2);
  });

  it("given that it was lifted under the new account, it does not come back", async () => {
    const { p, a, b } = await followed();
    await lift(p, b, MOVED_AT + 2);
    await expectNothing(p, a, MOVED_AT + 3);
    await expectExcluded(p, b, FOLLOWS_FROM, FOLLOWS_FROM);
  });

  it("given that it was lifted under the new account and that one moved too, it comes back to none", async () => {
    const { p, a, b } = await followed();
    const c = p.owners[2] as Signer;
    await lift(p, b, MOVED_AT + 2);
    await moveByRecovery(p, b, c, MOVED_AT + 32 * DAY_S);
    await expectNothing(p, a, MOVED_AT + 32 * DAY_S + 1);
    await expectNothing(p, b, MOVED_AT + 32 * DAY_S + 2);
    expect(await recordsOf(p, c)).to.deep.equal([]);
  });

  it("given that the new account moved on before it followed, it goes to the last one", async () => {
    const { p, a, b } = await moved({ untilDay: LONG });
    const c = p.owners[2] as Signer;
    await moveByRecovery(p, b, c, MOVED_AT + 40 * DAY_S);
    await follow(p, a, MOVED_AT + 40 * DAY_S + 1);
    await expectExcluded(p, c, FOLLOWS_FROM + 40, LONG);
    await expectNothing(p, b, MOVED_AT + 40 * DAY_S + 2);
  });

  it("given that the new account moved on after it followed, it goes along once", async () => {
    const { p, a, b } = await moved({ untilDay: LONG });
    await follow(p, a, MOVED_AT + 1);
    const c = p.owners[2] as Signer;
    await moveByRecovery(p, b, c, MOVED_AT + 40 * DAY_S);
    await follow(p, b, MOVED_AT + 40 * DAY_S + 1);
    await expectNothing(p, a, MOVED_AT + 40 * DAY_S + 2);
    await expectExcluded(p, c, FOLLOWS_FROM + 40, LONG);
  });

  it("given more than four pointers, it follows in two steps", async () => {
    const { p, a } = await excluded({ untilDay: LONG });
    const accounts = [a, ...p.owners.slice(2, 7)];
    const pairs = accounts.slice(1).map((to, i) => [accounts[i] as Signer, to] as const);
    let executableAt = 0;
    for (const [from, to] of pairs) executableAt = await announce(p, from, to);
    await moveTo(executableAt);
    for (const [from] of pairs) await p.accountMoves.executeRecovery(from.address);
    const [fourth, last] = accounts.slice(4) as [Signer, Signer];
    await follow(p, a, executableAt + 100);
    expect([(await recordsOf(p, fourth)).length, (await recordsOf(p, last)).length]).to.deep.equal([1, 0]);
    await follow(p, fourth, executableAt + 101);
    const tomorrow = Number(await p.rules.dayOf(executableAt + 101)) + 1;
    await expectExcluded(p, last, tomorrow, LONG);
  });

  describe("given an appeal", () => {
    it("when it is undecided as the account moves, it lapses under both in its time", async () => {
      const { p, a, b } = await excluded();
      await appeal(p, a, startOf(FROM_DAY + 4));
      await moveAccount(p, a, b, MOVED_AT);
      await follow(p, a, MOVED_AT + 1);
      const lapsesOn = FROM_DAY + 4 + OBJECTION_S / DAY_S + 1;
      await moveTo(startOf(FROM_DAY + 4) + OBJECTION_S + 1);
      await expectExcluded(p, a, FROM_DAY, lapsesOn);
      await expectExcluded(p, b, FOLLOWS_FROM, lapsesOn);
    });

    it("when it has lapsed, nothing is left", async () => {
      const { p, a, b } = await excluded();
      const time = startOf(FROM_DAY + 4) + OBJECTION_S;
      await appeal(p, a, startOf(FROM_DAY + 4));
      await moveAccount(p, a, b, time);
      await expectNothing(p, a, time + 1);
    });

    it("when it was upheld, the new account has no second one", async () => {
      const { p, a, b } = await excluded();
      await appeal(p, a, startOf(FROM_DAY));
      await decide(p, a, { upheld: true, time: startOf(FROM_DAY) + 1 });
      await moveAccount(p, a, b, MOVED_AT);
      await follow(p, a, MOVED_AT + 1);
      await expect(appeal(p, b, MOVED_AT + 2))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_AlreadyAppealed")
        .withArgs(b.address, 1);
    });

    it("when the new account makes it, it is decided there", async () => {
      const { p, b } = await followed();
      await appeal(p, b, MOVED_AT + 2);
      await decide(p, b, { upheld: false, time: MOVED_AT + 3 });
      await expectExcluded(p, b, FOLLOWS_FROM, FOLLOWS_FROM);
    });
  });

  describe("given an account merged into one that is excluded itself", () => {
    /** Both were excluded on one day, the second for longer. */
    async function merged(): Promise<Excludable> {
      const e = await excluded({ untilDay: LONG });
      await exclude(e.p, e.b, { time: startOf(FROM_DAY) - 10, untilDay: LONG });
      await moveByRecovery(e.p, e.a, e.b, startOf(FROM_DAY + 40));
      await follow(e.p, e.a, startOf(FROM_DAY + 40) + 1);
      return e;
    }

    it("when the one that followed is lifted, its own goes on", async () => {
      const { p, b } = await merged();
      await lift(p, b, startOf(FROM_DAY + 50), 1);
      await expectExcluded(p, b, FROM_DAY, LONG);
      await lift(p, b, startOf(FROM_DAY + 60), 2);
      await expectExcluded(p, b, FROM_DAY, FROM_DAY + 61);
    });

    it("when it appeals, each of the two is decided by itself", async () => {
      const { p, b } = await merged();
      await appeal(p, b, startOf(FROM_DAY + 50), 2);
      await appeal(p, b, startOf(FROM_DAY + 50) + 1, 1);
      await decide(p, b, { upheld: true, time: startOf(FROM_DAY + 51), exclusion: 1 });
      await moveTo(startOf(FROM_DAY + 50) + OBJECTION_S + 1);
      await expectExcluded(p, b, FROM_DAY, LONG);
      expect((await recordsOf(p, b)).map(([number, , state]) => [number, state])).to.deep.equal([
        [2n, STATE.appealed],
        [1n, STATE.upheld],
      ]);
    });

    it("when it is to be excluded again, it rests after the later end of the two", async () => {
      const { p, b } = await merged();
      await lift(p, b, startOf(FROM_DAY + 50), 1);
      await expect(exclude(p, b, { time: startOf(LONG + 28), untilDay: LONG + 60 }))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_TooSoon")
        .withArgs(b.address, LONG + 30);
      await exclude(p, b, { time: startOf(LONG + 29), untilDay: LONG + 60 });
      await expectExcluded(p, b, LONG + 30, LONG + 60);
    });
  });
});
