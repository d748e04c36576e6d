// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IStoneLedger} from "../../../../contracts/interfaces/IStoneLedger.sol";
import {Leaves} from "../../../../contracts/libraries/Leaves.sol";
import {StonesLeaf} from "../../../../contracts/types/Types.sol";
import {timeNow, waitUntil, within} from "../Vm.sol";
import {LeafTree} from "./LeafTree.sol";
import {MoveHandler} from "./MoveHandler.sol";

/// @dev Days are settled, by relayer or standby, taken back, and credited.
abstract contract DayHandler is MoveHandler {
    using LeafTree for bytes32[];

    /// @dev A seed whose day promises no more than its total; so does any that is a multiple of four more.
    uint256 private constant _HONEST = 1;
    /// @dev E of the first era, which is never left here.
    uint256 private constant _MOST_A_DAY = 72_000e9;

    /// @dev A day's leaves as they stand under its root, what the accounts had really earned, and what the ledger was told.
    struct Day {
        uint64[] stones;
        uint64[] earned;
        uint64 total;
        uint64 metres;
    }

    Day[] private _days;
    uint256 private _notBefore;
    mapping(uint256 day => uint256) private _vetoes;

    uint64 public largestUsedTotal;
    uint256 public highestIssued;
    /// @dev The largest leaf that was proven for each account.
    mapping(address account => uint64) public proven;
    /// @dev Accounts that have moved and that something reached since, because they stand in the middle of a long chain.
    mapping(address account => bool) public stranded;

    function settle(uint256 seed) external counted {
        _settle(seed, false);
    }

    /// @dev The relayer has been silent for a week.
    function settleAsStandby(uint256 seed) external counted {
        _settle(seed, true);
    }

    /// @dev Takes back the newest day, by guardian, overseer or relayer; the guardian's vetoes end after three.
    function takeBack(uint256 seed) external counted {
        _settle(seed >> 8, false);
        uint256 day = _days.length - 1;
        if (seed % 3 == 0 && _vetoes[day] < 3) {
            ledger.vetoDay(day);
            ++_vetoes[day];
        } else if (seed % 3 < 2) {
            ledger.vetoDayByOverseer(day);
        } else {
            ledger.withdrawDay(day);
        }
        if (seed % 3 != 2) _notBefore = timeNow() + 3_600;
        _days.pop();
    }

    /// @dev Credits one leaf of any creditable day. One that promised too much may be refused.
    function credit(uint256 seed) external {
        uint256 day = _creditableDay(seed);
        uint256 i = (seed >> 128) % _days[day].stones.length;
        StonesLeaf memory leaf = leafOf(day, i);
        try ledger.credit(day, leaf, proofOf(day, i)) {
            noteCredit(day, leaf);
            ++done[msg.sig];
        } catch (bytes memory problem) {
            requireAboveSettled(problem);
        }
    }

    /// @dev Credits a whole day by one multiproof; if leaves that promised too much stand in the way, a later day.
    function creditAll(uint256 seed) external counted {
        bool credited = _creditAll(_creditableDay(seed));
        while (!credited) credited = _creditNextDay();
    }

    function ledger_() external view returns (IStoneLedger) {
        return ledger;
    }

    /// @dev A day that is settled and creditable now; time moves if none is.
    function _creditableDay(uint256 seed) private returns (uint256 day) {
        if (_days.length == 0) _settle(seed >> 8, false);
        day = (seed >> 64) % _days.length;
        waitUntil(ledger.settlementOf(day).creditableAt);
    }

    /// @dev The newest creditable day: a settlement later.
    function newestCreditableDay(uint256 seed) internal returns (uint256 day) {
        _settle(_HONEST + 4 * (seed >> 2), false);
        day = _days.length - 1;
        waitUntil(ledger.settlementOf(day).creditableAt);
    }

    /// @dev Settles and credits honest days until a person has a price available. Leaves that promised too much delay it by some
    /// days: until the totals have caught up, others' credits are refused.
    function earn(uint256 price) internal returns (address person) {
        for (uint256 tries = 0; tries < 60; ++tries) {
            _creditNextDay();
            for (uint256 i = 0; i < PEOPLE; ++i) if (ledger.availableOf(people[i]) >= price) return people[i];
        }
        revert("nobody earns anything");
    }

    /// @dev What stands after a credit of a leaf that the ledger took.
    function noteCredit(uint256 day, StonesLeaf memory leaf) internal {
        if (_days[day].total > largestUsedTotal) largestUsedTotal = _days[day].total;
        highestIssued = ledger.issuedMined();
        if (leaf.stones <= proven[leaf.account]) return;
        worth[personOf(leaf.account)] += leaf.stones - proven[leaf.account];
        proven[leaf.account] = leaf.stones;
        noteArrival(leaf.account);
    }

    /// @dev Units came to an account; if it has moved, they went on as far as four pointers lead.
    function noteArrival(address account) internal {
        address landed = moves.currentOf(account);
        if (movedTo[landed] != address(0)) stranded[landed] = true;
    }

    function leafOf(uint256 day, uint256 i) internal view returns (StonesLeaf memory) {
        return StonesLeaf(uint40(i), accounts[i], _days[day].stones[i], 0, 0, 0, bytes32(day + 1));
    }

    function proofOf(uint256 day, uint256 i) internal view returns (bytes32[] memory) {
        return LeafTree.grow(_hashes(day)).proof(i);
    }

    function _settle(uint256 seed, bool standby) private {
        uint256 day = _days.length;
        waitUntil(_notBefore);
        waitUntil(GENESIS + (day + 1) * DAY_S + (standby ? 7 days : 0));
        ensureRunning(address(anchor));
        ensureRunning(address(ledger));
        if (standby) anchorAsStandby(day);
        else anchorThrough(day);
        _days.push(_nextDay(seed));
        bytes32 root = LeafTree.grow(_hashes(day)).root();
        uint40 count = uint40(accounts.length);
        (uint64 total, uint64 metres) = (_days[day].total, _days[day].metres);
        if (standby) ledger.settleDayAsStandby(day, root, root, count, total, 0, metres, 0);
        else ledger.settleDay(day, root, root, count, total, 0, metres, 0);
    }

    /// @dev Each person earns, and at times an account that has moved, by readings from before its move. Whoever was credited
    /// more than it earned costs the programme the difference, which the totals take up as fast as they may.
    function _nextDay(uint256 seed) private view returns (Day memory next) {
        uint256 count = accounts.length;
        (next.stones, next.earned) = (new uint64[](count), new uint64[](count));
        Day memory last;
        if (_days.length > 0) last = _days[_days.length - 1];
        uint256 owed = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint64 before = i < last.earned.length ? last.earned[i] : 0;
            next.earned[i] = before + _earnedBy(accounts[i], uint256(keccak256(abi.encode(seed, i))));
            next.stones[i] = next.earned[i];
            owed += Math.max(next.earned[i], proven[accounts[i]]);
        }
        next.total = uint64(Math.min(owed, last.total + _MOST_A_DAY));
        next.metres = last.metres + uint64(within(seed, 72_000, CAP_M));
        // On one day in four the leaves promise more than the total holds.
        if (seed % 4 == 0) next.stones[(seed >> 2) % count] += 40_000e9;
    }

    /// @dev Together at most 48,000 stones of people and one day in eight a little of each account that has moved.
    function _earnedBy(address account, uint256 seed) private view returns (uint64) {
        if (movedTo[account] != address(0)) return seed % 8 == 0 ? uint64(within(seed >> 8, 0, 500e9)) : 0;
        for (uint256 i = 0; i < PEOPLE; ++i) if (people[i] == account) return uint64(within(seed, 0, 12_000e9));
        return 0;
    }

    function _creditNextDay() private returns (bool) {
        return _creditAll(newestCreditableDay(_days.length));
    }

    function _creditAll(uint256 day) private returns (bool) {
        StonesLeaf[] memory leaves = new StonesLeaf[](_days[day].stones.length);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = leafOf(day, i);
        try ledger.creditMany(day, leaves, new bytes32[](0), LeafTree.allFlags(leaves.length)) {
            for (uint256 i = 0; i < leaves.length; ++i) noteCredit(day, leaves[i]);
            return true;
        } catch (bytes memory problem) {
            requireAboveSettled(problem);
            return false;
        }
    }

    /// @dev The one reason for which a good proof of a creditable day may be refused.
    function requireAboveSettled(bytes memory problem) internal pure {
        require(bytes4(problem) == IStoneLedger.StoneLedger_AboveSettled.selector, "refused for another reason");
    }

    function _hashes(uint256 day) private view returns (bytes32[] memory hashes) {
        hashes = new bytes32[](_days[day].stones.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            bytes memory encoded = abi.encode(Leaves.STONES, leafOf(day, i));
            hashes[i] = keccak256(bytes.concat(keccak256(encoded)));
        }
    }
}
