import { Option } from "commander";
import { readRank, readRegistryState } from "../../chain/read/vehicles.ts";
import { DAY_S, type Hex } from "../../protocol/index.ts";
import { formatCount, formatFields, formatTime } from "../output.ts";
import { type Act, actOn } from "./act.ts";
import { chosen } from "./choice.ts";
import type { Desk } from "./desk.ts";
import type { Shown, Subject } from "./subject.ts";
import { file, hash, hashed } from "./takes.ts";
import { readRegistrations } from "./vehicle-file.ts";

/** Vehicles of one call: within a block's gas everywhere. */
const REGISTRATIONS_A_CALL = 50;
/** A release that nobody contests can be carried out after so long, and then for so long, seconds (docs/protocol.md 4.2). */
const CONTEST_S = 72 * 3_600;
const CARRY_OUT_S = 7 * DAY_S;

const VEHICLE = hashed("vehicle", "id of the vehicle");
const KEY = [
  new Option("--x <hash>", "x of the new device key").argParser(hash).makeOptionMandatory(),
  new Option("--y <hash>", "y of the new device key").argParser(hash).makeOptionMandatory(),
];

/** `cairn operator vehicles`. */
export function vehicleCommands(subject: Subject): void {
  const vehicles = subject.below("vehicles", "cars, their device keys and their releases");
  vehicles
    .shows<[Hex]>({ name: "show", description: "what the registry says of a vehicle", takes: [VEHICLE], run: show })
    .acts<[string]>({
      name: "register",
      description: "register the vehicles of a file that are not registered yet",
      takes: [file("JSON list or CSV with vehicle, keyX and keyY")],
      run: (desk, [path]) => register(desk, path),
    })
    .acts<[Hex], { x: Hex; y: Hex }>({
      name: "rotate-key",
      description: "give a vehicle another device key",
      takes: [VEHICLE],
      options: KEY,
      run: (desk, [vehicle], { x, y }) => [
        actOn(desk, "vehicleRegistry", "rotateDeviceKey", [{ vehicle, keyX: x, keyY: y }], {
          title: `Give vehicle ${vehicle} another device key`,
          facts: [["key", `${x} ${y}`]],
          holds: { why: "from its block on; readings that end later need the new key" },
        }),
      ],
    })
    .acts<[Hex]>({
      name: "revoke-key",
      description: "end a vehicle's device key",
      takes: [VEHICLE],
      run: (desk, [vehicle]) => [
        actOn(desk, "vehicleRegistry", "revokeDeviceKey", [vehicle], {
          title: `End the device key of vehicle ${vehicle}`,
          holds: { why: "from its block on; readings that end later are refused" },
        }),
      ],
    });
  releaseCommands(vehicles);
}

function releaseCommands(vehicles: Subject): void {
  vehicles
    .acts<[Hex]>({
      name: "request-release",
      description: "ask for the release of a vehicle whose owner does not act; again, once a request has lapsed",
      takes: [VEHICLE],
      run: async (desk, [vehicle]) => [
        actOn(desk, "vehicleRegistry", "requestRelease", [vehicle], {
          title: `Ask for the release of vehicle ${vehicle}`,
          facts: [
            ["holder", (await readRegistryState(desk.client, desk.deployment, vehicle)).account],
            ["lapses after", formatTime(desk.head.time + CONTEST_S + CARRY_OUT_S)],
          ],
          holds: { from: desk.head.time + CONTEST_S, why: "the owner can contest it for 72 hours" },
        }),
      ],
    })
    .acts<[Hex]>({
      name: "execute-release",
      description: "carry out a release that nobody contested, within 7 days after its 72 hours",
      takes: [VEHICLE],
      run: (desk, [vehicle]) => [
        actOn(desk, "vehicleRegistry", "executeRelease", [vehicle], {
          title: `Carry out the release of vehicle ${vehicle}`,
          facts: [["for the holder", "stones and consents stay; the vehicle id is never paired again"]],
        }),
      ],
    })
    .acts<[Hex], { release?: boolean; keep?: boolean }>({
      name: "decide-release",
      description: "decide a contested release, as arbiter",
      takes: [VEHICLE],
      options: [
        new Option("--release", "the vehicle is released").conflicts("keep"),
        new Option("--keep", "the pairing stays as it was"),
      ],
      run: (desk, [vehicle], { release, keep }) => decideRelease(desk, vehicle, chosen(release, keep)),
    });
}

function decideRelease(desk: Desk, vehicle: Hex, release: boolean): Act[] {
  const title = release ? `Release vehicle ${vehicle} against its holder` : `Reject the release of vehicle ${vehicle}`;
  return [actOn(desk, "vehicleRegistry", "decideRelease", [vehicle, release], { title })];
}

async function show({ client, deployment }: Desk, [vehicle]: [Hex]): Promise<Shown> {
  const [rank, state] = await Promise.all([
    readRank(client, deployment, vehicle),
    readRegistryState(client, deployment, vehicle),
  ]);
  const text = formatFields([
    ["vehicle", vehicle],
    ["rank", rank === 0 ? "not registered" : formatCount(rank)],
    ["holder", state.since === 0 ? "never paired" : state.account],
    ["since", formatTime(state.since)],
    ["until", formatTime(state.until)],
    ["release", state.release],
  ]);
  return { data: { vehicle, rank, ...state }, text };
}

/** Batches of those that are not registered: after an interruption the same command goes on. */
async function register(desk: Desk, path: string): Promise<Act[]> {
  const { client, deployment, rules } = desk;
  const all = readRegistrations(path);
  const ranks = await Promise.all(all.map(({ vehicle }) => readRank(client, deployment, vehicle)));
  const fresh = all.filter((_, i) => ranks[i] === 0);
  const batches = Array.from({ length: Math.ceil(fresh.length / REGISTRATIONS_A_CALL) }, (_, i) =>
    fresh.slice(i * REGISTRATIONS_A_CALL, (i + 1) * REGISTRATIONS_A_CALL),
  );
  return batches.map((batch, i) => ({
    ...actOn(desk, "vehicleRegistry", "registerVehicles", [batch], {
      title: `Register ${batch.length} vehicles (${i + 1} of ${batches.length})`,
      facts: [
        ["of the file", `${fresh.length} of ${all.length} are not registered`],
        ["limit", `${formatCount(rules.maxRegistrationsPerDay)} a day`],
      ],
      holds: { why: "from its block on: their owners can pair them" },
    }),
    // The daily limit counts what is registered before.
    afterOthers: i > 0,
  }));
}
