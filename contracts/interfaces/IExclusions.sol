// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Exclusion, ExclusionAppeal} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title Exclusions: for some days an account's readings do not count, for a reason that can be contested
/// @notice An exclusion begins with the next day and lasts at most 90. The owner may appeal; the arbiter decides within objectionS,
/// else it lapses. Readings of drops on excluded days are accepted and count no metres; what was earned stays, and metres
/// counted before keep their weight (docs/protocol.md 13.3).
/// @dev What is answered for days up to today never changes: exclusions begin, end early and lapse tomorrow at the earliest.
interface IExclusions is ISkippable {
    /// @notice `account` is excluded on the days [fromDay, untilDay).
    event AccountExcluded(
        uint32 indexed exclusion,
        address indexed account,
        uint8 reason,
        bytes32 evidenceHash,
        uint32 fromDay,
        uint32 untilDay
    );
    /// @notice The owner appeals; undecided, the exclusion lapses with the day after `decideBy`.
    event ExclusionAppealed(uint32 indexed exclusion, address indexed account, bytes32 statementHash, uint40 decideBy);
    /// @notice The arbiter decided that the exclusion stays.
    event ExclusionUpheld(uint32 indexed exclusion, address indexed account);
    /// @notice The exclusion ends with `untilDay`, by the arbiter or by who made it.
    event ExclusionLifted(uint32 indexed exclusion, address indexed account, uint32 untilDay);
    /// @notice The exclusion goes on under the account to which `account` moved.
    event ExclusionFollowed(
        uint32 indexed exclusion,
        address indexed account,
        address indexed to,
        uint32 fromDay,
        uint32 untilDay
    );

    /// @notice The reason is not one of the codes 1 to 5.
    error Exclusions_UnknownReason(uint8 reason);
    /// @notice The evidence is missing, or served an earlier exclusion.
    error Exclusions_InvalidEvidence(bytes32 evidenceHash);
    /// @notice An exclusion lasts 1 to 90 days.
    error Exclusions_InvalidEnd(uint32 untilDay, uint256 fromDay);
    /// @notice The account is excluded, or was until less than 30 days before the new first day.
    error Exclusions_TooSoon(address account, uint256 allowedFromDay);
    /// @notice The account has moved: act for the one that stands for it, once the exclusion has followed.
    error Exclusions_AccountMoved(address account);
    /// @notice The account has no such exclusion, or it ends tomorrow or earlier anyway.
    error Exclusions_NotStanding(address account, uint32 exclusion);
    /// @notice There was an appeal against the exclusion already.
    error Exclusions_AlreadyAppealed(address account, uint32 exclusion);
    /// @notice There is no appeal, or it was decided.
    error Exclusions_NotDecidable(address account, uint32 exclusion);
    /// @notice There is nothing to follow: the account has not moved, is not excluded, or was followed.
    error Exclusions_NothingToFollow(address account);

    /// @notice Excludes an account from tomorrow on. Role: EXCLUDER.
    /// @param reason 1 false readings, 2 tampered odometer or device, 3 several accounts for one purpose, 4 court or authority,
    /// 5 other breach of the terms.
    /// @param evidenceHash Hash of what shows it; the owner is given the evidence itself.
    /// @param untilDay First day that counts again.
    function excludeAccount(
        address account,
        uint8 reason,
        bytes32 evidenceHash,
        uint32 untilDay
    ) external returns (uint32 exclusion);

    /// @notice Ends an exclusion tomorrow. Role: EXCLUDER.
    function liftExclusion(address account, uint32 exclusion) external;

    /// @notice The caller appeals. `appeal.account` must be the caller; the deadline is not used.
    function appealExclusion(ExclusionAppeal calldata appeal) external;

    /// @notice Carries out signed appeals; anyone may call. Skips what cannot be done.
    function appealExclusions(ExclusionAppeal[] calldata appeals, bytes[] calldata signatures) external;

    /// @notice Decides an appeal in its time: upheld, it stays; else it ends tomorrow. Role: ARBITER.
    function decideAppeal(address account, uint32 exclusion, bool upheld) external;

    /// @notice What is left of a moved account's exclusions goes on, from tomorrow, under the account that stands for it, with its
    /// number and whatever became of it until then. From then on it is lifted and decided there; it is followed once. Anyone.
    function followMove(address account) external;

    /// @notice Whether an account's readings in drops of a day do not count. For days after today: as things stand now.
    function isExcluded(address account, uint256 day) external view returns (bool);

    /// @notice All exclusions of an account, oldest first.
    function exclusionsOf(address account) external view returns (Exclusion[] memory);

    /// @notice How many exclusions there were.
    function exclusionCount() external view returns (uint32);
}
