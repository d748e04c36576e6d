import type { SeasonRecord } from "../chain/read/mine-box.ts";
import type { OrderRecord } from "../chain/read/orders.ts";
import type { MinedTransaction } from "../chain/write/transactions.ts";
import type { BoxProof, Hex } from "../protocol/index.ts";
import { type AcceptOrderParameters, acceptOrder } from "./actions/accept-order.ts";
import { type AppealExclusionParameters, appealExclusion } from "./actions/appeal-exclusion.ts";
import { type CancelRecoveryParameters, cancelRecovery } from "./actions/cancel-recovery.ts";
import { type ClaimBenefitResult, claimBenefit } from "./actions/claim-benefit.ts";
import { type ClaimPrizeParameters, claimPrize } from "./actions/claim-prize.ts";
import { type ContestReleaseParameters, contestRelease } from "./actions/contest-release.ts";
import { type CreditAndPlaceOrderParameters, creditAndPlaceOrder } from "./actions/credit-and-place-order.ts";
import { type CreditCrystalsResult, creditCrystals } from "./actions/credit-crystals.ts";
import { type CreditResult, type CreditStonesParameters, creditStones } from "./actions/credit-stones.ts";
import { type FollowMoveParameters, followMove } from "./actions/follow-move.ts";
import { forceSeason } from "./actions/force-season.ts";
import { type Award, type GetAwardsParameters, getAwards } from "./actions/get-awards.ts";
import { type Benefit, type GetBenefitParameters, getBenefit } from "./actions/get-benefit.ts";
import { type GetBoxProofParameters, getBoxProof } from "./actions/get-box-proof.ts";
import { type ConsentState, type GetConsentParameters, getConsent } from "./actions/get-consent.ts";
import { getContribution } from "./actions/get-contribution.ts";
import { type Crystals, getCrystals } from "./actions/get-crystals.ts";
import { type Exclusions, getExclusions } from "./actions/get-exclusions.ts";
import { getItem, type ItemState } from "./actions/get-item.ts";
import { getMove, type MoveState } from "./actions/get-move.ts";
import { getOrder } from "./actions/get-order.ts";
import { getPoll, type PollState } from "./actions/get-poll.ts";
import { type CheckedDayProof, type GetProofParameters, getProof } from "./actions/get-proof.ts";
import { getRound, type RoundState } from "./actions/get-round.ts";
import { getSeason } from "./actions/get-season.ts";
import { getStones, type Stones } from "./actions/get-stones.ts";
import { type GetVouchersParameters, getVouchers } from "./actions/get-vouchers.ts";
import { type GrantConsentParameters, grantConsent } from "./actions/grant-consent.ts";
import { type MadeEvidence, type MakeEvidenceParameters, makeEvidence } from "./actions/make-evidence.ts";
import { type MigrateStonesParameters, migrateStones } from "./actions/migrate-stones.ts";
import { type MoveAccountParameters, moveAccount } from "./actions/move-account.ts";
import { type ObjectOrderParameters, objectOrder } from "./actions/object-order.ts";
import { type OpenBoxesParameters, openBoxes } from "./actions/open-boxes.ts";
import { type PairVehicleParameters, pairVehicle } from "./actions/pair-vehicle.ts";
import { type PlaceOrderParameters, placeOrder } from "./actions/place-order.ts";
import { type PlaceVoucherOrderParameters, placeVoucherOrder } from "./actions/place-voucher-order.ts";
import { type ReleaseVehicleParameters, releaseVehicle } from "./actions/release-vehicle.ts";
import { type RequestBoxesParameters, requestBoxes } from "./actions/request-boxes.ts";
import { type SignBenefitClaimParameters, signBenefitClaim } from "./actions/sign-benefit-claim.ts";
import { type SignRecoveryTargetParameters, signRecoveryTarget } from "./actions/sign-recovery-target.ts";
import {
  type SubmitBenefitClaimsParameters,
  type SubmitBenefitClaimsResult,
  submitBenefitClaims,
} from "./actions/submit-benefit-claims.ts";
import { type ContributionVerdict, verifyContribution } from "./actions/verify-contribution.ts";
import { type VoteVerdict, verifyVote } from "./actions/verify-vote.ts";
import { type VoteParameters, vote } from "./actions/vote.ts";
import { type WithdrawConsentParameters, withdrawConsent } from "./actions/withdraw-consent.ts";
import type { BenefitClaimFile } from "./benefit-claim-file.ts";
import type { ClaimBenefitParameters } from "./benefit-claims.ts";
import { createContext } from "./context.ts";
import type { Contribution } from "./contribution-file.ts";
import { type IntentResult, waitForIntent } from "./intents.ts";
import type { RecoveryAgreementFile } from "./recovery-agreement-file.ts";
import type { ActionResult, CairnClientOptions } from "./types.ts";
import type { VoteFile } from "./vote-file.ts";

