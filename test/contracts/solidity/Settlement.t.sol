// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {RuleSet} from "../../../contracts/types/Types.sol";
import {Programme} from "./Programme.sol";
import {within} from "./Vm.sol";

/// @dev Days with any totals: the ledger takes those that the protocol allows, and no others.
contract SettlementTest is Programme {
    uint256 private constant _DAYS = 6;
    uint256 private constant _E = 144 * 500e9;

    struct Totals {
        uint256 metres;
        uint256 stones;
        uint256 crystals;
        uint256 accounts;
    }

    /// @dev By day + 1, so that what was before day 0 is all zero.
    Totals[] private _totals;
    uint256[] private _capSums;
    RuleSet private _ruleSet;

    function _begin(uint256 seed) private {
        RuleSet memory ruleSet = testRules();
        ruleSet.windowDays = uint16(within(seed >> 8, 1, 4));
        ruleSet.maxUnitsPerMetre = uint64(within(seed >> 16, 1, 2) == 1 ? within(seed >> 24, 1, 1_000) : 1e12);
        ruleSet.readingMaxAgeS = uint32(within(seed >> 32, 1, 4 * DAY_S));
        ruleSet.maxCrystalsPerDay = uint32(within(seed >> 40, 0, 50));
        _ruleSet = ruleSet;
        deployProgramme(ruleSet);
        uint256 count = within(seed, 0, 3);
        for (uint256 i = 0; i < count; ++i) pairNew(keccak256(abi.encode(i)), address(uint160(0x1000 + i)));
        // One of them goes on the first day, so that what could be driven later becomes less.
        anchorThrough(0);
        if (count == 3) release(keccak256(abi.encode(uint256(2))), address(uint160(0x1002)));
        _totals.push(Totals(0, 0, 0, 0));
        _capSums.push(0);
    }

    /// @dev What was `back` days before the day that comes next; 0 before day 0.
    function _at(uint256 back) private view returns (uint256 entry) {
        return _totals.length > back ? _totals.length - back : 0;
    }

    /// @dev The most that the next day's totals may be, by the text of the protocol (7.1, 7.3).
    function _most(uint256 metres) private view returns (Totals memory most, uint256 capSum) {
        Totals memory last = _totals[_totals.length - 1];
        uint256 day = _totals.length - 1;
        capSum = _capSums[day] + CAP_M * vehicles.pairedOn(day);
        uint256 ageDays = uint256(_ruleSet.readingMaxAgeS) / DAY_S + 1;
        most.metres = last.metres + capSum - _capSums[_at(1 + ageDays)];
        uint256 before = _totals[_at(_ruleSet.windowDays)].metres;
        uint256 window = metres > before ? metres - before : 0;
        most.stones = last.stones + Math.min(_E, window * _ruleSet.maxUnitsPerMetre);
        most.crystals = last.crystals + _ruleSet.maxCrystalsPerDay;
        most.accounts = type(uint40).max;
    }

    /// @dev Mostly a number at an edge of [least, most], often one beside it.
    function _near(uint256 seed, uint256 least, uint256 most) private pure returns (uint256) {
        uint256 choice = seed % 8;
        if (choice == 0) return most + 1;
        if (choice == 1 && least > 0) return least - 1;
        if (choice < 4) return most;
        if (choice == 4) return least;
        return within(seed >> 8, least, most);
    }

    function _inside(uint256 number, uint256 least, uint256 most) private pure returns (bool) {
        return least <= number && number <= most;
    }

    function testFuzz_givenAnyTotals_onlyThoseOfTheProtocolAreSettled(uint256 seed) external {
        _begin(seed);
        for (uint256 round = 0; round < 3 * _DAYS && _totals.length <= _DAYS; ++round) {
            seed = uint256(keccak256(abi.encode(seed)));
            Totals memory last = _totals[_totals.length - 1];
            (Totals memory most, uint256 capSum) = _most(0);
            Totals memory next;
            next.metres = _near(seed, last.metres, most.metres);
            (most, ) = _most(next.metres);
            next.stones = _near(seed >> 32, last.stones, most.stones);
            next.crystals = _near(seed >> 64, last.crystals, most.crystals);
            next.accounts = within(seed >> 96, 0, 3) == 0 && last.accounts > 0 ? last.accounts - 1 : last.accounts + 1;
            bool allowed =
                _inside(next.metres, last.metres, most.metres) &&
                    _inside(next.stones, last.stones, most.stones) &&
                    _inside(next.crystals, last.crystals, most.crystals) &&
                    next.accounts >= last.accounts;
            assert(_settle(next) == allowed);
            if (!allowed) continue;
            assert(ledger.settlementOf(_totals.length - 1).capSum == capSum);
            _totals.push(next);
            _capSums.push(capSum);
        }
        _settleAtTheEdge();
    }

    /// @dev However the days before went: a unit more is refused, the most itself is taken.
    function _settleAtTheEdge() private {
        (Totals memory most, ) = _most(0);
        (most, ) = _most(most.metres);
        most.accounts = _totals[_totals.length - 1].accounts;
        assert(!_settle(Totals(most.metres + 1, most.stones, most.crystals, most.accounts)));
        assert(!_settle(Totals(most.metres, most.stones + 1, most.crystals, most.accounts)));
        assert(!_settle(Totals(most.metres, most.stones, most.crystals + 1, most.accounts)));
        assert(_settle(most));
    }

    /// @return Whether the ledger took it; if not, it says that a total is out of bounds.
    function _settle(Totals memory next) private returns (bool) {
        uint256 day = _totals.length - 1;
        anchorThrough(day);
        try
            ledger.settleDay(
                day,
                keccak256("stones"),
                keccak256("metres"),
                uint40(next.accounts),
                uint64(next.stones),
                uint64(next.crystals),
                uint64(next.metres),
                0
            )
        {
            return true;
        } catch (bytes memory problem) {
            assert(bytes4(problem) == IStoneLedger.StoneLedger_TotalOutOfBounds.selector);
            return false;
        }
    }

    /// @dev Shares by floor never pass the pot, and leave less than one unit per account.
    function testFuzz_givenAnyMetres_sharesFillThePotUpToAUnitEach(uint256 seed, uint256 pot) external pure {
        pot = within(pot, 0, _E);
        uint256 count = within(seed, 1, 12);
        uint256[] memory metres = new uint256[](count);
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            metres[i] = within(uint256(keccak256(abi.encode(seed, i))), 0, 6_000_000);
            sum += metres[i];
        }
        if (sum == 0) return;
        uint256 paid = 0;
        for (uint256 i = 0; i < count; ++i) paid += (pot * metres[i]) / sum;
        assert(paid <= pot);
        assert(paid + count > pot);
    }
}
