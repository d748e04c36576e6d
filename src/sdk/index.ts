export type { ConsentRecord } from "../chain/read/consents.ts";
export type { ExclusionRecord } from "../chain/read/exclusions.ts";
export type { PlayRecord, PrizeRecord, SeasonRecord } from "../chain/read/mine-box.ts";
export type { ForwardRecord, RecoveryRecord } from "../chain/read/moves.ts";
export type { AnnouncementRecord, ItemRecord, OrderRecord, OrderState } from "../chain/read/orders.ts";
export type { PollResultRecord } from "../chain/read/polls.ts";
export type { MinedTransaction } from "../chain/write/transactions.ts";
export { rootOfProof } from "../evidence/proofs.ts";
export type {
  BoxCheck,
  BoxProof,
  Category,
  Deployment,
  ErrorCode,
  ErrorKind,
  Hex,
  Purpose,
  RefusalCode,
  TierOdds,
} from "../protocol/index.ts";
export {
  BOX_CHECKS,
  CairnError,
  ERROR_CODES,
  parseDeployment,
  REFUSAL_CODES,
  tierOdds,
  UNITS_PER_STONE,
  verifyBox,
} from "../protocol/index.ts";
export type { AcceptOrderParameters } from "./actions/accept-order.ts";
export type { AppealExclusionParameters } from "./actions/appeal-exclusion.ts";
export type { CancelRecoveryParameters } from "./actions/cancel-recovery.ts";
export type { ClaimBenefitResult } from "./actions/claim-benefit.ts";
export type { ClaimPrizeParameters } from "./actions/claim-prize.ts";
export type { ContestReleaseParameters } from "./actions/contest-release.ts";
export type { CreditAndPlaceOrderParameters } from "./actions/credit-and-place-order.ts";
export type { CreditCrystalsResult } from "./actions/credit-crystals.ts";
export type { CreditResult, CreditStonesParameters } from "./actions/credit-stones.ts";
export type { FollowMoveParameters } from "./actions/follow-move.ts";
export type { Award, GetAwardsParameters } from "./actions/get-awards.ts";
export type { Benefit, GetBenefitParameters } from "./actions/get-benefit.ts";
export type { GetBoxProofParameters } from "./actions/get-box-proof.ts";
export type { ConsentState, GetConsentParameters } from "./actions/get-consent.ts";
export type { Crystals } from "./actions/get-crystals.ts";
export type { ExclusionState, Exclusions } from "./actions/get-exclusions.ts";
export type { ItemState } from "./actions/get-item.ts";
export type { MoveState } from "./actions/get-move.ts";
export type { PollState } from "./actions/get-poll.ts";
export type { CheckedDayProof, GetProofParameters } from "./actions/get-proof.ts";
export type { RoundState } from "./actions/get-round.ts";
export type { Stones } from "./actions/get-stones.ts";
export type { GetVouchersParameters } from "./actions/get-vouchers.ts";
export type { GrantConsentParameters } from "./actions/grant-consent.ts";
export type { EvidenceProgress, MadeEvidence, MakeEvidenceParameters } from "./actions/make-evidence.ts";
export type { MigrateStonesParameters } from "./actions/migrate-stones.ts";
export type { MoveAccountParameters } from "./actions/move-account.ts";
export type { ObjectOrderParameters } from "./actions/object-order.ts";
export type { OpenBoxesParameters } from "./actions/open-boxes.ts";
export type { PairVehicleParameters } from "./actions/pair-vehicle.ts";
export type { PlaceOrderParameters } from "./actions/place-order.ts";
export type { PlaceVoucherOrderParameters } from "./actions/place-voucher-order.ts";
export type { ReleaseVehicleParameters } from "./actions/release-vehicle.ts";
export type { RequestBoxesParameters } from "./actions/request-boxes.ts";
export type { SignBenefitClaimParameters } from "./actions/sign-benefit-claim.ts";
export type { SignRecoveryTargetParameters } from "./actions/sign-recovery-target.ts";
export type {
  SubmitBenefitClaimsParameters,
  SubmitBenefitClaimsResult,
  SubmittedClaim,
} from "./actions/submit-benefit-claims.ts";
export type { ContributionVerdict } from "./actions/verify-contribution.ts";
export { type AskAboutEvidence, verifyEvidenceOnChain } from "./actions/verify-evidence.ts";
export type { VoteVerdict } from "./actions/verify-vote.ts";
export type { VoteParameters } from "./actions/vote.ts";
export type { WithdrawConsentParameters } from "./actions/withdraw-consent.ts";
export { type BenefitClaim, type BenefitClaimFile, parseBenefitClaimFile } from "./benefit-claim-file.ts";
export type { ClaimBenefitParameters } from "./benefit-claims.ts";
export {
  CONTRIBUTION_CHECKS,
  type ContributionCheck,
  type ContributionCheckName,
  type ContributionFacts,
  checkContribution,
  checkDayProof,
  type DayProofFacts,
} from "./check-contribution.ts";
export {
  checkDelivery,
  DELIVERY_CHECKS,
  type DeliveryCheck,
  type DeliveryFacts,
  deliveredBy,
  evidenceHashOf,
  isDeliverySigned,
  signerOfDelivery,
} from "./check-delivery.ts";
export {
  checkVote,
  checkVoteReceipt,
  VOTE_CHECKS,
  type VoteCheck,
  type VoteFacts,
  type VoteReceiptFacts,
} from "./check-vote.ts";
export { type CairnClient, createCairnClient } from "./client.ts";
export {
  type Contribution,
  type ContributionContracts,
  type DayProof,
  isContributionType,
  parseContributionFile,
} from "./contribution-file.ts";
export { type DeliveryFile, type EntitlementFile, parseDelivery, type WorkshopRecordFile } from "./delivery-file.ts";
export type { IntentResult } from "./intents.ts";
export type { PollText, ProgrammeText, RoundText } from "./programme-text.ts";
export { type AgreedMove, parseRecoveryAgreementFile, type RecoveryAgreementFile } from "./recovery-agreement-file.ts";
export type {
  ActionOptions,
  ActionResult,
  CairnClientOptions,
  IntentKind,
  IntentSigner,
  OwnerAccount,
  OwnerSigner,
  TypedDataRequest,
  WithdrawalReceipt,
} from "./types.ts";
export { type CountedVote, parseVoteFile, type Vote, type VoteFile } from "./vote-file.ts";
