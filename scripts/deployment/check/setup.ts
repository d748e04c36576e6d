import { parseEventLogs } from "viem";
import type { ChainClient } from "../../../src/chain/client.ts";
import { rulesAbi } from "../../../src/chain/generated/rules.ts";
import { readLogs } from "../../../src/chain/read/logs.ts";
import type { RuleSet } from "../../../src/chain/write/rule-set.ts";
import type { Deployment } from "../../../src/protocol/index.ts";
import type { DeployConfig } from "../config.ts";
import { compare, type Difference, type Subject } from "./report.ts";

/** One thing that the rules role has set, as text that can be compared. */
interface Setting {
  readonly name: string;
  readonly value: string;
  readonly block: number;
}

/**
 * Compares what Rules was set up with. Rules versions, notices and receipt keys that came later are acts of the programme,
 * which the contract bounds: they are told, not judged.
 * @param head Number of the newest block.
 * @throws CHAIN_UNREACHABLE.
 */
export async function checkSetup(
  client: ChainClient,
  deployment: Deployment,
  config: DeployConfig | undefined,
  head: number,
): Promise<{ subject: Subject; since: string[] }> {
  const settings = await readSettings(client, deployment, head);
  const initial = settings.filter(({ block }) => block <= deployment.block);
  const later = settings.filter(({ block }) => block > deployment.block);
  const differences = config === undefined ? missing(initial) : differencesFrom(settingsOf(config), initial);
  return {
    subject: { kind: "setup", name: "rules, receipt key, notices", differences },
    since: later.map(({ name, value, block }) => `block ${block}: ${name}: ${value}`),
  };
}

async function readSettings(client: ChainClient, deployment: Deployment, head: number): Promise<Setting[]> {
  const range = { fromBlock: deployment.firstBlock, toBlock: head };
  const logs = await readLogs(client, deployment.contracts.rules, range);
  const eventName = ["RulesScheduled", "ReceiptKeySet", "NoticePublished"] as const;
  return parseEventLogs({ abi: rulesAbi, eventName: [...eventName], logs }).map((event) => {
    const block = Number(event.blockNumber);
    if (event.eventName === "RulesScheduled") return { ...ruleSetting(event.args), block };
    if (event.eventName === "ReceiptKeySet") return { ...receiptKeySetting(event.args), block };
    return { ...noticeSetting(event.args), block };
  });
}

function settingsOf({ rules, receiptKey, notices }: DeployConfig): Omit<Setting, "block">[] {
  return [
    ruleSetting({ version: 0n, fromDay: 0, rules }),
    receiptKeySetting({ key: receiptKey, from: 1, until: 0 }),
    ...notices.map((contentHash, i) => noticeSetting({ number: i + 1, contentHash })),
  ];
}

function ruleSetting({ version, fromDay, rules }: { version: bigint; fromDay: number; rules: RuleSet }) {
  const names = (Object.keys(rules) as (keyof RuleSet)[]).sort();
  return {
    name: `rules version ${version}`,
    value: [`from day ${fromDay}`, ...names.map((name) => `${name} ${rules[name]}`)].join(", "),
  };
}

function receiptKeySetting({ key, from, until }: { key: string; from: number; until: number }) {
  return {
    name: `receipt key ${key.toLowerCase()}`,
    value: until === 0 ? `from ${from}` : `from ${from} until ${until}`,
  };
}

function noticeSetting({ number, contentHash }: { number: number; contentHash: string }) {
  return { name: `notice ${number}`, value: contentHash };
}

function differencesFrom(expected: readonly Omit<Setting, "block">[], actual: readonly Setting[]): Difference[] {
  const names = [...new Set([...expected, ...actual].map(({ name }) => name))];
  const valueIn = (settings: readonly Omit<Setting, "block">[], wanted: string): string =>
    settings
      .filter(({ name }) => name === wanted)
      .map(({ value }) => value)
      .join("; ") || "not set";
  return names.flatMap((name) => compare(name, valueIn(expected, name), valueIn(actual, name)));
}

/** Without a configuration only this can be said: that there is all that a programme cannot begin without. */
function missing(settings: readonly Setting[]): Difference[] {
  const kinds = ["rules version", "receipt key", "notice"];
  return kinds.flatMap((kind) =>
    compare(kind, "set", settings.some(({ name }) => name.startsWith(kind)) ? "set" : "not set"),
  );
}
