// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccountMove, Consent, ConsentGrant, ConsentWithdrawal} from "../../../../contracts/types/Types.sol";
import {Programme} from "../Programme.sol";
import {digestFor, one, signatureOf} from "../Signing.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";

/// @dev Two owners consent and withdraw, again and again, and one of them may move. Keeps every period that was granted, and a
/// sample of answers about the past.
contract ConsentHandler is Programme {
    uint256 private constant _KEY = 0xc0ff;
    uint256 private constant _PURPOSES = 2;
    uint256 private constant _KEYS = 4;
    address private constant _RECIPIENT = address(0xca1);
    uint64 private constant _ORDINARY = 0xcf;

    /// @dev What one grant stood for: [from, until), until 0 = without end.
    struct Period {
        uint64 categories;
        uint256 from;
        uint256 until;
    }

    struct Answer {
        uint256 key;
        uint256 time;
        bytes32 record;
        bool covers;
    }

    mapping(uint256 key => Period[]) private _periods;
    Answer[] private _answers;
    bool private _moved;
    mapping(bytes4 handler => uint256) public done;

    modifier counted() {
        _sample();
        _;
        ++done[msg.sig];
    }

    constructor() {
        deployProgramme(testRules());
        rules.publishNotice("notice");
    }

    function grant(uint256 seed) external counted {
        _grant(seed % _KEYS, seed >> 8);
    }

    function withdraw(uint256 seed) external counted {
        uint256 key = seed % _KEYS;
        if (_head(key).version % 2 == 0) _grant(key, seed >> 8);
        ConsentWithdrawal memory withdrawal = ConsentWithdrawal({
            account: _accountOf(key),
            recipient: _RECIPIENT,
            purpose: _purposeOf(key),
            version: _head(key).version + 1
        });
        if (seed & 64 == 0) {
            vm.prank(withdrawal.account);
            consents.withdrawConsent(withdrawal);
        } else {
            ConsentWithdrawal[] memory list = new ConsentWithdrawal[](1);
            list[0] = withdrawal;
            bytes32 typehash = keccak256(
                "ConsentWithdrawal(address account,address recipient,uint16 purpose,uint40 version)"
            );
            consents.withdrawConsents(list, _signed(key, keccak256(abi.encode(typehash, withdrawal))));
        }
        assert(_head(key).version == withdrawal.version);
        Period storage last = _periods[key][_periods[key].length - 1];
        if (last.until == 0 || timeNow() < last.until) last.until = timeNow();
    }

    /// @dev A consent that ends by itself, and the time until it has.
    function expire(uint256 seed) external counted {
        uint256 key = seed % _KEYS;
        _grant(key, (seed >> 8) | 1);
        waitUntil(_head(key).expires + within(seed >> 128, 0, 2));
    }

    /// @dev Consents never move: what the account granted stays its own, and the new account has granted nothing.
    function move(uint256 seed) external counted {
        waitUntil(timeNow() + within(seed, 1, 1_000));
        if (_moved) return;
        _moved = true;
        AccountMove memory move_ = AccountMove(_accountOf(0), vm.addr(_KEY + 9), uint40(timeNow()));
        bytes32 typehash = keccak256("AccountMove(address account,address to,uint40 deadline)");
        bytes32 digest = digestFor(address(moves), keccak256(abi.encode(typehash, move_)));
        vm.prank(move_.account);
        moves.moveAccount(move_, signatureOf(_KEY + 9, digest));
        assert(consents.consentOf(move_.to, _RECIPIENT, 1).version == 0);
    }

    function wait_(uint256 seed) external counted {
        vm.warp(timeNow() + within(seed, 1, 3 * DAY_S));
    }

    function handlers() external pure returns (bytes4[] memory list) {
        list = new bytes4[](5);
        list[0] = this.grant.selector;
        list[1] = this.withdraw.selector;
        list[2] = this.expire.selector;
        list[3] = this.move.selector;
        list[4] = this.wait_.selector;
    }

    /// @dev Whether the registry still says about the past what it said at first.
    function isPastKept() external view returns (bool) {
        for (uint256 i = 0; i < _answers.length; ++i) {
            Answer memory answer = _answers[i];
            Answer memory now_ = _ask(answer.key, answer.time);
            if (now_.record != answer.record || now_.covers != answer.covers) return false;
        }
        return true;
    }

    /// @dev Whether it says about each second at which anything changed what was granted then.
    function isPastTrue() external view returns (bool) {
        for (uint256 key = 0; key < _KEYS; ++key) {
            for (uint256 i = 0; i < _periods[key].length; ++i) {
                Period memory period = _periods[key][i];
                if (!_isTrue(key, period.from) || !_isTrue(key, period.from - 1)) return false;
                if (period.until != 0 && (!_isTrue(key, period.until) || !_isTrue(key, period.until - 1))) return false;
            }
        }
        return true;
    }

    /// @dev Asks about now, which is past as soon as a second has gone by.
    function _sample() private {
        uint256 time = timeNow();
        vm.warp(time + 1);
        _answers.push(_ask(_answers.length % _KEYS, time));
    }

    function _grant(uint256 key, uint256 seed) private {
        // A sensitive category is granted alone.
        uint64 categories = uint64(seed >> 8) & _ORDINARY;
        if (seed & 2 == 0 || categories == 0) categories = seed & 4 == 0 ? 0x10 : 0x20;
        ConsentGrant memory consent = ConsentGrant({
            account: _accountOf(key),
            recipient: _RECIPIENT,
            purpose: _purposeOf(key),
            categories: categories,
            expires: seed & 1 == 0 ? 0 : uint40(timeNow() + within(seed >> 72, 1, 5 * DAY_S)),
            notice: 1,
            version: uint40(4 * _periods[key].length + (_head(key).version % 2 == 0 ? 1 : 3)),
            deadline: uint40(timeNow()),
            recordHash: bytes32(seed)
        });
        if (seed & 8 == 0) {
            vm.prank(consent.account);
            consents.grantConsent(consent);
        } else {
            ConsentGrant[] memory list = new ConsentGrant[](1);
            list[0] = consent;
            bytes32 typehash = keccak256(
                "ConsentGrant(address account,address recipient,uint16 purpose,uint64 categories,uint40 expires,"
                "uint32 notice,uint40 version,uint40 deadline,bytes32 recordHash)"
            );
            consents.grantConsents(list, _signed(key, keccak256(abi.encode(typehash, consent))));
        }
        assert(_head(key).version == consent.version);
        _periods[key].push(Period(categories, timeNow(), consent.expires));
    }

    function _ask(uint256 key, uint256 time) private view returns (Answer memory) {
        (address account, uint16 purpose) = (_accountOf(key), _purposeOf(key));
        Consent memory record = consents.consentAt(account, _RECIPIENT, purpose, time);
        // A withdrawal after that time marks the record that it ends, and nothing else about it.
        bytes32 said = keccak256(abi.encode(record.categories, record.granted, record.expires, record.notice));
        return Answer(key, time, said, consents.consentCovers(account, _RECIPIENT, purpose, 1, time, time + 1));
    }

    /// @dev Of several grants up to a time the last one counts, as long as it stands.
    function _isTrue(uint256 key, uint256 time) private view returns (bool) {
        if (time >= timeNow()) return true;
        Period memory stands;
        Period[] memory periods = _periods[key];
        for (uint256 i = 0; i < periods.length; ++i) if (periods[i].from <= time) stands = periods[i];
        if (stands.until != 0 && stands.until <= time) delete stands;
        Consent memory record = consents.consentAt(_accountOf(key), _RECIPIENT, _purposeOf(key), time);
        return record.categories == stands.categories && record.granted == stands.from;
    }

    function _signed(uint256 key, bytes32 structHash) private view returns (bytes[] memory) {
        return one(signatureOf(_KEY + key / _PURPOSES, digestFor(address(consents), structHash)));
    }

    function _head(uint256 key) private view returns (Consent memory) {
        return consents.consentOf(_accountOf(key), _RECIPIENT, _purposeOf(key));
    }

    function _accountOf(uint256 key) private pure returns (address) {
        return vm.addr(_KEY + key / _PURPOSES);
    }

    function _purposeOf(uint256 key) private pure returns (uint16) {
        return uint16(1 + (key % _PURPOSES));
    }
}
