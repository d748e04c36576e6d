const ERA = 210_000;

/** Drops at the beginning, around ends of eras, and after the last unit. */
const DROPS = [
  0,
  1,
  2,
  143,
  144,
  1_000,
  52_560,
  209_999,
  210_000,
  210_001,
  419_999,
  420_000,
  1_000_000,
  38 * ERA,
  39 * ERA - 1,
  39 * ERA,
  40 * ERA,
];

/** Days at the beginning and around the day in which the first era ends (drop 210,000 lies in day 1458). */
const DAYS = [0, 1, 1_457, 1_458, 1_459, 2_916, 50_000, 60_000];

/** Rewards and sums, added up drop by drop instead of era by era. */
export function scheduleVectors() {
  const drops = [];
  const wanted = new Set(DROPS);
  const dayEdges = new Map<number, bigint>();
  const wantedEdges = new Set(DAYS.flatMap((day) => [144 * day, 144 * day + 144]));
  let sum = 0n;
  let perDrop = 500_000_000_000n;
  for (let drop = 0; drop <= 144 * 60_001; drop++) {
    if (drop > 0 && drop % ERA === 0) perDrop /= 2n;
    if (wanted.has(drop)) drops.push({ drop, reward: `${perDrop}`, emittedBefore: `${sum}` });
    if (wantedEdges.has(drop)) dayEdges.set(drop, sum);
    sum += perDrop;
  }
  const at = (drop: number) => dayEdges.get(drop) as bigint;
  const days = DAYS.map((day) => ({ day, emitted: `${at(144 * day + 144) - at(144 * day)}` }));
  return { drops, days, times: times() };
}

function times() {
  const genesis = 1_625_068_800;
  return [0, 1, 599, 600, 86_399, 86_400, 86_400 * 30 + 12_345].map((after) => ({
    genesis,
    time: genesis + after,
    drop: (after - (after % 600)) / 600,
    day: (after - (after % 86_400)) / 86_400,
  }));
}
