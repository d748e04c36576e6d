// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PollResult, PollTerms, VoteLeaf} from "../types/Types.sol";

/// @title Polls: questions to owners, and results in which each voter finds the own vote
/// @notice A poll's text, options, voters and weights are fixed before it opens. Votes are EIP-712 `Vote`s in this contract's domain,
/// acknowledged by a signed `VoteReceipt`; the first vote of an account counts. The result comes with a Merkle root over all
/// counted votes and counts once the challenge window has passed; until then the guardian can take it back
/// (docs/protocol.md 13.2).
/// @dev Whether all votes are in the tree, with their weights, is for the voters, who hold receipts, and for the auditor, who has
/// the published file.
interface IPolls {
    /// @notice A poll is fixed.
    event PollOpened(uint32 indexed poll, PollTerms terms);
    /// @notice The votes are counted: `tallies` has the sum of weights of each option.
    event ResultPublished(
        uint32 indexed poll,
        bytes32 root,
        uint64[] tallies,
        uint32 voters,
        uint40 countsFrom,
        bytes32 dataDigest
    );
    /// @notice A result was taken back before it counted; another one may be published.
    event ResultVetoed(uint32 indexed poll);

    /// @notice A term of the poll is out of bounds. `name` is the field.
    error Polls_InvalidTerms(bytes32 name, uint256 value);
    /// @notice No such poll.
    error Polls_UnknownPoll(uint32 poll);
    /// @notice Votes are still cast.
    error Polls_NotClosed(uint32 poll, uint256 closesAt);
    /// @notice The poll has a result.
    error Polls_HasResult(uint32 poll);
    /// @notice There is not one tally per option, or root, tallies and voters contradict each other.
    error Polls_InvalidResult(uint32 poll);
    /// @notice There is no result that could be taken back, or it counts already.
    error Polls_NotVetoable(uint32 poll);

    /// @notice Fixes a poll. Role: CURATOR.
    /// @param terms 2 to 64 options; opens in the future and for at most 90 days; weighting 0 or 1; with 1 the day of the stones
    /// is over when the poll opens, with 0 it is 0; a text.
    /// @return poll Its number, counted from 1.
    function openPoll(PollTerms calldata terms) external returns (uint32 poll);

    /// @notice Publishes what was counted, after the poll has closed. Role: CURATOR.
    /// @param root SimpleMerkleTree root over the leaves of kind 6, 0 when nobody voted.
    /// @param tallies Sum of weights per option: together as many as voters, at least as many when stones weigh.
    /// @param dataDigest Commitment to the published file of the votes.
    function publishResult(
        uint32 poll,
        bytes32 root,
        uint64[] calldata tallies,
        uint32 voters,
        bytes32 dataDigest
    ) external;

    /// @notice Takes a result back before it counts. Role: GUARDIAN.
    function vetoResult(uint32 poll) external;

    /// @notice How many polls there were.
    function pollCount() external view returns (uint32);

    /// @notice A poll's terms, all zero when unknown.
    function termsOf(uint32 poll) external view returns (PollTerms memory);

    /// @notice A poll's result, all zero when there is none.
    function resultOf(uint32 poll) external view returns (PollResult memory);

    /// @notice Sum of weights per option, empty when there is no result.
    function talliesOf(uint32 poll) external view returns (uint64[] memory);

    /// @notice Whether a vote was counted: whether its leaf stands under the result's root.
    function isCounted(uint32 poll, VoteLeaf calldata leaf, bytes32[] calldata proof) external view returns (bool);
}
