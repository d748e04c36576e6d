// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IRules} from "./interfaces/IRules.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {Consent, ConsentGrant, ConsentWithdrawal, Verifiers} from "./types/Types.sol";

/// @title ConsentRegistry: see IConsentRegistry
contract ConsentRegistry is IConsentRegistry, Skippable {
    struct History {
        Consent head;
        /// The record whose version was 2k - 1 (and 2k, if withdrawn) stands at k, once a later grant replaced it.
        mapping(uint256 k => Consent) past;
    }

    bytes32 private constant _GRANT_TYPEHASH = keccak256(
        "ConsentGrant(address account,address recipient,uint16 purpose,uint64 categories,uint40 expires,"
        "uint32 notice,uint40 version,uint40 deadline,bytes32 recordHash)"
    );
    bytes32 private constant _WITHDRAWAL_TYPEHASH = keccak256(
        "ConsentWithdrawal(address account,address recipient,uint16 purpose,uint40 version)"
    );
    uint256 private constant _ALL_CATEGORIES = 0xff;
    /// @dev Bits 4 (location) and 5 (driver state).
    uint256 private constant _SENSITIVE_CATEGORIES = 0x30;
    uint256 private constant _LAST_PURPOSE = 4;

    IRules private immutable _RULES;

    mapping(bytes32 key => History) private _histories;

    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param rules The programme's Rules, for the numbers of published notices.
    constructor(Verifiers memory verifiers, IRules rules) EIP712("Cairn ConsentRegistry", "1") Skippable(verifiers) {
        _RULES = rules;
    }

    /// @inheritdoc IConsentRegistry
    function grantConsent(ConsentGrant memory grant) external {
        _requireCaller(grant.account);
        History storage history = _historyOf(grant.account, grant.recipient, grant.purpose);
        Consent memory head = history.head;
        _raise(_problemOfGrant(grant, head, _RULES.noticeCount()));
        _grant(grant, history, head);
    }

    /// @inheritdoc IConsentRegistry
    function withdrawConsent(ConsentWithdrawal memory withdrawal) external {
        _requireCaller(withdrawal.account);
        History storage history = _historyOf(withdrawal.account, withdrawal.recipient, withdrawal.purpose);
        Consent memory head = history.head;
        _raise(_problemOfWithdrawal(withdrawal, head));
        _withdraw(withdrawal, history, head);
    }

    /// @inheritdoc IConsentRegistry
    function grantConsents(ConsentGrant[] calldata grants, bytes[] calldata signatures) external {
        _requireSameLength(grants.length, signatures.length);
        uint32 notices = _RULES.noticeCount();
        for (uint256 i = 0; i < grants.length; ++i) {
            ConsentGrant memory grant = grants[i];
            History storage history = _historyOf(grant.account, grant.recipient, grant.purpose);
            Consent memory head = history.head;
            bytes memory problem = _problemOfGrant(grant, head, notices);
            if (problem.length == 0) problem = _problemOfDeadline(grant.deadline);
            if (problem.length == 0) {
                problem = _problemOfSignature(grant.account, _hashTypedDataV4(_hashGrant(grant)), signatures[i]);
            }
            if (!_skipped(i, grant.account, problem)) _grant(grant, history, head);
        }
    }

    /// @inheritdoc IConsentRegistry
    function withdrawConsents(ConsentWithdrawal[] calldata withdrawals, bytes[] calldata signatures) external {
        _requireSameLength(withdrawals.length, signatures.length);
        for (uint256 i = 0; i < withdrawals.length; ++i) {
            ConsentWithdrawal memory withdrawal = withdrawals[i];
            History storage history = _historyOf(withdrawal.account, withdrawal.recipient, withdrawal.purpose);
            Consent memory head = history.head;
            bytes memory problem = _problemOfWithdrawal(withdrawal, head);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(_hashWithdrawal(withdrawal));
                problem = _problemOfSignature(withdrawal.account, digest, signatures[i]);
            }
            if (!_skipped(i, withdrawal.account, problem)) _withdraw(withdrawal, history, head);
        }
    }

    /// @inheritdoc IConsentRegistry
    function consentOf(address account, address recipient, uint16 purpose) external view returns (Consent memory) {
        return _historyOf(account, recipient, purpose).head;
    }

    /// @inheritdoc IConsentRegistry
    function consentAt(
        address account,
        address recipient,
        uint16 purpose,
        uint256 time
    ) external view returns (Consent memory record) {
        _requirePast(time);
        (Consent memory candidate, ) = _recordAt(_historyOf(account, recipient, purpose), time);
        if (time < _endOf(candidate)) record = candidate;
    }

    /// @inheritdoc IConsentRegistry
    function consentCovers(
        address account,
        address recipient,
        uint16 purpose,
        uint64 categories,
        uint256 from,
        uint256 to
    ) external view returns (bool) {
        if (from >= to) revert ConsentRegistry_EmptyInterval(from, to);
        _requirePast(to - 1);
        History storage history = _historyOf(account, recipient, purpose);
        uint256 covered = from;
        while (covered < to) {
            (Consent memory record, uint256 nextGranted) = _recordAt(history, covered);
            uint256 end = _endOf(record);
            if (nextGranted < end) end = nextGranted;
            if (end <= covered || record.categories & categories != categories) return false;
            covered = end;
        }
        return true;
    }

    /// @param head What stood until now.
    function _grant(ConsentGrant memory grant, History storage history, Consent memory head) private {
        if (head.version != 0) history.past[_placeOf(head.version)] = head;
        Consent memory next = Consent({
            categories: grant.categories,
            granted: uint40(block.timestamp), // 40 bits last until the year 36,812
            expires: grant.expires,
            revoked: 0,
            notice: grant.notice,
            version: grant.version
        });
        history.head = next;
        emit ConsentGranted(
            grant.account,
            grant.recipient,
            grant.purpose,
            grant.categories,
            grant.expires,
            grant.notice,
            grant.version,
            grant.recordHash
        );
    }

    /// @param head What stood until now.
    function _withdraw(ConsentWithdrawal memory withdrawal, History storage history, Consent memory head) private {
        head.revoked = uint40(block.timestamp); // as above
        head.version = withdrawal.version;
        history.head = head;
        emit ConsentWithdrawn(withdrawal.account, withdrawal.recipient, withdrawal.purpose, withdrawal.version);
    }

    function _problemOfGrant(
        ConsentGrant memory grant,
        Consent memory head,
        uint32 notices
    ) private view returns (bytes memory) {
        uint40 want = _nextGrant(head.version);
        if (grant.version != want) {
            return abi.encodeWithSelector(ConsentRegistry_WrongVersion.selector, grant.version, want);
        }
        if (grant.purpose == 0 || grant.purpose > _LAST_PURPOSE) {
            return abi.encodeWithSelector(ConsentRegistry_InvalidPurpose.selector, grant.purpose);
        }
        if (grant.categories == 0 || grant.categories > _ALL_CATEGORIES) {
            return abi.encodeWithSelector(ConsentRegistry_InvalidCategories.selector, grant.categories);
        }
        if (grant.expires != 0 && grant.expires <= block.timestamp) {
            return abi.encodeWithSelector(ConsentRegistry_InvalidExpiry.selector, grant.expires, block.timestamp);
        }
        if (grant.notice == 0 || grant.notice > notices) {
            return abi.encodeWithSelector(ConsentRegistry_UnknownNotice.selector, grant.notice);
        }
        uint64 standing = block.timestamp < _endOf(head) ? head.categories : 0;
        uint64 added = grant.categories & ~standing;
        if (added & _SENSITIVE_CATEGORIES != 0 && added & (added - 1) != 0) {
            return abi.encodeWithSelector(ConsentRegistry_SensitiveNeedsOwnConsent.selector, added);
        }
        return _none();
    }

    function _problemOfWithdrawal(
        ConsentWithdrawal memory withdrawal,
        Consent memory head
    ) private pure returns (bytes memory) {
        if (head.version % 2 == 0) {
            return abi.encodeWithSelector(ConsentRegistry_NothingToWithdraw.selector, head.version);
        }
        if (withdrawal.version != head.version + 1) {
            return abi.encodeWithSelector(ConsentRegistry_WrongVersion.selector, withdrawal.version, head.version + 1);
        }
        return _none();
    }

    /// @dev The newest record granted at or before `time` (all zero if none), and when the one after it was granted.
    function _recordAt(
        History storage history,
        uint256 time
    ) private view returns (Consent memory record, uint256 nextGranted) {
        Consent memory head = history.head;
        // Without any grant the head is all zero, and so is what is given back.
        if (head.granted <= time) return (head, type(uint256).max);
        nextGranted = head.granted;
        // Invariant: past[low] was granted at or before `time` (or low is 0), past[high] after it (or is the head).
        uint256 low = 0;
        uint256 high = _placeOf(head.version);
        while (high > low + 1) {
            uint256 middle = (low + high) / 2;
            if (history.past[middle].granted <= time) low = middle;
            else high = middle;
        }
        if (low != 0) record = history.past[low];
        Consent memory next = history.past[high];
        if (next.granted != 0) nextGranted = next.granted;
    }

    /// @dev First second in which a record no longer stands by itself; 0 for no record.
    function _endOf(Consent memory record) private pure returns (uint256 end) {
        if (record.version == 0) return 0;
        end = type(uint256).max;
        if (record.expires != 0) end = record.expires;
        if (record.revoked != 0 && record.revoked < end) end = record.revoked;
    }

    /// @dev Each grant begins the next four numbers. Over a consent that stands it takes the third of them and over none the
    /// first, so that a grant signed in one case is never the next in the other: it cannot revive a withdrawn consent.
    function _nextGrant(uint40 version) private pure returns (uint40) {
        return 4 * _placeOf(version) + (version % 2 == 0 ? 1 : 3);
    }

    /// @dev The place of a grant among an account's, from 1 on; a withdrawal has its grant's, and version 0 has place 0.
    function _placeOf(uint40 version) private pure returns (uint40) {
        return (version + 3) / 4;
    }

    function _requirePast(uint256 time) private view {
        if (time >= block.timestamp) revert ConsentRegistry_TimeNotPast(time, block.timestamp);
    }

    function _historyOf(address account, address recipient, uint16 purpose) private view returns (History storage) {
        return _histories[keccak256(abi.encode(account, recipient, purpose))];
    }

    function _hashGrant(ConsentGrant memory grant) private pure returns (bytes32) {
        return keccak256(abi.encode(_GRANT_TYPEHASH, grant));
    }

    function _hashWithdrawal(ConsentWithdrawal memory withdrawal) private pure returns (bytes32) {
        return keccak256(abi.encode(_WITHDRAWAL_TYPEHASH, withdrawal));
    }
}
