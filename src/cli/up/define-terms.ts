import { type ChainClient, createChainClient } from "../../chain/client.ts";
import { readHistory } from "../../chain/read/events.ts";
import { type BlockRef, readHead } from "../../chain/read/head.ts";
import { readItems } from "../../chain/read/orders.ts";
import { readIsReceiptKey } from "../../chain/read/rules.ts";
import { readIsTaskKey } from "../../chain/read/tasks.ts";
import { DEFAULT_RULES } from "../../chain/write/rule-set.ts";
import { type ProgrammeDocument, STARTING_TASKS, startingTask } from "../../operator/index.ts";
import { contentHash, type Deployment, dayOf } from "../../protocol/index.ts";
import { addressOf, type ProgrammeKeys } from "../keys.ts";
import { type DutyWriters, dutyWriters } from "../programme.ts";
import { LISTED_ITEMS, STARTING_MILESTONES } from "./starting-terms.ts";

/** Where the terms of a new programme are defined, and by whom. */
export interface DefiningParts {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly keys: ProgrammeKeys;
}

interface Definer extends DefiningParts {
  readonly client: ChainClient;
  readonly head: BlockRef;
  readonly writers: DutyWriters;
}

const POLL_MS = 20;
/** A window that does not close. */
const FAR_FUTURE = 2 ** 39;

/**
 * Defines what a new programme begins with: the operator's keys, tasks, milestones, items. Looks what stands on the chain and adds
 * what is missing, so that it may be broken off anywhere and done again.
 * @returns The documents behind the definitions, for the operator.
 * @throws INTENT_REJECTED, TRANSACTION_REVERTED, CHAIN_UNREACHABLE.
 */
export async function defineStartingTerms(parts: DefiningParts): Promise<ProgrammeDocument[]> {
  const client = createChainClient(parts.rpcUrl);
  const definer = {
    ...parts,
    client,
    head: await readHead(client),
    writers: dutyWriters(parts, parts.keys, POLL_MS),
  };
  await nameKeys(definer);
  const tasks = await defineTasks(definer);
  const milestones = await defineMilestones(definer);
  await listItems(definer, milestones);
  return [...tasks, ...STARTING_MILESTONES, ...LISTED_ITEMS.map(({ text }) => text)];
}

/** The keys that sign receipts of votes, and awards. */
async function nameKeys({ client, deployment, keys, head, writers }: Definer): Promise<void> {
  const [receipts, tasks] = [addressOf(keys.deskReceipt), addressOf(keys.task)];
  if (!(await readIsReceiptKey(client, deployment, receipts, head.time))) {
    await writers.rules.call("rules", "setReceiptKey", [receipts, head.time, 0]);
  }
  if (!(await readIsTaskKey(client, deployment, tasks, head.time))) {
    await writers.rules.call("taskBook", "setTaskKey", [tasks, head.time, 0]);
  }
}

/** @returns The documents of the tasks, with the days that the chain has. */
async function defineTasks({ client, deployment, head, writers }: Definer): Promise<ProgrammeDocument[]> {
  const events = await readHistory(client, deployment, "taskBook", head.number);
  const defined = events.flatMap(({ name, args }) => (name === "TaskDefined" ? [args.terms] : []));
  const tomorrow = Math.max(0, dayOf(deployment.genesis, head.time)) + 1;
  const documents: ProgrammeDocument[] = [];
  for (const template of STARTING_TASKS) {
    const known = defined.find((terms) => terms.contentHash === contentHash(startingTask(template, terms.fromDay)));
    const document = startingTask(template, known?.fromDay ?? tomorrow);
    const { crystals, perDay, fromDay, untilDay } = document;
    if (known === undefined) {
      const terms = { crystals, perDay, fromDay, untilDay, contentHash: contentHash(document) };
      await writers.rules.call("taskBook", "defineTask", [terms]);
    }
    documents.push(document);
  }
  return documents;
}

/** @returns The milestones' numbers, in the order of {@link STARTING_MILESTONES}. */
async function defineMilestones({ client, deployment, head, writers }: Definer): Promise<number[]> {
  const events = await readHistory(client, deployment, "milestones", head.number);
  const defined = events.flatMap(({ name, args }) => (name === "MilestoneDefined" ? [args.contentHash] : []));
  const numbers: number[] = [];
  for (const document of STARTING_MILESTONES) {
    const hash = contentHash(document);
    // They are numbered in their order, from 1.
    if (!defined.includes(hash)) {
      await writers.rules.call("milestones", "defineMilestone", [hash]);
      defined.push(hash);
    }
    numbers.push(defined.indexOf(hash) + 1);
  }
  return numbers;
}

async function listItems({ client, deployment, head, writers }: Definer, milestones: readonly number[]): Promise<void> {
  const { maxFulfilmentS, redemptionDelayDays } = DEFAULT_RULES;
  const listed = new Set((await readItems(client, deployment)).map(({ sku }) => sku));
  for (const { text, price, stock, milestone } of LISTED_ITEMS) {
    if (listed.has(text.sku)) continue;
    const terms = {
      ...{ sku: text.sku, price, stock, opensAt: head.time, closesAt: FAR_FUTURE, maxRank: 0 },
      ...{ fulfilmentS: maxFulfilmentS, minDaysPaired: redemptionDelayDays },
      milestone: milestones[milestone] as number,
    };
    await writers.catalogue.call("catalogue", "listItem", [terms]);
  }
}
