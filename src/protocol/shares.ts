/** The number that a day divides: min(E, W · maxUnitsPerMetre), units (docs/protocol.md 7.1). */
export function dayPot(emitted: bigint, windowMetres: number, maxUnitsPerMetre: bigint): bigint {
  const capped = BigInt(windowMetres) * maxUnitsPerMetre;
  return capped < emitted ? capped : emitted;
}

/**
 * An account's stones for a day: floor(pot · w / W), 0 when W is 0. Linear in metres, so that splitting accounts gains nothing.
 * @param pot {@link dayPot}, units.
 * @param accountMetres w: the account's metres in the window.
 * @param windowMetres W: everybody's metres in the window.
 * @returns Units.
 */
export function dayShare(pot: bigint, accountMetres: number, windowMetres: number): bigint {
  return windowMetres === 0 ? 0n : (pot * BigInt(accountMetres)) / BigInt(windowMetres);
}
