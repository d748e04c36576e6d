import { accountMovesAbi } from "./generated/accountMoves.ts";
import { benefitRoundsAbi } from "./generated/benefitRounds.ts";
import { catalogueAbi } from "./generated/catalogue.ts";
import { consentRegistryAbi } from "./generated/consentRegistry.ts";
import { dropAnchorAbi } from "./generated/dropAnchor.ts";
import { exclusionsAbi } from "./generated/exclusions.ts";
import { milestonesAbi } from "./generated/milestones.ts";
import { mineBoxAbi } from "./generated/mineBox.ts";
import { pollsAbi } from "./generated/polls.ts";
import { redemptionDeskAbi } from "./generated/redemptionDesk.ts";
import { rulesAbi } from "./generated/rules.ts";
import { stoneLedgerAbi } from "./generated/stoneLedger.ts";
import { taskBookAbi } from "./generated/taskBook.ts";
import { vehicleRegistryAbi } from "./generated/vehicleRegistry.ts";
import { vehicleTokenAbi } from "./generated/vehicleToken.ts";

/** The ABIs of the programme's own contracts, by their name in a deployment. */
export const ABIS = {
  rules: rulesAbi,
  consentRegistry: consentRegistryAbi,
  vehicleRegistry: vehicleRegistryAbi,
  dropAnchor: dropAnchorAbi,
  stoneLedger: stoneLedgerAbi,
  redemptionDesk: redemptionDeskAbi,
  catalogue: catalogueAbi,
  accountMoves: accountMovesAbi,
  milestones: milestonesAbi,
  mineBox: mineBoxAbi,
  taskBook: taskBookAbi,
  exclusions: exclusionsAbi,
  polls: pollsAbi,
  benefitRounds: benefitRoundsAbi,
  vehicleToken: vehicleTokenAbi,
} as const;
export type ProgrammeContract = keyof typeof ABIS;
export const PROGRAMME_CONTRACTS = Object.keys(ABIS) as ProgrammeContract[];
