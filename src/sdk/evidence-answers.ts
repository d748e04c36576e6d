import { BaseError, ContractFunctionRevertedError, ContractFunctionZeroDataError } from "viem";
import type { ChainClient } from "../chain/client.ts";
import { reach } from "../chain/client.ts";
import { ABIS } from "../chain/contracts.ts";
import { readConsentCovers } from "../chain/read/consents.ts";
import { readRoot } from "../chain/read/drops.ts";
import { readHead } from "../chain/read/head.ts";
import { readDeviceKey, readOwnerThroughout } from "../chain/read/vehicles.ts";
import { receiptSigner, takenAt } from "../evidence/check-readings.ts";
import type { ChainAnswers, EvidenceReading, OpenedEvidence, ReadingAnswers } from "../evidence/index.ts";
import { EVIDENCE_CONTRACTS } from "../evidence/index.ts";
import { CairnError, type Deployment, type Hex, lowerHex, type P256PublicKey, ZERO_HASH } from "../protocol/index.ts";
import { inTurns } from "./in-turns.ts";
import { wasReceiptKey } from "./receipt-keys.ts";

/** A chain that is asked about the programme of an evidence file. */
interface Asked {
  readonly client: ChainClient;
  /** The deployment as far as the file names it: all that its questions need. */
  readonly deployment: Deployment;
  /** Time of the newest block, unix seconds. */
  readonly now: number;
}

/**
 * Asks a chain everything that an evidence file cannot say by itself.
 * @param opened A file that is right by itself: of a false one there is nothing to ask.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readAnswers(client: ChainClient, opened: OpenedEvidence): Promise<ChainAnswers> {
  const { file, blocks } = opened;
  const asked = { client, deployment: file.deployment as Deployment, now: (await readHead(client)).time };
  const hashes = await inTurns(blocks, async ({ number }) => [number, await hashOf(client, number)] as const);
  const code = await inTurns(EVIDENCE_CONTRACTS, async (name) => {
    const found = await reach(client.getCode({ address: file.deployment.contracts[name] }));
    return [name, found !== undefined] as const;
  });
  const hasCode = Object.fromEntries(code) as ChainAnswers["hasCode"];
  return {
    chainId: await reach(client.getChainId()),
    blockHashes: new Map(hashes),
    ...(await unlessRefused(readProgramme(asked), NO_PROGRAMME)),
    hasCode,
    readings: await inTurns(file.readings, (entry) => unlessRefused(answersFor(asked, entry), NO_ANSWERS)),
  };
}

const NO_PROGRAMME = { genesis: 0, operator: "0x" } as const;
const NO_ANSWERS: ReadingAnswers = {
  root: undefined,
  deviceKey: undefined,
  isOwner: false,
  isConsented: false,
  isReceiptKey: false,
};

async function hashOf(client: ChainClient, number: number): Promise<Hex | undefined> {
  const block = await reach(
    client.getBlock({ blockNumber: BigInt(number) }).catch((error: Error) => {
      if (error.name === "BlockNotFoundError") return undefined;
      throw error;
    }),
  );
  return block?.hash;
}

async function readProgramme({ client, deployment }: Asked): Promise<{ genesis: number; operator: Hex }> {
  const call = { abi: ABIS.rules, address: deployment.contracts.rules } as const;
  const [genesis, operator] = await Promise.all([
    reach(client.readContract({ ...call, functionName: "genesis" })),
    reach(client.readContract({ ...call, functionName: "operator" })),
  ]);
  return { genesis, operator: lowerHex(operator) };
}

async function answersFor(asked: Asked, entry: EvidenceReading): Promise<ReadingAnswers> {
  const { client, deployment, now } = asked;
  const { reading, leaf } = entry;
  const taken = takenAt(deployment.genesis, entry);
  // The contracts answer for past moments only, and a reading that has not ended cannot be genuine.
  if (taken >= now) return NO_ANSWERS;
  const { account, drop } = leaf;
  const key = { account, recipient: deployment.operator, purpose: 1, categories: reading.categories };
  const signer = await receiptSigner(deployment, entry);
  const [root, deviceKey, isOwner, covered, stood, isReceiptKey] = await Promise.all([
    readRoot(client, deployment, drop),
    readKey(asked, entry),
    readOwnerThroughout(client, deployment, { vehicle: reading.vehicle, account }, reading.startedAt, reading.endedAt),
    readConsentCovers(client, deployment, key, reading.startedAt, reading.endedAt),
    readConsentCovers(client, deployment, key, taken, taken + 1),
    wasReceiptKey({ chain: client, deployment }, signer, entry.receipt.drop),
  ]);
  return { root, deviceKey, isOwner, isConsented: covered && stood, isReceiptKey };
}

async function readKey(
  { client, deployment }: Asked,
  { reading }: EvidenceReading,
): Promise<P256PublicKey | undefined> {
  const { x, y } = await readDeviceKey(client, deployment, reading.vehicle, reading.endedAt);
  return x === ZERO_HASH && y === ZERO_HASH ? undefined : { x, y };
}

/**
 * An answer, or another one when there is no contract at the address, or one that answers otherwise than the programme's: a file
 * may name any, and that is for a check to say.
 */
async function unlessRefused<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof CairnError ? error.cause : undefined;
    if (cause instanceof BaseError && cause.walk(isRefusal) !== null) return otherwise;
    throw error;
  }
}

/** Whether a contract, or the lack of one, is why a call came to nothing. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ContractFunctionRevertedError || error instanceof ContractFunctionZeroDataError) return true;
  return error instanceof BaseError && error.name.startsWith("AbiDecoding");
}
