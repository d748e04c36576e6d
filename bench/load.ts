// `npm run bench:load`: readings a second that a relayer takes, beside bare Fastify with the same insert, on SQLite and on
// PostgreSQL; and its CPU time for a reading beside OpenSSL's for a verification. All in one run, the servers in turn.
import { parseArgs } from "node:util";
import { connect } from "../test/relayer/support/running.ts";
import { type Contestant, startContest } from "./load/contestants.ts";
import { postAll } from "./load/post-all.ts";
import { type LoadReport, type LoadRow, toText } from "./load/report.ts";
import { packLanes } from "./load/requests.ts";
import { pairAll, setScene } from "./load/scene.ts";
import { opensslVerificationS } from "./load/verification.ts";

const { values: options } = parseArgs({
  options: {
    cars: { type: "string", default: "320" },
    each: { type: "string", default: "25" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "16" },
    batches: { type: "string", default: "100,1" },
    json: { type: "boolean", default: false },
  },
});
const [cars, each, rounds, connections] = [options.cars, options.each, options.rounds, options.connections].map(Number);
const batches = options.batches.split(",").map(Number);
if (![cars, each, rounds, connections, ...batches].every((n) => Number.isInteger(n) && (n as number) > 0)) {
  console.error(
    "ARGUMENT_INVALID: numbers above 0, as --cars 320 --each 25 --rounds 3 --connections 16 --batches 100,1",
  );
  process.exit(2);
}
const plan = { cars, each, rounds, connections } as Record<"cars" | "each" | "rounds" | "connections", number>;

const say = (what: string) => console.error(`load: ${what}`);

/** A server that refuses would look fast. */
function requireReceipts(answer: string): void {
  const { results } = JSON.parse(answer) as { results?: readonly { receipt?: object }[] };
  const good = results?.every(({ receipt }) => receipt !== undefined) ?? false;
  if (!good) throw new Error(`not every reading was taken: ${answer.slice(0, 500)}`);
}

type Measured = Omit<LoadRow, "server" | "store" | "batch">;

async function measure({ process }: Contestant, lanes: ReturnType<typeof packLanes>): Promise<Measured> {
  const readings = plan.cars * plan.each;
  const before = await process.cpuS();
  const { seconds, latenciesMs } = await postAll(`${process.url}/v1/readings`, lanes, requireReceipts);
  const cpuS = (await process.cpuS()) - before;
  const at = (share: number) => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(share * latenciesMs.length))];
  return {
    readingsPerSecond: readings / seconds,
    p50Ms: at(0.5) ?? 0,
    p99Ms: at(0.99) ?? 0,
    cpuUsPerReading: (cpuS * 1e6) / readings,
  };
}

function medians(all: readonly Measured[]): Measured {
  const median = (name: keyof Measured): number =>
    all.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(all.length / 2)] as number;
  return {
    readingsPerSecond: median("readingsPerSecond"),
    p50Ms: median("p50Ms"),
    p99Ms: median("p99Ms"),
    cpuUsPerReading: median("cpuUsPerReading"),
  };
}

/** Every server takes the same requests, one server after the other, round by round; the first round warms up. */
async function compete(
  contestants: readonly Contestant[],
  drive: (each: number) => Lanes,
  batch: number,
): Promise<LoadRow[]> {
  const measured = contestants.map((): Measured[] => []);
  for (let round = 0; round <= plan.rounds; round++) {
    const lanes = packLanes(drive(plan.each), { connections: plan.connections, batch });
    for (const [at, contestant] of contestants.entries()) {
      const figures = await measure(contestant, lanes);
      if (round > 0) measured[at]?.push(figures);
    }
    say(`${batch} a request: ${round === 0 ? "warmed up" : `round ${round} of ${plan.rounds}`}`);
  }
  return contestants.map(({ server, store }, at) => ({ server, store, batch, ...medians(measured[at] ?? []) }));
}

type Lanes = Parameters<typeof packLanes>[0];

say(`registering and pairing ${plan.cars} cars`);
const scene = await setScene(plan.cars);
const { contestants, stop } = await startContest(scene.programme);
try {
  const first = contestants[0] as Contestant;
  const relayer = connect({ url: first.process.url, close: async () => undefined }, scene.programme);
  await pairAll(scene, relayer, (plan.rounds + 1) * plan.each * batches.length);
  for (const { server, process } of contestants) {
    if (server === "relayer")
      await connect({ url: process.url, close: async () => undefined }, scene.programme).untilIdle();
  }
  const rows: LoadRow[] = [];
  for (const batch of batches) rows.push(...(await compete(contestants, scene.drive, batch)));
  const opensslS = opensslVerificationS();
  const report: LoadReport = {
    ...{ readingsARound: plan.cars * plan.each, rounds: plan.rounds, connections: plan.connections },
    ...{ opensslVerificationUs: opensslS && opensslS * 1e6, rows },
  };
  console.log(options.json ? JSON.stringify(report, undefined, 2) : toText(report));
} finally {
  await stop();
  await scene.stop();
}
