import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Abi,
  createTestClient,
  encodeAbiParameters,
  encodeFunctionData,
  http,
  keccak256,
  pad,
  publicActions,
  toHex,
  walletActions,
  zeroHash,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ABIS } from "../../src/chain/contracts.ts";
import { accessManagerAbi } from "../../src/chain/generated/accessManager.ts";
import { deployProgramme } from "../../src/chain/write/deploy.ts";
import { signPairing } from "../../src/device/signer.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import {
  type ContractName,
  DAY_S,
  type Deployment,
  DROP_S,
  DROPS_PER_DAY,
  type Reading,
  type Receipt,
  readingDigest,
  signingDomain,
  typedDigest,
} from "../../src/protocol/codec/index.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import type { Planned, PlannedAward, Scheme } from "./dishonest-books.ts";
import {
  CARS,
  type Car,
  DAYS,
  DEPLOYER_KEY,
  HOUR_S,
  MASK,
  MIDNIGHT,
  RECEIPT_SIGNER,
  RECIPIENT,
  ROLES,
  RULES,
  type STRANGER,
  TASK_SIGNER,
  TASKS,
  VISITOR,
} from "./dishonest-cast.ts";
import { Publisher } from "./dishonest-files.ts";
import { Run } from "./dishonest-run.ts";

type Client = ReturnType<typeof createClient>;

function createClient(rpcUrl: string) {
  return createTestClient({ mode: "anvil", transport: http(rpcUrl), cacheTime: 0, pollingInterval: 10 })
    .extend(publicActions)
    .extend(walletActions);
}

/** A chain with contracts, three paired cars and their owners' consents; every run starts from there again. */
export class DishonestProducer {
  readonly rpcUrl: string;
  readonly #anvil: Anvil;
  readonly #client: Client;
  readonly #folders: string[] = [];
  #deployment: Deployment | undefined;
  #snapshot: Hex | undefined;
  #token: Hex | undefined;
  #honestAwards: PlannedAward[] = [];

  private constructor(anvil: Anvil) {
    this.#anvil = anvil;
    this.rpcUrl = anvil.rpcUrl;
    this.#client = createClient(anvil.rpcUrl);
  }

  static async start(): Promise<DishonestProducer> {
    const args = ["--auto-impersonate", "--chain-id", "31337"];
    const producer = new DishonestProducer(await startAnvil({ timestamp: MIDNIGHT - HOUR_S, args }));
    await producer.#setUp();
    return producer;
  }

  async stop(): Promise<void> {
    await this.#anvil.stop();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  get deployment(): Deployment {
    return this.#deployment as Deployment;
  }

  /** The token of benefit rounds, of which the treasurer has plenty. */
  get token(): Hex {
    return this.#token as Hex;
  }

