import type { ContractName } from "../src/protocol/index.ts";

const VERIFIERS = "@openzeppelin/contracts/utils/cryptography/verifiers";

interface Source {
  readonly contract: string;
  readonly source: string;
}

/** Where the contracts of a programme come from: a source and the contract in it. */
export const CONTRACT_SOURCES: Readonly<Record<ContractName, Source>> = {
  accessManager: { contract: "AccessManager", source: "@openzeppelin/contracts/access/manager/AccessManager.sol" },
  p256Verifier: { contract: "ERC7913P256Verifier", source: `${VERIFIERS}/ERC7913P256Verifier.sol` },
  webAuthnVerifier: { contract: "ERC7913WebAuthnVerifier", source: `${VERIFIERS}/ERC7913WebAuthnVerifier.sol` },
  rules: { contract: "Rules", source: "contracts/Rules.sol" },
  consentRegistry: { contract: "ConsentRegistry", source: "contracts/ConsentRegistry.sol" },
  vehicleRegistry: { contract: "VehicleRegistry", source: "contracts/VehicleRegistry.sol" },
  dropAnchor: { contract: "DropAnchor", source: "contracts/DropAnchor.sol" },
  stoneLedger: { contract: "StoneLedger", source: "contracts/StoneLedger.sol" },
  redemptionDesk: { contract: "RedemptionDesk", source: "contracts/RedemptionDesk.sol" },
  catalogue: { contract: "Catalogue", source: "contracts/Catalogue.sol" },
  accountMoves: { contract: "AccountMoves", source: "contracts/AccountMoves.sol" },
  milestones: { contract: "Milestones", source: "contracts/Milestones.sol" },
  mineBox: { contract: "MineBox", source: "contracts/MineBox.sol" },
  taskBook: { contract: "TaskBook", source: "contracts/TaskBook.sol" },
  exclusions: { contract: "Exclusions", source: "contracts/Exclusions.sol" },
  polls: { contract: "Polls", source: "contracts/Polls.sol" },
  benefitRounds: { contract: "BenefitRounds", source: "contracts/BenefitRounds.sol" },
  vehicleToken: { contract: "VehicleToken", source: "contracts/VehicleToken.sol" },
};

/** Everything whose ABI and bytecode src/chain has: the programme's contracts, and the code that reading calls bring along. */
export const GENERATED_SOURCES: Readonly<Record<string, Source>> = {
  ...CONTRACT_SOURCES,
  playToken: { contract: "PlayToken", source: "contracts/mocks/PlayToken.sol" },
  signatureLens: { contract: "SignatureLens", source: "contracts/SignatureLens.sol" },
};

/** The name under which Hardhat keeps a contract's artifact. */
export function artifactName(name: ContractName): string {
  const { source, contract } = CONTRACT_SOURCES[name];
  return `${source}:${contract}`;
}
