import type { ContractName } from "../../protocol/codec/deployment.ts";
import { accessManagerAbi, accessManagerBytecode } from "../generated/accessManager.ts";
import { accountMovesAbi, accountMovesBytecode } from "../generated/accountMoves.ts";
import { benefitRoundsAbi, benefitRoundsBytecode } from "../generated/benefitRounds.ts";
import { catalogueAbi, catalogueBytecode } from "../generated/catalogue.ts";
import { consentRegistryAbi, consentRegistryBytecode } from "../generated/consentRegistry.ts";
import { dropAnchorAbi, dropAnchorBytecode } from "../generated/dropAnchor.ts";
import { exclusionsAbi, exclusionsBytecode } from "../generated/exclusions.ts";
import { milestonesAbi, milestonesBytecode } from "../generated/milestones.ts";
import { mineBoxAbi, mineBoxBytecode } from "../generated/mineBox.ts";
import { p256VerifierAbi, p256VerifierBytecode } from "../generated/p256Verifier.ts";
import { pollsAbi, pollsBytecode } from "../generated/polls.ts";
import { redemptionDeskAbi, redemptionDeskBytecode } from "../generated/redemptionDesk.ts";
import { rulesAbi, rulesBytecode } from "../generated/rules.ts";
import { stoneLedgerAbi, stoneLedgerBytecode } from "../generated/stoneLedger.ts";
import { taskBookAbi, taskBookBytecode } from "../generated/taskBook.ts";
import { vehicleRegistryAbi, vehicleRegistryBytecode } from "../generated/vehicleRegistry.ts";
import { vehicleTokenAbi, vehicleTokenBytecode } from "../generated/vehicleToken.ts";
import { webAuthnVerifierAbi, webAuthnVerifierBytecode } from "../generated/webAuthnVerifier.ts";

/** ABI and creation code of every contract of a programme. */
export const CREATION_CODE = {
  accessManager: { abi: accessManagerAbi, bytecode: accessManagerBytecode },
  p256Verifier: { abi: p256VerifierAbi, bytecode: p256VerifierBytecode },
  webAuthnVerifier: { abi: webAuthnVerifierAbi, bytecode: webAuthnVerifierBytecode },
  rules: { abi: rulesAbi, bytecode: rulesBytecode },
  consentRegistry: { abi: consentRegistryAbi, bytecode: consentRegistryBytecode },
  vehicleRegistry: { abi: vehicleRegistryAbi, bytecode: vehicleRegistryBytecode },
  dropAnchor: { abi: dropAnchorAbi, bytecode: dropAnchorBytecode },
  stoneLedger: { abi: stoneLedgerAbi, bytecode: stoneLedgerBytecode },
  redemptionDesk: { abi: redemptionDeskAbi, bytecode: redemptionDeskBytecode },
  catalogue: { abi: catalogueAbi, bytecode: catalogueBytecode },
  accountMoves: { abi: accountMovesAbi, bytecode: accountMovesBytecode },
  milestones: { abi: milestonesAbi, bytecode: milestonesBytecode },
  mineBox: { abi: mineBoxAbi, bytecode: mineBoxBytecode },
  taskBook: { abi: taskBookAbi, bytecode: taskBookBytecode },
  exclusions: { abi: exclusionsAbi, bytecode: exclusionsBytecode },
  polls: { abi: pollsAbi, bytecode: pollsBytecode },
  benefitRounds: { abi: benefitRoundsAbi, bytecode: benefitRoundsBytecode },
  vehicleToken: { abi: vehicleTokenAbi, bytecode: vehicleTokenBytecode },
} as const satisfies Record<ContractName, unknown>;
