import { programmeAddresses } from "../../chain/write/deploy.ts";
import { DEFAULT_RULES } from "../../chain/write/rule-set.ts";
import { importerOf, reportImporterOf } from "../../fleet/importers/index.ts";
import { createRecordedFleet, vehicleIdentity } from "../../fleet/index.ts";
import {
  categoryMask,
  DAY_S,
  type Domain,
  DROPS_PER_DAY,
  dayStart,
  domainOf,
  type Hex,
  signingDomain,
} from "../../protocol/index.ts";
import { EMBEDDED_CHAIN_ID } from "../chain/embedded-chain.ts";
import { addressOf, keysFromSeed } from "../keys.ts";
import { createProgress } from "../progress.ts";
import { CATEGORIES, identify } from "../replay/plan.ts";
import { summariseCounts } from "../replay/summary.ts";
import { readDeployment } from "../workspace.ts";
import { makeFolder, openLines } from "./write-lines.ts";

/** What `cairn import` is asked for. */
export interface ImportOptions {
  readonly format: string;
  readonly data: string;
  readonly out: string;
  /** What the log's local time is ahead of UTC, seconds. */
  readonly utcOffsetS: number;
  readonly vehicles?: number;
  readonly days?: number;
  readonly seed: string;
  /** Sign for this programme; by default for the one that `cairn replay` deploys with the same seed. */
  readonly deployment?: string;
  readonly quiet?: boolean;
}

/** What came of an import. */
export interface ImportSummary {
  readonly format: string;
  readonly out: string;
  readonly vehicles: number;
  readonly readings: number;
  readonly metres: number;
  readonly takeovers: number;
  readonly samples: ReturnType<typeof summariseCounts>;
}

/**
 * Makes signed readings of a log, as if every owner consented, and sends them nowhere: `readings.jsonl` in the order of
 * delivery, and `vehicles.jsonl` with each car's id and public key.
 * @throws ARGUMENT_INVALID, FILE_UNREADABLE, SAMPLES_INVALID, DEPLOYMENT_INVALID.
 */
export async function importLog(options: ImportOptions): Promise<ImportSummary> {
  const { format, data, out, seed, quiet = false } = options;
  const importer = importerOf(format);
  const log = await importer.open(data, options);
  try {
    const { domain, genesis } = target(options, log.startsAt);
    const recorded = identify(log, seed);
    const consented = categoryMask(CATEGORIES);
    const fleet = createRecordedFleet({
      ...{ seed, genesis, domain, vehicles: recorded, distance: importer.distance },
      consentMaskAt: () => consented,
      readingMaxAgeS: DEFAULT_RULES.readingMaxAgeS,
    });
    makeFolder(out);
    const cars = openLines(out, "vehicles.jsonl");
    for (const {
      recorded: { id },
      identity,
    } of recorded) {
      await cars.write({ id, vehicle: identity.vehicle, key: identity.key.publicKey });
    }
    await cars.end();
    const lines = openLines(out, "readings.jsonl");
    const lastTime = Math.min(log.lastTime, log.startsAt + (options.days ?? Number.POSITIVE_INFINITY) * DAY_S);
    const drops = Math.max(0, Math.ceil((lastTime - dayStart(genesis, 0)) / DAY_S)) * DROPS_PER_DAY;
    const progress = createProgress("drops", drops, { quiet });
    let readings = 0;
    let metres = 0;
    // One drop more: the readings of the last are delivered in the one after it.
    for (let drop = 1; drop <= drops + 1; drop++) {
      for (const { reading, signature } of await fleet.readingsOfDrop(drop)) {
        await lines.write({ drop, reading, signature });
        readings++;
        metres += reading.odometerEnd - reading.odometerStart;
      }
      progress.update(drop, `${readings} readings`);
    }
    progress.stop();
    await lines.end();
    const samples = summariseCounts(log.counts, fleet.skipped);
    return { format, out, vehicles: recorded.length, readings, metres, takeovers: 0, samples };
  } finally {
    await log.close();
  }
}

/**
 * Reads takeover reports: `takeovers.jsonl` with an event a line, and `cars.jsonl` with each car's automated distance by
 * month. Cars appear under pseudonyms; no vehicle number is written.
 * @throws FILE_UNREADABLE, SAMPLES_INVALID.
 */
export async function importReports({ format, data, out, seed }: ImportOptions): Promise<ImportSummary> {
  const reports = await reportImporterOf(format).open(data, {
    pseudonymOf: (number) => vehicleIdentity(seed, number, 0).vehicle,
  });
  makeFolder(out);
  const events = openLines(out, "takeovers.jsonl");
  let takeovers = 0;
  for await (const event of reports.events()) {
    await events.write(event);
    takeovers++;
  }
  await events.end();
  const lines = openLines(out, "cars.jsonl");
  const cars = new Set<string>();
  let metres = 0;
  for await (const car of reports.cars()) {
    await lines.write(car);
    cars.add(car.vehicle);
    for (const { autonomousM } of car.months) metres += autonomousM;
  }
  await lines.end();
  const samples = summariseCounts(reports.counts, {});
  return { format, out, vehicles: cars.size, readings: 0, metres: Math.round(metres), takeovers, samples };
}

function target(options: ImportOptions, startsAt: number): { domain: Domain; genesis: number } {
  if (options.deployment !== undefined) {
    const deployment = readDeployment(options.deployment);
    return { domain: signingDomain(deployment, "Reading"), genesis: deployment.genesis };
  }
  const deployer: Hex = addressOf(keysFromSeed(options.seed).deployer);
  const registry = programmeAddresses(deployer, 0).vehicleRegistry;
  return { domain: domainOf("vehicleRegistry", EMBEDDED_CHAIN_ID, registry), genesis: startsAt };
}