  async #deployToken(): Promise<Hex> {
    const { abi, bytecode } = JSON.parse(readFileSync("artifacts/contracts/mocks/OddToken.sol/OddToken.json", "utf8"));
    const account = ROLES.treasurer;
    const deployed = await this.#client.deployContract({ abi, bytecode, account, chain: null });
    const { contractAddress } = await this.#client.waitForTransactionReceipt({ hash: deployed });
    const token = { address: contractAddress as Hex, abi, account, chain: null } as const;
    const plenty = 10n ** 30n;
    for (const [functionName, to] of [
      ["mint", account],
      ["approve", this.deployment.contracts.benefitRounds],
    ] as const) {
      const hash = await this.#client.writeContract({ ...token, functionName, args: [to, plenty] });
      await this.#client.waitForTransactionReceipt({ hash });
    }
    return token.address;
  }

  async #setUp(): Promise<void> {
    const client = this.#client;
    await client.setBlockTimestampInterval({ interval: 0 });
    const actors = [
      ...Object.values(ROLES),
      ...CARS.map(({ account }) => account),
      privateKeyToAccount(DEPLOYER_KEY).address,
    ];
    for (const address of actors) await client.setBalance({ address, value: 10n ** 21n });
    const genesis = MIDNIGHT;
    this.#deployment = await deployProgramme({
      rpcUrl: this.rpcUrl,
      deployerKey: DEPLOYER_KEY,
      roles: ROLES,
      operator: RECIPIENT,
      receiptKey: RECEIPT_SIGNER.address,
      genesis,
      rules: RULES,
      notices: [zeroHash],
    });
    const registrations = CARS.map(({ vehicle, key }) => ({ vehicle, keyX: key.publicKey.x, keyY: key.publicKey.y }));
    await this.send("manufacturer", "vehicleRegistry", "registerVehicles", [registrations]);
    for (const car of CARS) {
      const pairing = { vehicle: car.vehicle, account: car.account, deadline: genesis };
      const signature = signPairing(car.key, signingDomain(this.deployment, "VehiclePairing"), pairing);
      await this.send(car.account, "vehicleRegistry", "pairVehicle", [pairing, signature]);
      await this.grant(car, 1);
    }
    const terms = {
      sku: `0x${"77".repeat(32)}`,
      price: 1_000_000_000n,
      stock: 3,
      opensAt: genesis,
      closesAt: genesis + 100 * DAY_S,
      fulfilmentS: HOUR_S,
      minDaysPaired: 1,
      maxRank: 0,
      milestone: 0,
    };
    await this.send("catalogue", "catalogue", "listItem", [terms]);
    for (const task of TASKS) await this.send("rules", "taskBook", "defineTask", [task]);
    await this.send("rules", "taskBook", "setTaskKey", [TASK_SIGNER.address, MIDNIGHT, 0]);
    this.#honestAwards = await this.#planAwards();
    this.#token = await this.#deployToken();
    this.#snapshot = await client.snapshot();
  }

  /** Gives somebody the chain's coin, and with it the means to send. */
  async fund(address: Hex): Promise<void> {
    await this.#client.setBalance({ address, value: 10n ** 21n });
  }

  /** Does what belongs to the admin: announced first, done after the admin's delay. */
  async asAdmin(contract: keyof typeof ABIS | "accessManager", functionName: string, args: unknown[]): Promise<void> {
    const abi = (contract === "accessManager" ? accessManagerAbi : ABIS[contract]) as Abi;
    const data = encodeFunctionData({ abi, functionName, args });
    const manager = { address: this.deployment.contracts.accessManager, abi: accessManagerAbi, chain: null } as const;
    const call = [this.deployment.contracts[contract], data] as const;
    const account = ROLES.admin;
    const scheduled = await this.#client.writeContract({
      ...manager,
      account,
      functionName: "schedule",
      args: [...call, 0],
    });
    // Were it still under way, it would be mined at the time that is moved to.
    await this.#succeeded(scheduled, "accessManager.schedule");
    const { timestamp } = await this.#client.getBlock();
    await this.moveTo(Number(timestamp) + RULES.challengeWindowS);
    const executed = await this.#client.writeContract({ ...manager, account, functionName: "execute", args: call });
    await this.#succeeded(executed, `accessManager.execute ${contract}.${functionName}`);
  }

  /** Time of the newest block, and its number. */
  async now(): Promise<{ time: number; block: number }> {
    const { timestamp, number } = await this.#client.getBlock();
    return { time: Number(timestamp), block: Number(number) };
  }

  /** Sends a call from a role or an address and waits for its success. */
  async send(
    from: keyof typeof ROLES | Hex,
    contract: keyof typeof ABIS,
    functionName: string,
    args: unknown[],
  ): Promise<Hex> {
    const account = from.startsWith("0x") ? (from as Hex) : ROLES[from as keyof typeof ROLES];
    const hash = await this.#client.writeContract({
      address: this.deployment.contracts[contract],
      abi: ABIS[contract] as readonly unknown[],
      functionName,
      args,
      account,
      chain: null,
    });
    await this.#succeeded(hash, `${contract}.${functionName}`);
    return hash;
  }

  async #succeeded(hash: Hex, what: string): Promise<void> {
    const { status } = await this.#client.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${what} reverted`);
  }

  async grant(car: Car, version: number, categories = MASK): Promise<void> {
    const grant = {
      account: car.account,
      recipient: RECIPIENT,
      purpose: 1,
      categories: BigInt(categories),
      expires: 0,
      notice: 1,
      version,
      deadline: 0,
      recordHash: zeroHash,
    };
    await this.send(car.account, "consentRegistry", "grantConsent", [grant]);
  }

  async withdraw(car: Car, version: number): Promise<void> {
    const withdrawal = { account: car.account, recipient: RECIPIENT, purpose: 1, version };
    await this.send(car.account, "consentRegistry", "withdrawConsent", [withdrawal]);
  }

  /** Moves chain time. */
  async moveTo(time: number): Promise<void> {
    await this.#client.setNextBlockTimestamp({ timestamp: BigInt(time) });
    await this.#client.mine({ blocks: 1 });
  }

  /** Writes an account's mined stones into the ledger's storage, behind the contract's back. */
  async writeStones(account: Hex, mined: bigint): Promise<void> {
    // Two slots are of EIP712, one of AccessManaged and Pausable; the fourth is _accounts: its word has mined in the lowest 64 bits.
    const index = keccak256(encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [account, 3n]));
    const value = pad(toHex(mined), { size: 32 });
    await this.#client.setStorageAt({ address: this.deployment.contracts.stoneLedger, index, value });
    await this.#client.mine({ blocks: 1 });
  }

  /** Lets other code stand where a contract stands, while something is done. */
  async whileReplaced(contract: ContractName, bytecode: Hex, act: () => Promise<void>): Promise<void> {
    const own = await this.#client.getCode({ address: this.deployment.contracts[contract] });
    await this.replaceCode(contract, bytecode);
    await act();
    await this.replaceCode(contract, own as Hex);
  }

  /** Puts other code where a contract stands. */
  async replaceCode(contract: ContractName, bytecode: Hex): Promise<void> {
    await this.#client.setCode({ address: this.deployment.contracts[contract], bytecode });
    await this.#client.mine({ blocks: 1 });
  }

  /** A signed reading of a car, for the drop in which it ends or a later one. */
  planned(car: Car, facts: Partial<Reading> & { startedAt: number }, drop?: number): Planned {
    const reading: Reading = {
      vehicle: car.vehicle,
      sequence: facts.startedAt - MIDNIGHT,
      endedAt: facts.startedAt + 540,
      odometerStart: 1_000_000,
      odometerEnd: 1_000_000,
      takeovers: 0,
      categories: MASK,
      payload: `0x${"ab".repeat(32)}`,
      ...facts,
    };
    const digest = readingDigest(signingDomain(this.deployment, "Reading"), reading);
    const own = Math.floor((reading.endedAt - MIDNIGHT) / DROP_S);
    return { drop: drop ?? own, reading, digest, account: car.account, signature: car.key.signDigest(digest) };
  }

  /** Three trips a day and car. The third of car 0 passes the daily cap; the last of day 0 of car 1 comes a day late. */
  honestPlan(): Planned[] {
    const plan: Planned[] = [];
    CARS.forEach((car, c) => {
      let odometer = 10_000;
      for (let trip = 0; trip < 3 * DAYS; trip++) {
        const day = Math.floor(trip / 3);
        const startedAt = MIDNIGHT + day * DAY_S + (8 + 2 * (trip % 3)) * HOUR_S + 7 * c;
        const metres = 7_001 - 500 * c;
        const facts = { startedAt, odometerStart: odometer, odometerEnd: odometer + metres };
        const late = c === 1 && trip === 2;
        plan.push(this.planned(car, facts, late ? DROPS_PER_DAY + 3 : undefined));
        odometer += metres;
      }
    });
    return plan;
  }

  /** A signed award, for the drop in which it is made or another one. */
  async plannedAward(
    facts: Pick<PlannedAward["award"], "account" | "awardedAt"> & Partial<PlannedAward["award"]>,
    { drop, signer = TASK_SIGNER }: { drop?: number; signer?: typeof STRANGER } = {},
  ): Promise<PlannedAward> {
    const task = facts.task ?? 1;
    const award = {
      task,
      crystals: TASKS[task - 1]?.crystals ?? 1,
      occurrence: pad(toHex(facts.awardedAt), { size: 32 }),
      ...facts,
    };
    const digest = typedDigest(signingDomain(this.deployment, "TaskAward"), "TaskAward", award);
    const own = Math.floor((award.awardedAt - MIDNIGHT) / DROP_S);
    return { drop: drop ?? own, award, digest, signature: await signer.sign({ hash: digest }) };
  }

  /** From day 1 on everybody signs in at seven, and the owners give feedback twice, once while they drive. */
  async #planAwards(): Promise<PlannedAward[]> {
    const plan: Promise<PlannedAward>[] = [];
    for (let day = 1; day < DAYS; day++) {
      const at = MIDNIGHT + day * DAY_S;
      for (const account of [...CARS.map((car) => car.account), VISITOR]) {
        plan.push(this.plannedAward({ account, awardedAt: at + 7 * HOUR_S }));
      }
      for (const { account } of CARS) {
        plan.push(this.plannedAward({ account, task: 2, awardedAt: at + 8 * HOUR_S + 60 }));
        plan.push(this.plannedAward({ account, task: 2, awardedAt: at + 9 * HOUR_S }));
      }
    }
    return Promise.all(plan);
  }

  /** Signs a receipt for a planned reading. */
  async receiptFor(planned: Planned, changes: Partial<Receipt> & { signer?: typeof STRANGER } = {}) {
    const { signer, ...rest } = changes;
    const receipt: Receipt = {
      readingDigest: planned.digest,
      account: planned.account,
      drop: planned.drop,
      deadline: MIDNIGHT + DROP_S * (planned.drop + 1) + RULES.receiptDeadlineS,
      ...rest,
    };
    const hash = typedDigest(signingDomain(this.deployment, "Receipt"), "Receipt", receipt);
    return { receipt, signature: await (signer ?? RECEIPT_SIGNER).sign({ hash }) };
  }

  /** Goes back to the start and begins a run with its own folder. */
  async begin(scheme: Scheme = {}): Promise<Run> {
    await this.#client.revert({ id: this.#snapshot as Hex });
    this.#snapshot = await this.#client.snapshot();
    await this.#client.setBlockTimestampInterval({ interval: 0 });
    const folder = await mkdtemp(join(tmpdir(), "cairn-dishonest-"));
    this.#folders.push(folder);
    const [filesDir, operatorFilesDir] = [join(folder, "files"), join(folder, "operator-files")] as const;
    const open = async (dir: string) => {
      await mkdir(dir, { recursive: true });
      await writeFile(join(dir, "manifest.jsonl"), "");
      return Publisher.open({ folder: dir, deployment: this.deployment, signer: RECEIPT_SIGNER });
    };
    const publishers = { publisher: await open(filesDir), operator: await open(operatorFilesDir) };
    const awards = (await scheme.awards?.(this.#honestAwards)) ?? this.#honestAwards;
    return new Run(this, { folder, filesDir, operatorFilesDir, ...publishers, scheme, awards });
  }
}
