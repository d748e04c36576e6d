import { below } from "./values.ts";

const EMITTED = 72_000_000_000_000n;

/** The largest whole number q with q · divisor ≤ product, found bit by bit instead of by division. */
function quotient(product: bigint, divisor: bigint): bigint {
  let q = 0n;
  for (let bit = 1n << 127n; bit > 0n; bit >>= 1n) if ((q + bit) * divisor <= product) q += bit;
  return q;
}

function share(input: { emitted: bigint; maxUnitsPerMetre: bigint; metres: number[] }) {
  const { emitted, maxUnitsPerMetre, metres } = input;
  const windowMetres = metres.reduce((sum, m) => sum + m, 0);
  const capped = BigInt(windowMetres) * maxUnitsPerMetre;
  const pot = capped < emitted ? capped : emitted;
  return {
    emitted: `${emitted}`,
    maxUnitsPerMetre: `${maxUnitsPerMetre}`,
    metres,
    windowMetres,
    pot: `${pot}`,
    stones: metres.map((m) => `${windowMetres === 0 ? 0n : quotient(pot * BigInt(m), BigInt(windowMetres))}`),
  };
}

/** Days divided: one account, equal ones, uneven ones, nobody, the cap per metre, and the largest amounts there are. */
export function shareVectors() {
  const uneven = [...Array(12).keys()].map((n) => below(6_000_000, `share ${n}`));
  return [
    share({ emitted: EMITTED, maxUnitsPerMetre: 1_000_000_000n, metres: [12_345] }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 1_000_000_000n, metres: [1_000_000, 1_000_000, 1_000_000] }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 1_000_000_000n, metres: uneven }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 100_000n, metres: [1_000, 0, 2_001] }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 100_000n, metres: [720_000_000, 1] }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 100_000n, metres: [] }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 100_000n, metres: [0, 0] }),
    share({ emitted: 7n, maxUnitsPerMetre: 100_000n, metres: [1, 2, 3] }),
    share({ emitted: EMITTED, maxUnitsPerMetre: 2n ** 64n - 1n, metres: [2 ** 52, 2 ** 52 - 1] }),
  ];
}
