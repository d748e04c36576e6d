import { CairnError, DAY_S } from "../../protocol/index.ts";
import { type FeedEvent, isMark } from "../feed.ts";
import { type ImportCounts, Tally } from "./codes.ts";
import { compareText, refusal } from "./files.ts";
import type {
  ImportedLog,
  ImportedVehicle,
  Importer,
  ImportOptions,
  LogContext,
  LogFormat,
  VehicleSource,
} from "./importer.ts";
import { SampleSpool } from "./spool.ts";

/** Time zones reach from 12 hours behind to 14 hours ahead of UTC. */
const MIN_OFFSET_S = -12 * 3_600;
const MAX_OFFSET_S = 14 * 3_600;

/** Makes an importer of a format: what all formats have in common. */
export function createImporter(format: LogFormat): Importer {
  return {
    format: format.format,
    describe: format.describe,
    distance: format.distance,
    open: (dir, options) => openLog(format, dir, options),
  };
}

async function openLog(format: LogFormat, dir: string, options: ImportOptions): Promise<ImportedLog> {
  checkOptions(options);
  const { utcOffsetS, vehicles: most = Number.POSITIVE_INFINITY, days = Number.POSITIVE_INFINITY } = options;
  const tally = new Tally();
  const spool = new SampleSpool();
  const choose = (ids: readonly string[]) => [...ids].sort(compareText).slice(0, most);
  const log: LogContext = { dir, utcOffsetS, tally, spool, choose };
  try {
    const sources = await format.survey(log);
    const byId = new Map(sources.map((source) => [source.id, source]));
    const found = choose(sources.map(({ id }) => id)).flatMap((id) => byId.get(id) ?? []);
    const firstTime = found.reduce(
      (earliest, source) => Math.min(earliest, source.firstTime),
      Number.POSITIVE_INFINITY,
    );
    const lastTime = found.reduce((latest, source) => Math.max(latest, source.lastTime), 0);
    if (found.length === 0) throw refusal({ path: dir, name: "" }, 0, "LOG_EMPTY");
    const startsAt = Math.floor((firstTime + utcOffsetS) / DAY_S) * DAY_S - utcOffsetS;
    return new OpenLog({ startsAt, firstTime, lastTime, tally, spool }, found, startsAt + days * DAY_S);
  } catch (error) {
    await spool.close();
    throw error;
  }
}

function checkOptions({ utcOffsetS, vehicles = 1, days = 1 }: ImportOptions): void {
  if (!(Number.isSafeInteger(utcOffsetS) && utcOffsetS >= MIN_OFFSET_S && utcOffsetS <= MAX_OFFSET_S)) {
    throw new CairnError("ARGUMENT_INVALID", `an offset of ${utcOffsetS} s from UTC`);
  }
  if (!(Number.isSafeInteger(vehicles) && vehicles > 0 && Number.isSafeInteger(days) && days > 0)) {
    throw new CairnError("ARGUMENT_INVALID", `${vehicles} vehicles, ${days} days`);
  }
}

interface LogFacts {
  readonly startsAt: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly tally: Tally;
  readonly spool: SampleSpool;
}

class OpenLog implements ImportedLog {
  readonly #facts: LogFacts;
  readonly #endsAt: number;
  readonly #reading = new Set<AsyncGenerator<FeedEvent, void, undefined>>();
  readonly vehicles: readonly ImportedVehicle[];

  constructor(facts: LogFacts, sources: readonly VehicleSource[], endsAt: number) {
    this.#facts = facts;
    this.#endsAt = endsAt;
    this.vehicles = sources
      .filter(({ firstTime }) => firstTime < endsAt)
      .map((source) => ({ id: source.id, samples: () => this.#samples(source) }));
  }

  get startsAt(): number {
    return this.#facts.startsAt;
  }

  get firstTime(): number {
    return this.#facts.firstTime;
  }

  get lastTime(): number {
    return this.#facts.lastTime;
  }

  get counts(): ImportCounts {
    return this.#facts.tally;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#reading].map((samples) => samples.return()));
    await this.#facts.spool.close();
  }

  #samples(source: VehicleSource): AsyncGenerator<FeedEvent, void, undefined> {
    const samples = this.#read(source, () => this.#reading.delete(samples));
    this.#reading.add(samples);
    return samples;
  }

  /** Holds the samples to what is promised: in order of time, within the chosen days, and counted. */
  async *#read({ events }: VehicleSource, done: () => void): AsyncGenerator<FeedEvent, void, undefined> {
    const { tally } = this.#facts;
    let previous = 0;
    try {
      for await (const batch of events()) {
        for (const event of batch) {
          if (!isMark(event)) {
            if (event.time < previous) {
              tally.skipped.ROW_OUT_OF_ORDER++;
              continue;
            }
            if (event.time >= this.#endsAt) return;
            previous = event.time;
            tally.read++;
          }
          yield event;
        }
      }
    } finally {
      done();
    }
  }
}
