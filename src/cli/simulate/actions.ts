import type { Purpose } from "../../protocol/index.ts";
import type { PlannedAction, PlannedCar, PlannedOwner } from "./plan.ts";
import type { World } from "./world.ts";

/** What has happened besides driving. */
export interface ScenarioCounts {
  consentsWithdrawn: number;
  consentsGrantedAgain: number;
  carsSold: number;
}

const REGISTRATIONS_A_CALL = 50;

/** Registers the cars, pairs them and grants the consents, all before genesis. */
export async function setUp(world: World, cars: readonly PlannedCar[]): Promise<void> {
  for (let at = 0; at < cars.length; at += REGISTRATIONS_A_CALL) {
    await register(world, cars.slice(at, at + REGISTRATIONS_A_CALL));
  }
  const owners = [...new Set(cars.map(({ owner }) => owner))];
  const ids = [];
  // One after the other into the relayer's hands, so that it always has them in one order; then all at once to the chain.
  for (const car of cars) ids.push([car.owner, (await pair(world, car, "accepted")).id] as const);
  for (const owner of owners) ids.push([owner, (await grant(world, owner, "accepted")).id] as const);
  if (world.keepsSamples) {
    for (const owner of owners) ids.push([owner, (await grant(world, owner, "accepted", "ownEvidence")).id] as const);
  }
  await Promise.all(ids.map(([owner, id]) => world.clientOf(owner).waitForIntent({ id })));
}

/** Does what the plan has for a drop. Chain time must be that of the plan. */
export async function act(world: World, actions: readonly PlannedAction[], counts: ScenarioCounts): Promise<void> {
  for (const action of actions) {
    if (action.kind === "withdraw") {
      await world.clientOf(action.owner).withdrawConsent();
      counts.consentsWithdrawn++;
    } else if (action.kind === "grant") {
      await grant(world, action.owner, "done");
      counts.consentsGrantedAgain++;
    } else {
      await sell(world, action.car, action.next);
      counts.carsSold++;
    }
  }
}

/** The seller releases the car; it comes back with a new identity, and the buyer pairs it and consents. */
async function sell(world: World, car: PlannedCar, next: PlannedCar): Promise<void> {
  await world.clientOf(car.owner).releaseVehicle({ vehicle: car.identity.vehicle });
  await register(world, [next]);
  await pair(world, next, "done");
  await grant(world, next.owner, "done");
  if (world.keepsSamples) await grant(world, next.owner, "done", "ownEvidence");
}

async function register(world: World, cars: readonly PlannedCar[]): Promise<void> {
  const registrations = cars.map(({ identity: { vehicle, key } }) => ({
    vehicle,
    keyX: key.publicKey.x,
    keyY: key.publicKey.y,
  }));
  await world.writers.manufacturer.call("vehicleRegistry", "registerVehicles", [registrations]);
  // The relayer takes no pairing of a vehicle that it has not yet seen on the chain.
  await world.settleDown();
}

function pair(world: World, { identity, owner }: PlannedCar, until: "accepted" | "done") {
  const { vehicle, key } = identity;
  return world.clientOf(owner).pairVehicle({ vehicle, signByDevice: ({ digest }) => key.signDigest(digest), until });
}

function grant(world: World, owner: PlannedOwner, until: "accepted" | "done", purpose: Purpose = "productIteration") {
  return world.clientOf(owner).grantConsent({ categories: owner.categories, purpose, until });
}
