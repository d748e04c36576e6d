/** Role numbers in the AccessManager. 0 is its own ADMIN_ROLE. One duty each, one key each (docs/protocol.md, section 11). */
export const ROLES = {
  admin: 0n,
  relayer: 1n,
  guardian: 2n,
  manufacturer: 3n,
  operator: 4n,
  catalogue: 5n,
  arbiter: 6n,
  rules: 7n,
  overseer: 8n,
  standby: 9n,
  attester: 10n,
  recovery: 11n,
  excluder: 12n,
  treasurer: 13n,
  curator: 14n,
} as const;
export type Role = keyof typeof ROLES;
