// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ConsentGrant, ConsentWithdrawal, Consent} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title ConsentRegistry: who may use which data of whom, for what, and when that held
/// @notice The key is (account, recipient, purpose). A grant makes an odd version, another over a
/// standing consent than over none; a withdrawal the even one after it. An intent names the version it makes, so a grant
/// signed before a withdrawal cannot revive the consent (docs/protocol.md 3.2). The past stays.
/// @dev No role can pause, change or remove a consent. On chain are codes and a salted hash, never text. It does not protect
/// against a recipient who uses data without consent: that is what the records of use and the auditor are for.
interface IConsentRegistry is ISkippable {
    /// @notice `account` consents from this block's time on. `recordHash` is the salted hash of the full consent record.
    event ConsentGranted(
        address indexed account,
        address indexed recipient,
        uint16 indexed purpose,
        uint64 categories,
        uint40 expires,
        uint32 notice,
        uint40 version,
        bytes32 recordHash
    );
    /// @notice `account` withdraws from this block's time on.
    event ConsentWithdrawn(address indexed account, address indexed recipient, uint16 indexed purpose, uint40 version);

    /// @notice The intent names another version than the next.
    error ConsentRegistry_WrongVersion(uint40 have, uint40 want);
    /// @notice The newest record is no grant, or is withdrawn already.
    error ConsentRegistry_NothingToWithdraw(uint40 version);
    /// @notice No categories, or one that does not exist.
    error ConsentRegistry_InvalidCategories(uint64 categories);
    /// @notice A sensitive category (4 location, 5 driver state) was added together with another one.
    error ConsentRegistry_SensitiveNeedsOwnConsent(uint64 added);
    /// @notice The purpose does not exist.
    error ConsentRegistry_InvalidPurpose(uint16 purpose);
    /// @notice The expiry is not in the future.
    error ConsentRegistry_InvalidExpiry(uint40 expires, uint256 blockTime);
    /// @notice The consent notice was never published.
    error ConsentRegistry_UnknownNotice(uint32 notice);
    /// @notice An interval that holds no second was asked for.
    error ConsentRegistry_EmptyInterval(uint256 from, uint256 to);
    /// @notice Only times before the block's can be asked for: the block's own second is not over.
    error ConsentRegistry_TimeNotPast(uint256 time, uint256 blockTime);

    /// @notice The caller consents. `grant.account` must be the caller; `grant.deadline` is not used.
    function grantConsent(ConsentGrant calldata grant) external;

    /// @notice The caller withdraws a consent. `withdrawal.account` must be the caller.
    function withdrawConsent(ConsentWithdrawal calldata withdrawal) external;

    /// @notice Carries out signed grants; anyone may call. Skips what cannot be done.
    /// @param signatures One per grant, `kind ‖ data`.
    function grantConsents(ConsentGrant[] calldata grants, bytes[] calldata signatures) external;

    /// @notice Carries out signed withdrawals; anyone may call. Skips what cannot be done.
    function withdrawConsents(ConsentWithdrawal[] calldata withdrawals, bytes[] calldata signatures) external;

    /// @notice The newest record, whatever its state.
    function consentOf(address account, address recipient, uint16 purpose) external view returns (Consent memory);

    /// @notice The record that stood at `time`, all zero when none did. Reverts for times not before the block's.
    function consentAt(
        address account,
        address recipient,
        uint16 purpose,
        uint256 time
    ) external view returns (Consent memory);

    /// @notice Whether consent for every one of `categories` stood throughout [from, to), over one or more grants that
    /// join without a gap. Reverts unless the interval is non-empty and lies before the block's time.
    function consentCovers(
        address account,
        address recipient,
        uint16 purpose,
        uint64 categories,
        uint256 from,
        uint256 to
    ) external view returns (bool);
}
