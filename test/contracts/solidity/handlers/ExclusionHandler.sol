// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IExclusions} from "../../../../contracts/interfaces/IExclusions.sol";
import {Exclusion, ExclusionAppeal, RuleSet} from "../../../../contracts/types/Types.sol";
import {one} from "../Signing.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {MoveHandler} from "./MoveHandler.sol";

/// @dev Excludes people and does all that can be done about it, in any order, and writes down what was said of each day once it
/// had come. A handler that lacks what it needs (an exclusion, an appeal) first makes it.
contract ExclusionHandler is MoveHandler {
    /// @dev The longest that an exclusion and the rest after it take together.
    uint256 public constant SPAN_DAYS = 120;
    uint256 public constant MOST_DAYS = 90;
    uint8 private constant _STANDS = 1;
    uint8 private constant _APPEALED = 2;
    uint256 private constant _LOOKS = 8;

    /// @dev What was said of a day that had come: 0 nothing yet, 1 counted, 2 excluded.
    mapping(address account => mapping(uint256 day => uint256)) private _said;
    /// @dev Accounts with exclusions of two accounts: their days may be more.
    mapping(address account => bool) public merged;
    bool public pastKept = true;

    /// @dev Looks at days of every account, before and after.
    modifier watched(uint256 seed) {
        _look(uint256(keccak256(abi.encode(seed))));
        _;
        _look(uint256(keccak256(abi.encode(seed, "after"))));
    }

    constructor() {
        RuleSet memory ruleSet = testRules();
        ruleSet.objectionS = 5 days;
        deployProgramme(ruleSet);
        waitUntil(GENESIS + SPAN_DAYS * DAY_S);
        for (uint256 i = 0; i < PEOPLE; ++i) people[i] = newAccount();
        for (uint256 i = 0; i < PEOPLE; ++i) pairFor(i);
    }

    function exclude(uint256 seed) external counted watched(seed) {
        _exclude(seed);
    }

    function lift(uint256 seed) external counted watched(seed) {
        (address account, uint32 number) = _inState(seed, seed & 1 == 0 ? _STANDS : _APPEALED);
        exclusions.liftExclusion(account, number);
        assert(!exclusions.isExcluded(account, _today() + 1) || merged[account]);
    }

    /// @dev By the account itself, or by its signature.
    function appeal(uint256 seed) external counted watched(seed) {
        (address account, uint32 number) = _inState(seed, _STANDS);
        _appeal(account, number, seed);
    }

    /// @dev In time, in the last second, or too late, which is refused.
    function decide(uint256 seed) external watched(seed) {
        (address account, uint32 number) = _inState(seed, _APPEALED);
        uint256 decideBy = _recordOf(account, number).decideBy;
        if (seed & 6 == 2) waitUntil(decideBy);
        if (seed & 6 == 4) waitUntil(decideBy + 1);
        try exclusions.decideAppeal(account, number, seed & 1 == 0) {
            assert(timeNow() <= decideBy);
            ++done[msg.sig];
        } catch (bytes memory problem) {
            assert(bytes4(problem) == IExclusions.Exclusions_NotStanding.selector);
            assert(seed & 6 != 0);
        }
    }

    function follow_(uint256 seed) external counted watched(seed) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (_follows(accounts[(i + (seed % accounts.length)) % accounts.length])) return;
        }
        address person = personAt(seed >> 8);
        waitToMove(person);
        waitUntil(timeNow() + (SPAN_DAYS + 1) * DAY_S);
        (bool made, ) = _tryToExclude(person, seed);
        assert(made);
        moveToNew(person, seed);
        assert(_follows(person));
    }

    /// @dev A part of a day, or some days.
    function wait_(uint256 seed) external counted watched(seed) {
        waitUntil(timeNow() + within(seed >> 8, 1, seed & 1 == 0 ? DAY_S : 12 * DAY_S));
    }

    /// @dev How many of the days [first, first + SPAN_DAYS) an account is excluded.
    function daysExcluded(address account, uint256 first) external view returns (uint256 count) {
        for (uint256 day = first; day < first + SPAN_DAYS; ++day) if (exclusions.isExcluded(account, day)) ++count;
    }

    /// @dev First days of exclusions of an account: no span has more excluded days than one that begins with one of them.
    function firstDaysOf(address account) external view returns (uint256[] memory days_) {
        Exclusion[] memory all = exclusions.exclusionsOf(account);
        days_ = new uint256[](all.length);
        for (uint256 i = 0; i < all.length; ++i) days_[i] = all[i].fromDay;
    }

    /// @dev The selectors of everything that parties do.
    function handlers() external pure returns (bytes4[] memory list) {
        bytes4[9] memory all = [
            this.exclude.selector,
            this.lift.selector,
            this.appeal.selector,
            this.decide.selector,
            this.follow_.selector,
            this.wait_.selector,
            this.moveBySignatures.selector,
            this.announceRecovery.selector,
            this.executeRecovery.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) list[i] = all[i];
    }

    /// @dev Somebody who has rested; if nobody has, all are left alone for so long that everybody has.
    function _exclude(uint256 seed) private returns (address account, uint32 number) {
        bool made = false;
        for (uint256 i = 0; !made && i <= PEOPLE; ++i) {
            if (i == PEOPLE) waitUntil(timeNow() + (SPAN_DAYS + 1) * DAY_S);
            account = personAt(i + (seed >> 8));
            (made, number) = _tryToExclude(account, seed);
        }
        assert(made);
    }

    /// @dev The one reason for which it may be refused is that the account has not rested.
    function _tryToExclude(address account, uint256 seed) private returns (bool, uint32) {
        uint32 untilDay = uint32(_today() + 1 + within(seed >> 16, 1, MOST_DAYS));
        bytes32 evidence = keccak256(abi.encode(exclusions.exclusionCount()));
        try exclusions.excludeAccount(account, uint8(1 + (seed % 5)), evidence, untilDay) returns (uint32 number) {
            return (true, number);
        } catch (bytes memory problem) {
            assert(bytes4(problem) == IExclusions.Exclusions_TooSoon.selector);
            return (false, 0);
        }
    }

    /// @dev An exclusion of somebody who has not moved that lasts beyond tomorrow, in a state.
    function _inState(uint256 seed, uint8 state) private returns (address account, uint32 number) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            account = personAt(i + (seed >> 8));
            Exclusion[] memory all = exclusions.exclusionsOf(account);
            for (uint256 k = all.length; k > 0; --k) {
                if (all[k - 1].state == state && _lasts(all[k - 1])) return (account, all[k - 1].number);
            }
        }
        (account, number) = _exclude(seed);
        if (state == _APPEALED) _appeal(account, number, seed);
    }

    function _lasts(Exclusion memory exclusion) private view returns (bool) {
        bool lapsed = exclusion.state == _APPEALED && timeNow() > exclusion.decideBy;
        return !lapsed && exclusion.untilDay > _today() + 1;
    }

    function _appeal(address account, uint32 number, uint256 seed) private {
        ExclusionAppeal memory given = ExclusionAppeal(account, number, bytes32(seed), uint40(timeNow()));
        if (seed & 64 == 0) {
            vm.prank(account);
            exclusions.appealExclusion(given);
        } else {
            ExclusionAppeal[] memory list = new ExclusionAppeal[](1);
            list[0] = given;
            bytes32 typehash = keccak256(
                "ExclusionAppeal(address account,uint32 exclusion,bytes32 statementHash,uint40 deadline)"
            );
            bytes memory signature = sign(account, address(exclusions), keccak256(abi.encode(typehash, given)));
            exclusions.appealExclusions(list, one(signature));
        }
        assert(_recordOf(account, number).state == _APPEALED);
    }

    function _recordOf(address account, uint32 number) private view returns (Exclusion memory) {
        Exclusion[] memory all = exclusions.exclusionsOf(account);
        for (uint256 i = 0; i < all.length; ++i) if (all[i].number == number) return all[i];
        revert("no such exclusion");
    }

    function _follows(address account) private returns (bool) {
        address to = moves.currentOf(account);
        uint256 before = exclusions.exclusionsOf(to).length;
        try exclusions.followMove(account) {
            uint256 added = exclusions.exclusionsOf(to).length - before;
            assert(added != 0);
            if (before != 0 || added > 1 || merged[account]) merged[to] = true;
            return true;
        } catch (bytes memory problem) {
            assert(bytes4(problem) == IExclusions.Exclusions_NothingToFollow.selector);
            return false;
        }
    }

    /// @dev What is said of a day that has come must be what was said of it before. Today is always looked at.
    function _look(uint256 seed) private {
        uint256 today = _today();
        for (uint256 i = 0; i < accounts.length; ++i) {
            for (uint256 k = 0; k < _LOOKS; ++k) {
                uint256 ago = k == 0 ? 0 : uint256(keccak256(abi.encode(seed, i, k))) % SPAN_DAYS;
                uint256 says = exclusions.isExcluded(accounts[i], today - ago) ? 2 : 1;
                uint256 said = _said[accounts[i]][today - ago];
                if (said == 0) _said[accounts[i]][today - ago] = says;
                else if (said != says) pastKept = false;
            }
        }
    }

    function _today() private view returns (uint256) {
        return (timeNow() - GENESIS) / DAY_S;
    }
}
