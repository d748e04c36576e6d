/**
 * The version that the next grant of a consent makes. Each grant begins the next four numbers: over a consent that was
 * not withdrawn it takes the third of them, over none or a withdrawn one the first. So no grant is the next one in both cases
 * (docs/protocol.md 3.2).
 * @param head The consent's version now: odd when it was granted last, even when withdrawn, 0 when there was never one.
 */
export function nextGrantVersion(head: number): number {
  return 4 * consentPlace(head) + (head % 2 === 0 ? 1 : 3);
}

/**
 * The place among a consent's grants, from 1 on, that the grant of a version takes; a withdrawal has its grant's place, and
 * version 0 has 0.
 */
export function consentPlace(version: number): number {
  return Math.floor((version + 3) / 4);
}
