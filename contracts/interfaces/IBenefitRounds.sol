// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BenefitClaim, Round, RoundLeaf, RoundTerms} from "../types/Types.sol";

/// @title BenefitRounds: the company shares an amount among owners, by their stones at a settled day
/// @notice A round is paid in beforehand, in an ERC-20 token. Its tree has a leaf for each account with its weight: the stones
/// settled and won up to the end of the day, less those spent. An account gets amount · weight / totalWeight, rounded down, by
/// proof, whether its stones were credited or not, and says where: an account that only signs could move no token that it was
/// paid. What nobody has claimed by the deadline goes back (docs/protocol.md 13.4).
/// @dev The weights are the treasurer's statement; anybody with the published file can recompute them within the challenge
/// window, in which the guardian can cancel the round. Tokens that take a fee or change balances by themselves are not for this.
interface IBenefitRounds {
    /// @notice A round is paid in.
    event RoundOpened(uint32 indexed round, address indexed funder, uint40 claimableFrom, RoundTerms terms);
    /// @notice A round was cancelled before it could be claimed; all of it goes back by returnRest.
    event RoundCancelled(uint32 indexed round);
    /// @notice The part of `account` was paid to `to`, as `by` said: that account itself, or the one that stands for it.
    event BenefitClaimed(uint32 indexed round, address indexed account, address by, address to, uint128 amount);
    /// @notice What nobody claimed went back.
    event RestReturned(uint32 indexed round, uint128 amount);

    /// @notice A term of the round is out of bounds. `name` is the field.
    error BenefitRounds_InvalidTerms(bytes32 name, uint256 value);
    /// @notice The day cannot be credited yet: it can still be vetoed.
    error BenefitRounds_DayNotFinal(uint32 day);
    /// @notice Another amount arrived than the round gives.
    error BenefitRounds_WrongAmount(uint256 received, uint256 amount);
    /// @notice The round cannot be claimed now: it is unknown, cancelled, not claimable yet, or over.
    error BenefitRounds_NotClaimable(uint32 round);
    /// @notice The account's part was paid.
    error BenefitRounds_AlreadyClaimed(uint32 round, uint40 index);
    /// @notice The leaf does not stand under the round's root.
    error BenefitRounds_InvalidProof(uint32 round, uint40 index);
    /// @notice The tree's weights are more than its total: nothing is left for this part.
    error BenefitRounds_AboveAmount(uint32 round, uint256 share, uint256 left);
    /// @notice Another account than the one that signed stands for the leaf's account.
    error BenefitRounds_WrongAccount(address account, address current);
    /// @notice The part would be paid to address 0.
    error BenefitRounds_NoRecipient();
    /// @notice The account moved more often than is followed: AccountMoves.shortenForward helps.
    error BenefitRounds_MovedTooOften(address account);
    /// @notice The round can be claimed already, was cancelled, or is unknown.
    error BenefitRounds_NotCancellable(uint32 round);
    /// @notice The round is not over, or nothing is left.
    error BenefitRounds_NothingToReturn(uint32 round);

    /// @notice Pays in a round: the caller must have approved the amount. Role: TREASURER.
    /// @param terms An amount and weights above 0, weights at most the stones that exist by the day; a creditable day; a deadline 30 to
    /// 400 days after the round becomes claimable; a root and a text.
    /// @return round Its number, counted from 1.
    function openRound(RoundTerms calldata terms) external returns (uint32 round);

    /// @notice Stops a round before it can be claimed, whatever its token does; returnRest pays it back. Role: GUARDIAN.
    function cancelRound(uint32 round) external;

    /// @notice Pays a part to whom its account names. The account that stands for the leaf's account; the deadline does not matter.
    function claimBenefit(BenefitClaim calldata intent, RoundLeaf calldata leaf, bytes32[] calldata proof) external;

    /// @notice Pays parts to whom their accounts name, by their signatures; what cannot be paid is skipped. Anyone.
    /// @param leaves One for each intent, and so the proofs.
    function claimBenefits(
        BenefitClaim[] calldata intents,
        RoundLeaf[] calldata leaves,
        bytes32[][] calldata proofs,
        bytes[] calldata signatures
    ) external;

    /// @notice Returns what nobody claimed to who paid it in: after the deadline, or once the round was cancelled. Anyone.
    function returnRest(uint32 round) external;

    /// @notice How many rounds there were.
    function roundCount() external view returns (uint32);

    /// @notice A round, all zero when unknown.
    function roundOf(uint32 round) external view returns (Round memory);

    /// @notice Whether the part with this index was paid.
    function isClaimed(uint32 round, uint40 index) external view returns (bool);
}
