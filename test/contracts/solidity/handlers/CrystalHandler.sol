// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMineBox} from "../../../../contracts/interfaces/IMineBox.sol";
import {Leaves} from "../../../../contracts/libraries/Leaves.sol";
import {StonesLeaf} from "../../../../contracts/types/Types.sol";
import {within} from "../Vm.sol";
import {LeafTree} from "./LeafTree.sol";
import {MoveHandler} from "./MoveHandler.sol";

/// @dev Days whose leaves hold crystals are settled and credited.
abstract contract CrystalHandler is MoveHandler {
    using LeafTree for bytes32[];

    /// @dev A seed whose day promises no more than its total.
    uint256 private constant _HONEST = 1;
    uint256 private constant _LEAST_A_DAY = 200;
    uint256 private constant _MOST_A_DAY = 1_000;

    struct Day {
        uint64[] crystals;
        uint64 total;
    }

    Day[] private _days;
    mapping(address account => uint64) private _earned;
    /// @dev The largest leaf that was proven for each account.
    mapping(address account => uint64) public provenCrystals;
    uint64 public largestUsedTotal;

    /// @dev Credits one leaf of any day. One that promised too much may be refused.
    function creditCrystals(uint256 seed) external {
        if (_days.length == 0) _settle(seed >> 8);
        uint256 day = (seed >> 64) % _days.length;
        if (_credit(day, (seed >> 128) % _days[day].crystals.length)) ++done[msg.sig];
    }

    /// @dev Credits a whole day by one multiproof; one whose leaves promised too much may be refused.
    function creditCrystalsMany(uint256 seed) external {
        _settle(seed);
        uint256 day = _days.length - 1;
        StonesLeaf[] memory leaves = new StonesLeaf[](_days[day].crystals.length);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = _leafOf(day, i);
        passTo(ledger.settlementOf(day).creditableAt);
        try box.creditCrystalsMany(day, leaves, new bytes32[](0), LeafTree.allFlags(leaves.length)) {
            for (uint256 i = 0; i < leaves.length; ++i) _noteCredit(day, leaves[i]);
            ++done[msg.sig];
        } catch (bytes memory problem) {
            _requireAboveSettled(problem);
        }
    }

    /// @dev Lets time pass, while the operator does its duty.
    function passTo(uint256 time) internal virtual;

    /// @dev Settles and credits honest days until an account has so many crystals.
    function earnCrystals(address account, uint256 crystals) internal {
        while (box.playOf(account).crystals < crystals) {
            _settle(_HONEST + 4 * _days.length);
            require(_credit(_days.length - 1, indexOf(account)), "an honest day is refused");
        }
    }

    function _settle(uint256 seed) private {
        uint256 day = _days.length;
        passTo(GENESIS + (day + 1) * DAY_S);
        anchorThrough(day);
        _days.push(_nextDay(seed));
        bytes32 root = LeafTree.grow(_hashes(day)).root();
        ledger.settleDay(day, root, root, uint40(accounts.length), 0, _days[day].total, 0, 0);
    }

    /// @dev Everybody earns, accounts that have moved by readings from before their move. Whoever was credited more than it
    /// earned costs the programme the difference.
    function _nextDay(uint256 seed) private returns (Day memory next) {
        uint256 count = accounts.length;
        next.crystals = new uint64[](count);
        for (uint256 i = 0; i < count; ++i) {
            address account = accounts[i];
            _earned[account] += uint64(within(uint256(keccak256(abi.encode(seed, i))), _LEAST_A_DAY, _MOST_A_DAY));
            next.crystals[i] = _earned[account];
            next.total += uint64(Math.max(_earned[account], provenCrystals[account]));
        }
        // On one day in four the leaves promise more than the total holds.
        if (seed % 4 == 0) next.crystals[(seed >> 2) % count] += uint64(within(seed >> 8, 1, 4 * _MOST_A_DAY));
    }

    function _credit(uint256 day, uint256 i) private returns (bool) {
        StonesLeaf memory leaf = _leafOf(day, i);
        bytes32[] memory proof = LeafTree.grow(_hashes(day)).proof(i);
        passTo(ledger.settlementOf(day).creditableAt);
        try box.creditCrystals(day, leaf, proof) {
            _noteCredit(day, leaf);
            return true;
        } catch (bytes memory problem) {
            _requireAboveSettled(problem);
            return false;
        }
    }

    function _noteCredit(uint256 day, StonesLeaf memory leaf) private {
        if (_days[day].total > largestUsedTotal) largestUsedTotal = _days[day].total;
        if (leaf.crystals > provenCrystals[leaf.account]) provenCrystals[leaf.account] = leaf.crystals;
    }

    /// @dev The one reason for which a good proof of a creditable day may be refused.
    function _requireAboveSettled(bytes memory problem) private pure {
        require(bytes4(problem) == IMineBox.MineBox_AboveSettled.selector, "refused for another reason");
    }

    function _leafOf(uint256 day, uint256 i) private view returns (StonesLeaf memory) {
        return StonesLeaf(uint40(i), accounts[i], 0, _days[day].crystals[i], 0, 0, bytes32(day + 1));
    }

    function _hashes(uint256 day) private view returns (bytes32[] memory hashes) {
        hashes = new bytes32[](_days[day].crystals.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            bytes memory encoded = abi.encode(Leaves.STONES, _leafOf(day, i));
            hashes[i] = keccak256(bytes.concat(keccak256(encoded)));
        }
    }
}
