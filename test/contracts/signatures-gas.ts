import { expect } from "chai";
import { describe, it } from "mocha";
import { addressOf, type Programme } from "../support/contracts.ts";
import { RECORD_HASH } from "../support/contracts-consents.ts";
import { erc1271 } from "../support/contracts-signers.ts";
import { at, ethers, GENESIS, networkHelpers, programme } from "./fixture.ts";
import { delegate, deployKeyWallet, SIGNER_KINDS, type SignerKind, walletOf } from "./signers.ts";

const DEADLINE = GENESIS + 3_600;
/** What is left of 200,000 once the wallet's code has found its function. */
const NEEDED_GAS = 199_500;
/** Enough for every batch of these tests. */
const MOST_GAS = 600_000;

/** A wallet that says no to whoever gives it noticeably less than the 200,000 gas of docs/protocol.md 2.3. */
const DEMANDING_WALLET: SignerKind = {
  title: "a wallet that needs all its gas",
  make: async (_, name) => {
    const key = walletOf(`key of a demanding wallet ${name}`);
    const address = await deployKeyWallet(key, NEEDED_GAS);
    return { address, sign: erc1271(key.signingKey), forge: erc1271(key.signingKey) };
  },
};

/** The same behind a delegation, which costs the call a second account that was not touched before. */
const DEMANDING_DELEGATE: SignerKind = {
  title: "delegated code that needs all its gas",
  make: async (_, name) => {
    const key = walletOf(`key of a demanding delegate ${name}`);
    const account = walletOf(`delegating to a demanding one ${name}`);
    await delegate(account, await deployKeyWallet(key, NEEDED_GAS));
    return { address: account.address, sign: erc1271(key.signingKey), forge: erc1271(key.signingKey) };
  },
};

/** The gas of docs/protocol.md 2.3 for a question to a contract account. */
const CALL_GAS = 200_000;
/** What must be left for it, so that it gets that much. */
const GAS_BEFORE_CALL = 210_000;
/** GAS costs 2 itself, and tells what is left after it. */
const GAS_COST = 2;

/**
 * A wallet that says yes if it gets exactly some gas. By hand, since compiled code has used some before it can look:
 * GAS PUSH3 gas EQ PUSH4 magic PUSH1 224 SHL MUL PUSH0 MSTORE PUSH1 32 PUSH0 RETURN.
 */
function exactWallet(gas: number): SignerKind {
  const left = (gas - GAS_COST).toString(16).padStart(6, "0");
  const code = `0x5a62${left}14631626ba7e60e01b025f5260205ff3`;
  const sign = async () => "0x01";
  return {
    title: `a wallet that wants ${gas} gas exactly`,
    make: async (_, name) => {
      const { address } = walletOf(`exact wallet ${name} ${gas}`);
      await networkHelpers.setCode(address, code);
      return { address, sign, forge: sign };
    },
  };
}

/** What a batch did with a gas limit. */
type Outcome = "carried out" | "InsufficientGas" | "out of gas" | "skipped";

interface Batch {
  readonly p: Programme;
  readonly data: string;
}

/** A batch of one grant by each account. */
async function batchOf(kinds: readonly SignerKind[]): Promise<Batch> {
  const p = await programme();
  const grants: object[] = [];
  const signatures: string[] = [];
  for (const kind of kinds) {
    const owner = await kind.make(p, "gas");
    const grant = {
      ...{ account: owner.address, recipient: p.operator, purpose: 1, categories: 1, expires: 0, notice: 1 },
      ...{ version: 1, deadline: DEADLINE, recordHash: RECORD_HASH },
    };
    grants.push(grant);
    signatures.push(await owner.sign("ConsentGrant", grant, { contracts: p }));
  }
  const data = p.consentRegistry.interface.encodeFunctionData("grantConsents", [grants as never, signatures]);
  await networkHelpers.mine();
  return { p, data };
}

async function send({ p, data }: Batch, gasLimit: number) {
  await at(GENESIS);
  return p.roles.operator.sendTransaction({ to: addressOf(p.consentRegistry), data, gasLimit });
}

