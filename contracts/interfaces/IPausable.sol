// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title A pause of what roles do in one contract
/// @notice It stops none of what owners do, no credit, no veto, no refund and no move: those never ask for it. It ends by
/// itself after 7 days, and can be repeated 28 days after it began.
interface IPausable {
    /// @notice Roles' duties in this contract rest until `until`.
    event Paused(uint40 until);
    /// @notice They go on.
    event Resumed();

    /// @notice The duty rests until `until`.
    error PausedUntil(uint40 until);
    /// @notice The last pause is too recent.
    error NotPausableBefore(uint40 time);
    /// @notice There is no pause to end.
    error NotPaused();

    /// @notice Pauses for 7 days. Role: GUARDIAN.
    function pause() external;

    /// @notice Ends a pause early. Role: GUARDIAN.
    function resume() external;

    /// @notice First second after the pause; in the past when there is none.
    function pausedUntil() external view returns (uint40);
}
