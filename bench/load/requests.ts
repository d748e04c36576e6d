import type { SignedReading } from "../../src/protocol/index.ts";

/** What one connection sends, one after the other. */
export type Lane = readonly Buffer[];

/**
 * Packs readings into request bodies. Each car belongs to one connection, since its readings must arrive in order.
 * @param cars One list of readings a car.
 */
export function packLanes(
  cars: readonly (readonly SignedReading[])[],
  { connections, batch }: { connections: number; batch: number },
): Lane[] {
  return Array.from({ length: connections }, (_, lane) => {
    const own = cars.filter((_, at) => at % connections === lane);
    const inTurn = Array.from({ length: own[0]?.length ?? 0 }, (_, at) => own.map((readings) => readings[at])).flat();
    const bodies: Buffer[] = [];
    for (let at = 0; at < inTurn.length; at += batch) {
      bodies.push(Buffer.from(JSON.stringify({ readings: inTurn.slice(at, at + batch) })));
    }
    return bodies;
  });
}