/** A client of one programme, for one owner or for reading. Each method is documented at the action of its name. */
export interface CairnClient {
  /** {@link grantConsent} */
  grantConsent(parameters: GrantConsentParameters): Promise<ActionResult>;
  /** {@link withdrawConsent} */
  withdrawConsent(parameters?: WithdrawConsentParameters): Promise<IntentResult>;
  /** {@link getConsent} */
  getConsent(parameters?: GetConsentParameters): Promise<ConsentState>;
  /** {@link pairVehicle} */
  pairVehicle(parameters: PairVehicleParameters): Promise<ActionResult>;
  /** {@link releaseVehicle} */
  releaseVehicle(parameters: ReleaseVehicleParameters): Promise<ActionResult>;
  /** {@link getStones} */
  getStones(parameters?: { account?: Hex }): Promise<Stones>;
  /** {@link creditStones} */
  creditStones(parameters?: CreditStonesParameters): Promise<CreditResult>;
  /** {@link placeOrder} */
  placeOrder(parameters: PlaceOrderParameters): Promise<ActionResult>;
  /** {@link acceptOrder} */
  acceptOrder(parameters: AcceptOrderParameters): Promise<ActionResult>;
  /** {@link objectOrder} */
  objectOrder(parameters: ObjectOrderParameters): Promise<ActionResult>;
  /** {@link getOrder} */
  getOrder(parameters: { order: Hex }): Promise<OrderRecord>;
  /** {@link moveAccount} */
  moveAccount(parameters: MoveAccountParameters): Promise<ActionResult>;
  /** {@link followMove} */
  followMove(parameters: FollowMoveParameters): Promise<MinedTransaction[]>;
  /** {@link signRecoveryTarget} */
  signRecoveryTarget(parameters: SignRecoveryTargetParameters): Promise<RecoveryAgreementFile>;
  /** {@link cancelRecovery} */
  cancelRecovery(parameters?: CancelRecoveryParameters): Promise<ActionResult>;
  /** {@link contestRelease} */
  contestRelease(parameters: ContestReleaseParameters): Promise<ActionResult>;
  /** {@link creditAndPlaceOrder} */
  creditAndPlaceOrder(parameters: CreditAndPlaceOrderParameters): Promise<ActionResult>;
  /** {@link placeVoucherOrder} */
  placeVoucherOrder(parameters: PlaceVoucherOrderParameters): Promise<ActionResult>;
  /** {@link requestBoxes} */
  requestBoxes(parameters: RequestBoxesParameters): Promise<ActionResult>;
  /** {@link openBoxes} */
  openBoxes(parameters?: OpenBoxesParameters): Promise<MinedTransaction>;
  /** {@link forceSeason} */
  forceSeason(parameters: { season: number }): Promise<MinedTransaction>;
  /** {@link claimPrize} */
  claimPrize(parameters?: ClaimPrizeParameters): Promise<MinedTransaction>;
  /** {@link creditCrystals} */
  creditCrystals(parameters?: CreditStonesParameters): Promise<CreditCrystalsResult>;
  /** {@link migrateStones} */
  migrateStones(parameters?: MigrateStonesParameters): Promise<ActionResult>;
  /** {@link getItem} */
  getItem(parameters: { item: number }): Promise<ItemState>;
  /** {@link getVouchers} */
  getVouchers(parameters: GetVouchersParameters): Promise<number>;
  /** {@link getCrystals} */
  getCrystals(parameters?: { account?: Hex }): Promise<Crystals>;
  /** {@link getSeason} */
  getSeason(parameters?: { season?: number }): Promise<SeasonRecord>;
  /** {@link getBoxProof} */
  getBoxProof(parameters: GetBoxProofParameters): Promise<BoxProof>;
  /** {@link getAwards} */
  getAwards(parameters?: GetAwardsParameters): Promise<Award[]>;
  /** {@link getExclusions} */
  getExclusions(parameters?: { account?: Hex }): Promise<Exclusions>;
  /** {@link appealExclusion} */
  appealExclusion(parameters: AppealExclusionParameters): Promise<ActionResult>;
  /** {@link getPoll} */
  getPoll(parameters: { poll: number }): Promise<PollState>;
  /** {@link vote} */
  vote(parameters: VoteParameters): Promise<VoteFile>;
  /** {@link verifyVote} */
  verifyVote(file: unknown): Promise<VoteVerdict>;
  /** {@link getRound} */
  getRound(parameters: { round: number }): Promise<RoundState>;
  /** {@link getBenefit} */
  getBenefit(parameters: GetBenefitParameters): Promise<Benefit>;
  /** {@link claimBenefit} */
  claimBenefit(parameters: ClaimBenefitParameters): Promise<ClaimBenefitResult>;
  /** {@link signBenefitClaim} */
  signBenefitClaim(parameters: SignBenefitClaimParameters): Promise<BenefitClaimFile>;
  /** {@link submitBenefitClaims} */
  submitBenefitClaims(parameters: SubmitBenefitClaimsParameters): Promise<SubmitBenefitClaimsResult>;
  /** {@link getMove} */
  getMove(parameters?: { account?: Hex }): Promise<MoveState>;
  /** {@link getProof} */
  getProof(parameters: GetProofParameters): Promise<CheckedDayProof | undefined>;
  /** {@link getContribution} */
  getContribution(parameters: { digest: Hex }): Promise<Contribution>;
  /** {@link verifyContribution} */
  verifyContribution(file: unknown): Promise<ContributionVerdict>;
  /** {@link makeEvidence} */
  makeEvidence(parameters: MakeEvidenceParameters): Promise<MadeEvidence>;
  /** {@link waitForIntent} */
  waitForIntent(parameters: { id: Hex }): Promise<ActionResult>;
}

