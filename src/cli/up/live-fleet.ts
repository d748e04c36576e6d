import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { privateKeyToAccount } from "viem/accounts";
import { createChainClient } from "../../chain/client.ts";
import { readHead } from "../../chain/read/head.ts";
import { readPairing, readRank } from "../../chain/read/vehicles.ts";
import type { VehicleIdentity } from "../../fleet/index.ts";
import { ownerSecret, vehicleIdentity } from "../../fleet/index.ts";
import {
  type Category,
  categoryMask,
  type Deployment,
  type Hex,
  signingDomain,
  ZERO_ADDRESS,
} from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { readJsonFile, toJsonFile } from "../files.ts";
import { sealerFor } from "../kept-samples.ts";
import { addressOf } from "../keys.ts";
import type { DutyWriters } from "../programme.ts";
import type { PatientRelayer } from "../relayer-api.ts";
import type { Workspace } from "../workspace.ts";
import { type CarMemory, LiveCar } from "./live-car.ts";
import { Post } from "./post.ts";

/** What the owners of simulated cars consent to: nothing sensitive. */
const FLEET_CATEGORIES = ["mileage", "drivingBehaviour", "takeovers", "battery"] as const satisfies readonly Category[];

/** What a live fleet works with. */
export interface LiveFleetOptions {
  readonly workspace: Workspace;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly relayer: PatientRelayer;
  readonly writers: DutyWriters;
  readonly seed: string;
  readonly vehicles: number;
  readonly onFailure: (error: unknown) => void;
}

/** Simulated cars that drive in real time and send their readings. */
export interface LiveFleet {
  /** Digest of the first reading that was accepted. */
  readonly firstDigest: Hex | undefined;
  stop(): Promise<void>;
}

interface Seat {
  readonly name: string;
  readonly identity: VehicleIdentity;
  readonly owner: Hex;
}

const TICK_MS = 1_000;
const REGISTRATIONS_A_CALL = 50;
const PATIENCE_MS = 90_000;

/** Registers, pairs and consents for what is missing, and starts to drive. @throws As the actions of the SDK. */
export async function startLiveFleet(options: LiveFleetOptions): Promise<LiveFleet> {
  const seats = Array.from({ length: options.vehicles }, (_, i) => seatOf(options.seed, i));
  await register(options, seats);
  await Promise.all(seats.map((seat) => settleIn(options, seat)));
  return drive(options, seats);
}

/** Address of the owner of a car, counted from 0. */
export function ownerOfCar(seed: string, index: number): Hex {
  return addressOf(seatOf(seed, index).owner);
}

function seatOf(seed: string, index: number): Seat {
  const name = `car ${index}`;
  return { name, identity: vehicleIdentity(seed, name, 0), owner: ownerSecret(seed, name) };
}

async function register(options: LiveFleetOptions, seats: readonly Seat[]): Promise<void> {
  const { rpcUrl, deployment, writers, relayer } = options;
  const client = createChainClient(rpcUrl);
  const ranks = await Promise.all(seats.map(({ identity }) => readRank(client, deployment, identity.vehicle)));
  const missing = seats.filter((_, i) => ranks[i] === 0);
  for (let at = 0; at < missing.length; at += REGISTRATIONS_A_CALL) {
    const batch = missing.slice(at, at + REGISTRATIONS_A_CALL).map(({ identity: { vehicle, key } }) => ({
      vehicle,
      keyX: key.publicKey.x,
      keyY: key.publicKey.y,
    }));
    const { block } = await writers.manufacturer.call("vehicleRegistry", "registerVehicles", [batch]);
    // The relayer takes no pairing of a vehicle whose registration is not final.
    while ((await relayer.status()).finalBlock < block) await sleep(TICK_MS / 4);
  }
}

/** Pairs the car and grants the consents, unless that was done in an earlier start. */
async function settleIn(options: LiveFleetOptions, { identity, owner }: Seat): Promise<void> {
  const { rpcUrl, deployment, relayer } = options;
  const cairn = createCairnClient({
    rpcUrl,
    deployment,
    relayerUrl: relayer.url,
    account: privateKeyToAccount(owner),
    timeoutMs: PATIENCE_MS,
  });
  const { vehicle, key } = identity;
  const pairing = await readPairing(createChainClient(rpcUrl), deployment, vehicle);
  const consent = await cairn.getConsent();
  const evidence = await cairn.getConsent({ purpose: "ownEvidence" });
  await Promise.all([
    pairing.account === ZERO_ADDRESS
      ? cairn.pairVehicle({ vehicle, signByDevice: ({ digest }) => key.signDigest(digest) })
      : undefined,
    consent.stands ? undefined : cairn.grantConsent({ categories: FLEET_CATEGORIES }),
    evidence.stands ? undefined : cairn.grantConsent({ categories: FLEET_CATEGORIES, purpose: "ownEvidence" }),
  ]);
}

async function drive(options: LiveFleetOptions, seats: readonly Seat[]): Promise<LiveFleet> {
  const { workspace, rpcUrl, deployment, relayer, seed } = options;
  const memories = readMemories(workspace);
  // The chain's time decides; on a simulated chain it is not this machine's.
  const { time } = await readHead(createChainClient(rpcUrl));
  const offsetS = time - Math.floor(Date.now() / 1000);
  const now = () => Math.floor(Date.now() / 1000) + offsetS;
  const domain = signingDomain(deployment, "Reading");
  const cars = seats.map(
    ({ name, identity }, index) =>
      new LiveCar(
        {
          seed,
          name,
          identity,
          domain,
          genesis: deployment.genesis,
          categories: categoryMask(FLEET_CATEGORIES),
          memory: memories[identity.vehicle],
          from: time + 1,
        },
        index,
      ),
  );
  const owned = seats.map(({ name, identity: { vehicle } }) => ({ vehicle, owner: name }));
  const post = new Post(relayer, sealerFor(workspace, seed, owned));
  const remember = () =>
    toJsonFile(workspace.fleetFile, Object.fromEntries(cars.map((car) => [car.identity.vehicle, car.memory])));
  let stopped = false;
  let ticking: Promise<void> = Promise.resolve();
  const tick = async () => {
    const readings = cars.flatMap((car) => car.driveTo(now()));
    if (readings.length > 0) {
      // Before they are sent: a sequence that was used once must never be used again.
      remember();
      post.add(readings);
    }
    await post.send((await relayer.status()).chainTime);
  };
  const timer = setInterval(() => {
    ticking = ticking.then(() => (stopped ? undefined : tick())).catch(options.onFailure);
  }, TICK_MS);
  return {
    get firstDigest() {
      return post.firstDigest;
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await ticking;
      for (const car of cars) car.park();
      remember();
    },
  };
}

function readMemories({ fleetFile }: Workspace): Readonly<Record<string, CarMemory>> {
  return existsSync(fleetFile) ? (readJsonFile(fleetFile) as Record<string, CarMemory>) : {};
}
