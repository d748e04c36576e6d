import type { ContractName } from "../../protocol/codec/deployment.ts";

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
} as const;
export type Role = keyof typeof ROLES;

/** Which role may call which restricted function. What is not listed belongs to the admin. */
export const ROLE_FUNCTIONS: readonly {
  readonly role: Role;
  readonly contract: ContractName;
  readonly functions: readonly string[];
}[] = [
  { role: "relayer", contract: "dropAnchor", functions: ["anchorDrops", "supersede"] },
  { role: "relayer", contract: "stoneLedger", functions: ["settleDay", "withdrawDay"] },
  { role: "guardian", contract: "stoneLedger", functions: ["vetoDay"] },
  {
    role: "manufacturer",
    contract: "vehicleRegistry",
    functions: ["registerVehicles", "rotateDeviceKey", "revokeDeviceKey", "requestRelease", "executeRelease"],
  },
  { role: "operator", contract: "redemptionDesk", functions: ["fulfilOrder", "cancelOrder"] },
  { role: "catalogue", contract: "redemptionDesk", functions: ["listItem", "changeItem"] },
  { role: "arbiter", contract: "redemptionDesk", functions: ["decideOrder"] },
  { role: "arbiter", contract: "vehicleRegistry", functions: ["decideRelease"] },
  { role: "rules", contract: "rules", functions: ["scheduleRules", "setReceiptKey", "publishNotice"] },
];