/**
 * Makes a client of a programme.
 * @param options See {@link CairnClientOptions}.
 * @throws ARGUMENT_INVALID for a URL that is not http or https.
 * @example
 * const cairn = createCairnClient({ rpcUrl, deployment, relayerUrl, account: privateKeyToAccount(key) });
 * await cairn.grantConsent({ categories: ["mileage"] });
 * const { available, pending } = await cairn.getStones();
 */
export function createCairnClient(options: CairnClientOptions): CairnClient {
  const context = createContext(options);
  return {
    grantConsent: (parameters) => grantConsent(context, parameters),
    withdrawConsent: (parameters) => withdrawConsent(context, parameters),
    getConsent: (parameters) => getConsent(context, parameters),
    pairVehicle: (parameters) => pairVehicle(context, parameters),
    releaseVehicle: (parameters) => releaseVehicle(context, parameters),
    getStones: (parameters) => getStones(context, parameters),
    creditStones: (parameters) => creditStones(context, parameters),
    placeOrder: (parameters) => placeOrder(context, parameters),
    acceptOrder: (parameters) => acceptOrder(context, parameters),
    objectOrder: (parameters) => objectOrder(context, parameters),
    getOrder: (parameters) => getOrder(context, parameters),
    moveAccount: (parameters) => moveAccount(context, parameters),
    followMove: (parameters) => followMove(context, parameters),
    signRecoveryTarget: (parameters) => signRecoveryTarget(context, parameters),
    cancelRecovery: (parameters) => cancelRecovery(context, parameters),
    contestRelease: (parameters) => contestRelease(context, parameters),
    creditAndPlaceOrder: (parameters) => creditAndPlaceOrder(context, parameters),
    placeVoucherOrder: (parameters) => placeVoucherOrder(context, parameters),
    requestBoxes: (parameters) => requestBoxes(context, parameters),
    openBoxes: (parameters) => openBoxes(context, parameters),
    forceSeason: (parameters) => forceSeason(context, parameters),
    claimPrize: (parameters) => claimPrize(context, parameters),
    creditCrystals: (parameters) => creditCrystals(context, parameters),
    migrateStones: (parameters) => migrateStones(context, parameters),
    getItem: (parameters) => getItem(context, parameters),
    getVouchers: (parameters) => getVouchers(context, parameters),
    getCrystals: (parameters) => getCrystals(context, parameters),
    getSeason: (parameters) => getSeason(context, parameters),
    getBoxProof: (parameters) => getBoxProof(context, parameters),
    getAwards: (parameters) => getAwards(context, parameters),
    getExclusions: (parameters) => getExclusions(context, parameters),
    appealExclusion: (parameters) => appealExclusion(context, parameters),
    getPoll: (parameters) => getPoll(context, parameters),
    vote: (parameters) => vote(context, parameters),
    verifyVote: (file) => verifyVote(context, file),
    getRound: (parameters) => getRound(context, parameters),
    getBenefit: (parameters) => getBenefit(context, parameters),
    claimBenefit: (parameters) => claimBenefit(context, parameters),
    signBenefitClaim: (parameters) => signBenefitClaim(context, parameters),
    submitBenefitClaims: (parameters) => submitBenefitClaims(context, parameters),
    getMove: (parameters) => getMove(context, parameters),
    getProof: (parameters) => getProof(context, parameters),
    getContribution: (parameters) => getContribution(context, parameters),
    verifyContribution: (file) => verifyContribution(context, file),
    makeEvidence: (parameters) => makeEvidence(context, parameters),
    waitForIntent: (parameters) => waitForIntent(context, parameters),
  };
}
