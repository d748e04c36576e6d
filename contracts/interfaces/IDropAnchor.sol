// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title DropAnchor: one root per ten minutes
/// @notice Roots are anchored in order, without a gap, and never before their drop has ended. An empty drop has root 0 and
/// costs no slot. The cost does not depend on how many readings stand behind a root.
/// @dev It does not look into the leaves: that is the auditor's work, and a settlement has a challenge window for it.
interface IDropAnchor {
    /// @notice Drops firstDrop … firstDrop + roots.length - 1 have these roots.
    /// @param dataDigest keccak256 over the concatenated digests of the drops' published files, 0 for an empty one.
    event DropsAnchored(uint256 indexed firstDrop, bytes32[] roots, bytes32 dataDigest);
    /// @notice Everything anchored from `firstDrop` on (up to `nextDrop`, exclusive) is void; new roots follow in this transaction.
    event DropsSuperseded(uint256 indexed firstDrop, uint256 nextDrop);

    /// @notice The first drop is not the next one.
    error DropAnchor_NotNext(uint256 firstDrop, uint256 nextDrop);
    /// @notice The last drop of the call ends after this block.
    error DropAnchor_NotOver(uint256 drop, uint256 endsAt, uint256 blockTime);
    /// @notice No roots, or more than a week of them.
    error DropAnchor_InvalidCount(uint256 count);
    /// @notice The drop belongs to a settled day: veto it first.
    error DropAnchor_Settled(uint256 firstDrop, uint256 firstUnsettled);
    /// @notice The relayer has not been silent for 7 days after the next drop's end.
    error DropAnchor_StandbyTooEarly(uint256 nextDrop, uint256 allowedFrom);
    /// @notice The drop has no root yet.
    error DropAnchor_NotAnchored(uint256 drop, uint256 nextDrop);

    /// @notice Anchors the next drops. Role: RELAYER.
    function anchorDrops(uint256 firstDrop, bytes32[] calldata roots, bytes32 dataDigest) external;

    /// @notice As anchorDrops, once the next drop ended 7 days ago: a dead relayer must not stop the programme. Role: STANDBY.
    function anchorDropsAsStandby(uint256 firstDrop, bytes32[] calldata roots, bytes32 dataDigest) external;

    /// @notice Sets the head back to `firstDrop` and anchors anew from there. Later drops fall too, since their leaves point
    /// back. Only for drops of days that are not settled. Role: RELAYER.
    function supersede(uint256 firstDrop, bytes32[] calldata roots, bytes32 dataDigest) external;

    /// @notice The first drop without a root.
    function nextDrop() external view returns (uint256);

    /// @notice The root of an anchored drop, 0 for an empty one.
    function rootOf(uint256 drop) external view returns (bytes32);
}
