import type { ContractName } from "../../protocol/codec/deployment.ts";
import type { Role } from "../../protocol/codec/roles.ts";

/** The contracts whose roles' duties the guardian can pause. */
export const PAUSABLE = [
  "rules",
  "vehicleRegistry",
  "dropAnchor",
  "stoneLedger",
  "redemptionDesk",
  "catalogue",
  "accountMoves",
  "milestones",
  "mineBox",
  "taskBook",
  "exclusions",
  "polls",
  "benefitRounds",
] as const satisfies readonly ContractName[];

const CATALOGUE_FUNCTIONS = ["listItem", "changeItem", "announceItemChange", "withdrawItemChange"];

/** Which role may call which restricted function. What is not listed belongs to the admin. */
export const ROLE_FUNCTIONS: readonly {
  readonly role: Role;
  readonly contract: ContractName;
  readonly functions: readonly string[];
}[] = [
  { role: "relayer", contract: "dropAnchor", functions: ["anchorDrops", "supersede"] },
  { role: "relayer", contract: "stoneLedger", functions: ["settleDay", "withdrawDay"] },
  { role: "standby", contract: "dropAnchor", functions: ["anchorDropsAsStandby"] },
  { role: "standby", contract: "stoneLedger", functions: ["settleDayAsStandby"] },
  { role: "guardian", contract: "stoneLedger", functions: ["vetoDay"] },
  { role: "guardian", contract: "milestones", functions: ["revokeAttestation"] },
  { role: "guardian", contract: "mineBox", functions: ["vetoSeason"] },
  { role: "guardian", contract: "polls", functions: ["vetoResult"] },
  { role: "guardian", contract: "benefitRounds", functions: ["cancelRound"] },
  ...PAUSABLE.map((contract) => ({ role: "guardian" as const, contract, functions: ["pause", "resume"] })),
  { role: "overseer", contract: "stoneLedger", functions: ["vetoDayByOverseer"] },
  {
    role: "manufacturer",
    contract: "vehicleRegistry",
    functions: ["registerVehicles", "rotateDeviceKey", "revokeDeviceKey", "requestRelease", "executeRelease"],
  },
  { role: "operator", contract: "redemptionDesk", functions: ["fulfilOrder", "cancelOrder"] },
  { role: "catalogue", contract: "catalogue", functions: CATALOGUE_FUNCTIONS },
  { role: "catalogue", contract: "mineBox", functions: ["openSeason"] },
  { role: "arbiter", contract: "redemptionDesk", functions: ["decideOrder"] },
  { role: "arbiter", contract: "vehicleRegistry", functions: ["decideRelease"] },
  { role: "rules", contract: "rules", functions: ["scheduleRules", "setReceiptKey", "publishNotice"] },
  { role: "arbiter", contract: "exclusions", functions: ["decideAppeal"] },
  { role: "rules", contract: "milestones", functions: ["defineMilestone"] },
  { role: "rules", contract: "taskBook", functions: ["defineTask", "endTask", "setTaskKey"] },
  { role: "attester", contract: "milestones", functions: ["attestMilestone"] },
  { role: "attester", contract: "mineBox", functions: ["attestAdults"] },
  { role: "excluder", contract: "exclusions", functions: ["excludeAccount", "liftExclusion"] },
  { role: "treasurer", contract: "benefitRounds", functions: ["openRound"] },
  { role: "curator", contract: "polls", functions: ["openPoll", "publishResult"] },
  { role: "recovery", contract: "accountMoves", functions: ["announceRecovery", "withdrawRecovery"] },
];
