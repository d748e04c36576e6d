import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import hre from "hardhat";
import type { RequestArguments } from "hardhat/types/providers";
import type Mocha from "mocha";
import { loadContractTests } from "../contract-tests/load.ts";
import { subjectOf } from "../contract-tests/subject.ts";
import type { Verdict } from "./messages.ts";

/** Longest time for one test. The slowest takes some seconds, and much longer on a machine that does other things. */
const TEST_TIMEOUT_MS = 180_000;
/** Turns of the event loop without a request after which nothing is under way any more. */
const IDLE_TURNS = 50;

/**
 * Contracts that are compiled in a hurry are larger, and take more gas, than a chain would allow. Still bounded: a mutant that
 * loops for ever is to end, and the chain remembers each step of a transaction, some hundred bytes.
 */
const ROOMY_CHAIN = { allowUnlimitedContractSize: true, blockGasLimit: 40_000_000, transactionGasCap: 40_000_000 };
/** What a call that only reads may use. A chain would give it all of a block, and the steps of a loop fill memory for minutes. */
const CALL_GAS = "0x800000";

type Fixture = typeof import("../../test/contracts/fixture.ts");

/** What was changed, so that the tests that are likeliest to fail come first. */
export interface Focus {
  /** What was changed, and the contracts that have become different. */
  readonly contracts: ReadonlySet<string>;
  /** The function that was changed. */
  readonly name: string;
}

/** A test that failed, and the outermost describe around it. */
interface Failed {
  readonly suite: string;
  readonly title: string;
  readonly late: boolean;
}

/** A call that says itself how much gas it takes stays as it is. */
function bounded(args: RequestArguments): RequestArguments {
  if (args.method !== "eth_call" || !Array.isArray(args.params)) return args;
  const [call, ...others] = args.params as [object, ...unknown[]];
  return { ...args, params: [{ gas: CALL_GAS, ...call }, ...others] };
}

/** The contracts' tests of the working folder, run again and again in this process until the first that fails. */
export class Suite {
  readonly #mocha: Mocha;
  readonly #fixture: Fixture;
  /** How often each describe has found a mistake in a set of contracts: it is likely to find the next one, too. */
  readonly #found = new Map<string, number>();
  #pending = 0;

  private constructor(mocha: Mocha, fixture: Fixture) {
    this.#mocha = mocha;
    this.#fixture = fixture;
    this.#tendRequests();
  }

  static async load(): Promise<Suite> {
    Object.assign(hre.userConfig.networks?.default ?? {}, ROOMY_CHAIN);
    // A failure is enough: looking for the smallest one takes long.
    fc.configureGlobal({ endOnFailure: true });
    // A test that failed may leave calls behind that nobody waits for.
    process.on("unhandledRejection", () => {});
    const reporter = class {} as unknown as Mocha.ReporterConstructor;
    const mocha = await loadContractTests({ bail: true, timeout: TEST_TIMEOUT_MS, reporter });
    mocha.cleanReferencesAfterRun(false);
    const fixture = (await import(pathToFileURL("test/contracts/fixture.ts").href)) as Fixture;
    return new Suite(mocha, fixture);
  }

  /**
   * Runs all tests: first those of the function, then those of its contracts, then the others; of these, first what found
   * most so far.
   */
  async run({ contracts, name }: Focus): Promise<Verdict> {
    const rank = ({ title }: Mocha.Suite): number => {
      const subject = subjectOf(title, contracts);
      return subject === undefined ? 2 : subject.name === name ? 0 : 1;
    };
    const keyOf = (title: string): string => [title, ...contracts].join("\n");
    const found = ({ title }: Mocha.Suite): number => this.#found.get(keyOf(title)) ?? 0;
    this.#mocha.suite.suites.sort((a, b) => rank(a) - rank(b) || found(b) - found(a));
    await this.#fixture.startOver();
    const failed = await this.#untilFirstFailure();
    if (failed?.late) return { outcome: "timeout" };
    await this.#settle();
    if (failed === undefined) return { outcome: "survived" };
    const key = keyOf(failed.suite);
    this.#found.set(key, (this.#found.get(key) ?? 0) + 1);
    return { outcome: "killed", by: failed.title };
  }

  #untilFirstFailure(): Promise<Failed | undefined> {
    return new Promise((resolve) => {
      let first: Failed | undefined;
      this.#mocha
        .run(() => resolve(first))
        .on("fail", (test, error) => {
          const [suite = ""] = test.titlePath();
          first ??= { suite, title: test.fullTitle(), late: error.code === "ERR_MOCHA_TIMEOUT" };
        });
    });
  }

  /** Counts what is under way, and bounds what a call may use. */
  #tendRequests(): void {
    const { provider } = this.#fixture.connection;
    const request = provider.request.bind(provider);
    provider.request = async (args) => {
      this.#pending += 1;
      try {
        return await request(bounded(args));
      } finally {
        this.#pending -= 1;
      }
    };
  }

  /** Waits for what a failed test has left behind, so that it does not reach the chain of the next run. */
  async #settle(): Promise<void> {
    for (let idle = 0; idle < IDLE_TURNS; idle = this.#pending === 0 ? idle + 1 : 0) await setImmediate();
  }
}