/** Sends the batch with a gas limit, on the chain as it stands, and goes back. */
async function attempt(batch: Batch, gasLimit: number): Promise<Outcome> {
  const { p } = batch;
  const snapshot = await networkHelpers.takeSnapshot();
  try {
    const transaction = await send(batch, gasLimit);
    const logs = (await transaction.wait())?.logs ?? [];
    const isSkipped = logs.some((log) => p.consentRegistry.interface.parseLog(log)?.name === "IntentSkipped");
    return isSkipped ? "skipped" : "carried out";
  } catch (error) {
    const refusal = p.consentRegistry.interface.encodeErrorResult("InsufficientGas", [GAS_BEFORE_CALL]);
    return (error as { data?: string }).data === refusal ? "InsufficientGas" : "out of gas";
  } finally {
    await snapshot.restore();
  }
}

/** The outcomes of all gas limits, a step apart, from the least that a transaction may have up to one that is surely enough. */
async function outcomesOf(batch: Batch, step: number): Promise<Set<Outcome>> {
  const least = Number(await ethers.provider.estimateGas({ to: ethers.ZeroAddress, data: batch.data }));
  const seen = new Set<Outcome>();
  for (let limit = least; limit <= MOST_GAS; limit += step) seen.add(await attempt(batch, limit));
  // Whether the least amounts get as far as a signature depends on how much data there is.
  seen.delete("out of gas");
  return seen;
}

/** One step of an execution. */
interface Step {
  readonly op: string;
  /** The last one is on top. */
  readonly stack: readonly string[];
}

/** The gas that is left when it is compared with what a question needs. */
async function leftAtQuestion(batch: Batch, gasLimit: number): Promise<number> {
  const snapshot = await networkHelpers.takeSnapshot();
  try {
    const { hash } = await send(batch, gasLimit);
    const options = { disableMemory: true, disableStorage: true };
    const { structLogs } = (await ethers.provider.send("debug_traceTransaction", [hash, options])) as {
      structLogs: Step[];
    };
    const compared = structLogs
      .filter(({ op }) => op === "LT" || op === "GT")
      .map(({ stack }) => stack.slice(-2).map(Number))
      .find((pair) => pair.includes(GAS_BEFORE_CALL));
    return compared?.find((value) => value !== GAS_BEFORE_CALL) as number;
  } finally {
    await snapshot.restore();
  }
}

const [BY_KEY, BY_DELEGATING_KEY, ...OTHERS] = SIGNER_KINDS as [SignerKind, SignerKind, ...SignerKind[]];

describe("Signatures: whatever gas is sent", () => {
  for (const kind of [BY_KEY, BY_DELEGATING_KEY]) {
    it(`given a good signature by ${kind.title}, it is carried out or it runs out of gas`, async () => {
      const outcomes = await outcomesOf(await batchOf([kind]), 2_000);
      expect(outcomes).to.deep.equal(new Set(["carried out"]));
    });
  }

  for (const kind of OTHERS) {
    it(`given a good signature by ${kind.title}, it is carried out or the gas is refused`, async () => {
      const outcomes = await outcomesOf(await batchOf([kind]), 2_000);
      expect(outcomes).to.deep.equal(new Set(["InsufficientGas", "carried out"]));
    });
  }

  for (const kind of [DEMANDING_WALLET, DEMANDING_DELEGATE]) {
    it(`given a good signature by ${kind.title}, it is carried out or the gas is refused`, async () => {
      const outcomes = await outcomesOf(await batchOf([kind]), 500);
      expect(outcomes).to.deep.equal(new Set(["InsufficientGas", "carried out"]));
    });
  }

  for (const [more, outcome] of [
    [-1, "skipped"],
    [0, "carried out"],
    [1, "skipped"],
  ] as const) {
    it(`given a wallet that wants ${CALL_GAS + more} gas exactly, its intent is ${outcome}`, async () => {
      const batch = await batchOf([exactWallet(CALL_GAS + more)]);
      expect(await attempt(batch, MOST_GAS)).to.equal(outcome);
    });
  }

  it("given exactly as much left as a question needs, it is carried out, and with a unit less the gas is refused", async () => {
    const batch = await batchOf([DEMANDING_WALLET]);
    const limit = MOST_GAS - ((await leftAtQuestion(batch, MOST_GAS)) - GAS_BEFORE_CALL);
    expect(await attempt(batch, limit)).to.equal("carried out");
    expect(await attempt(batch, limit - 1)).to.equal("InsufficientGas");
  });

  it("given one that needs all its gas after others, it is carried out or the gas is refused", async () => {
    const outcomes = await outcomesOf(await batchOf([...OTHERS, DEMANDING_DELEGATE]), 1_000);
    expect(outcomes).to.deep.equal(new Set(["InsufficientGas", "carried out"]));
  });
});
