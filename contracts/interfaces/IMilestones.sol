// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Milestones: who reached what, without the kilometres
/// @notice A milestone is a published text with a number, such as 5,000 km in a year. That an account reached it is attested,
/// and counts once the challenge window of the rules has passed; until then the guardian can take it back. What counts stays.
/// @dev Whether an attestation is true is for the auditor, who recomputes it from the published files.
interface IMilestones {
    /// @notice Milestone `milestone` has the text with hash `contentHash`.
    event MilestoneDefined(uint16 indexed milestone, bytes32 contentHash);
    /// @notice `account` reached a milestone; it counts from `countsFrom`.
    event MilestoneAttested(uint16 indexed milestone, address indexed account, uint40 countsFrom);
    /// @notice An attestation was taken back before it counted.
    event AttestationRevoked(uint16 indexed milestone, address indexed account);

    /// @notice No such milestone is defined.
    error Milestones_Unknown(uint16 milestone);
    /// @notice The account has the milestone already.
    error Milestones_AlreadyAttested(uint16 milestone, address account);
    /// @notice Nothing stands that could be taken back: none is attested, or it counts already.
    error Milestones_NotRevocable(uint16 milestone, address account);
    /// @notice There is nothing to follow: the account has not moved, or has not the milestone, or the new one has it.
    error Milestones_NothingToFollow(uint16 milestone, address account);

    /// @notice Defines a milestone by the hash of its text. Role: RULES.
    /// @return milestone Its number, counted from 1.
    function defineMilestone(bytes32 contentHash) external returns (uint16 milestone);

    /// @notice Attests that accounts reached a milestone. Role: ATTESTER.
    function attestMilestone(uint16 milestone, address[] calldata accounts) external;

    /// @notice Takes an attestation back before it counts. Role: GUARDIAN.
    function revokeAttestation(uint16 milestone, address account) external;

    /// @notice Gives the milestone of a moved account to the one that stands for it now. Anyone.
    function followMove(uint16 milestone, address account) external;

    /// @notice First second in which the milestone counts for the account, 0 = not attested.
    function countsFrom(uint16 milestone, address account) external view returns (uint40);

    /// @notice Whether the milestone counts for the account now.
    function isReached(uint16 milestone, address account) external view returns (bool);

    /// @notice How many milestones are defined.
    function milestoneCount() external view returns (uint16);
}
