import assert from "node:assert/strict";
import fc from "fast-check";
import { ABIS } from "../../../src/chain/contracts.ts";
import { readEvents } from "../../../src/chain/read/events.ts";
import { CairnError, dayOf, endOfExclusion, type Hex, isExcluded } from "../../../src/protocol/index.ts";
import { loadExclusions } from "../../../src/relayer/store/exclusions.ts";
import { applyEvents } from "../../../src/relayer/store/mirror.ts";
import type { Store } from "../../../src/relayer/store/open.ts";
import { addressOf, keyOf } from "./keys.ts";
import { signIntent } from "./owners.ts";
import { GENESIS, type TestProgramme } from "./programme.ts";

const ACTS = ["exclude", "appeal", "uphold", "overturn", "lift", "follow", "move", "wait"] as const;
const HOUR_S = 3_600;

/** Something that happens to one of three accounts, so many hours after the last. */
interface Step {
  readonly hours: number;
  readonly act: (typeof ACTS)[number];
  readonly who: number;
  readonly days: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  hours: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 20 }), weight: 4 },
    { arbitrary: fc.integer({ min: 20, max: 90 }), weight: 1 },
  ),
  act: fc.constantFrom(...ACTS, "appeal", "appeal", "uphold", "move", "follow"),
  who: fc.constantFrom(0, 0, 0, 0, 1, 2),
  days: fc.integer({ min: 4, max: 30 }),
});

/** What may happen to three accounts once the first is excluded, in any order, possible or not; mostly to the first. */
export const histories: fc.Arbitrary<Step[]> = fc
  .tuple(step, fc.array(step, { minLength: 5, maxLength: 13 }))
  .map(([first, rest]) => [{ ...first, act: "exclude", who: 0 }, ...rest]);

/** Plays histories of exclusions on a chain, and compares what the contract says with what its events give. */
export class HistoryPlayer {
  readonly #programme: TestProgramme;
  readonly #store: Store;
  /** What was answered for days that had come, by account and day. */
  readonly #answered = new Map<string, boolean>();
  /** Names of the events that came, and "lapsed" when an appeal was not decided in time. */
  readonly seen = new Set<string>();
  #nextBlock = 0;
  #evidence = 0;
  #histories = 0;

  constructor(programme: TestProgramme, store: Store) {
    this.#programme = programme;
    this.#store = store;
  }

  async play(history: readonly Step[]): Promise<void> {
    const names = [0, 1, 2].map((at) => `account ${at} of history ${this.#histories}`);
    this.#histories++;
    for (const step of history) {
      const { timestamp } = await this.#programme.client.getBlock();
      await this.#programme.moveTo(Number(timestamp) + 1 + step.hours * HOUR_S);
      await this.#act(step, names);
      await this.#compare(names.map(addressOf));
    }
  }

  /** Does what the contract allows, and nothing when it does not. */
  async #act({ act, who, days }: Step, names: readonly string[]): Promise<void> {
    try {
      await this.#try(act, { name: names[who] as string, next: names[(who + 1) % 3] as string, days });
    } catch (error) {
      if (!(error instanceof CairnError) || error.code !== "INTENT_REJECTED") throw error;
    }
  }

  async #try(act: Step["act"], { name, next, days }: { name: string; next: string; days: number }): Promise<void> {
    const programme = this.#programme;
    const now = Number((await programme.client.getBlock()).timestamp);
    const account = addressOf(name);
    const exclusion = (await this.#exclusionsOf(account)).at(-1)?.number ?? 0;
    const deadline = now + HOUR_S;
    switch (act) {
      case "exclude": {
        const until = dayOf(GENESIS, now) + 1 + days;
        const args = [account, 1, keyOf(`evidence ${this.#evidence++}`), until] as const;
        await programme.writer("excluder").call("exclusions", "excludeAccount", args);
        return;
      }
      case "appeal": {
        const message = { account, exclusion, statementHash: keyOf("statement"), deadline };
        const { signature } = signIntent(programme, "ExclusionAppeal", message, { owner: name });
        await programme.writer("alice").call("exclusions", "appealExclusions", [[message], [signature]]);
        return;
      }
      case "uphold":
      case "overturn":
        await programme.writer("arbiter").call("exclusions", "decideAppeal", [account, exclusion, act === "uphold"]);
        return;
      case "lift":
        await programme.writer("excluder").call("exclusions", "liftExclusion", [account, exclusion]);
        return;
      case "follow":
        await programme.writer("bob").call("exclusions", "followMove", [account]);
        return;
      case "move": {
        const message = { account, to: addressOf(next), deadline };
        const by = signIntent(programme, "AccountMove", message, { owner: name, target: next });
        const args = [[message], [by.signature], [by.targetSignature as Hex]] as const;
        await programme.writer("alice").call("accountMoves", "moveAccounts", args);
        return;
      }
      case "wait":
        return;
    }
  }

  async #exclusionsOf(account: Hex) {
    return (await loadExclusions(this.#store.db, [account])).get(account) ?? [];
  }

  async #compare(accounts: readonly Hex[]): Promise<void> {
    const block = await this.#programme.client.getBlock();
    await this.#follow(Number(block.number));
    const moment = { genesis: GENESIS, chainTime: Number(block.timestamp) };
    const today = dayOf(GENESIS, moment.chainTime);
    for (const account of accounts) {
      const exclusions = await this.#exclusionsOf(account);
      if (exclusions.some((each) => endOfExclusion(each, moment) < each.untilDay)) this.seen.add("lapsed");
      const edges = exclusions.flatMap((each) => [each.fromDay, each.untilDay, endOfExclusion(each, moment)]);
      const days = new Set([...edges, today].flatMap((day) => [day - 1, day, day + 1]).filter((day) => day >= 0));
      await Promise.all(
        [...days].map(async (day) => {
          const said = await this.#ask(account, day);
          assert.equal(isExcluded(exclusions, day, moment), said, `${account} on day ${day}`);
          if (day <= today) this.#requireSteady(`${account} ${day}`, said);
        }),
      );
    }
  }

  /** What was once said of a day that has come is said ever after. */
  #requireSteady(key: string, said: boolean): void {
    assert.equal(this.#answered.get(key) ?? said, said, key);
    this.#answered.set(key, said);
  }

  #ask(account: Hex, day: number): Promise<boolean> {
    return this.#programme.client.readContract({
      ...{ address: this.#programme.deployment.contracts.exclusions, abi: ABIS.exclusions },
      ...{ functionName: "isExcluded", args: [account, BigInt(day)] },
    } as const);
  }

  async #follow(toBlock: number): Promise<void> {
    const { client, deployment } = this.#programme;
    const events = await readEvents(client, deployment, { fromBlock: this.#nextBlock, toBlock });
    this.#nextBlock = toBlock + 1;
    for (const { contract, name } of events)
      if (contract === "exclusions" && name.startsWith("Exclusion")) this.seen.add(name);
    await this.#store.transaction((tx) => applyEvents(tx, events, GENESIS));
  }
}
