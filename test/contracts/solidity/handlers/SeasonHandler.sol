// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMineBox} from "../../../../contracts/interfaces/IMineBox.sol";
import {SeasonTerms} from "../../../../contracts/types/Types.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {CrystalHandler} from "./CrystalHandler.sol";
import {RandomTerms} from "./RandomTerms.sol";

/// @dev The mine box's seasons are fixed, taken back, and closed; drops are revealed in time, or too late.
abstract contract SeasonHandler is CrystalHandler {
    uint256 internal constant DROP_S = 600;
    uint256 private constant _WINDOW_S = 3_600;
    uint256 private constant _REVEAL_WITHIN_S = 3_600;
    uint256 private constant _REVEAL_WITHIN_BLOCKS = 8_000;
    /// @dev Of the blocks before these the chain tells no hash.
    uint256 private constant _HASHES = 256;
    uint256 private constant _POOL = 90_000_000e9;

    /// @dev A season as it was fixed, which its seed and first drop say, and what became of it.
    struct Course {
        uint256 seed;
        uint40 firstDrop;
        uint40 endDrop;
        uint40 forcedFrom;
        bool closed;
        uint32 revealed;
        uint32 requested;
        uint32 opened;
        uint64 unitsGiven;
        uint32 vouchersGiven;
        /// Those with requests.
        uint40[] drops;
    }

    mapping(uint24 season => Course) internal courses;
    /// @dev The blocks with requests, of a drop.
    mapping(uint256 drop => uint256[]) internal blocksOf;
    /// @dev Blocks whose seed is known, and the seed.
    uint256[] public seeded;
    mapping(uint256 blockNumber => bytes32) public firstSeedOf;

    function openSeason(uint256 seed) external {
        uint24 last = box.seasonCount();
        if (isWaiting(last)) passTo(startOf(courses[last].firstDrop));
        if (openNext(seed)) ++done[msg.sig];
    }

    function vetoSeason(uint256 seed) external counted {
        if (!isWaiting(box.seasonCount())) require(openNext(seed | 7), "not opened");
        uint24 season = box.seasonCount();
        box.vetoSeason(season);
        courses[season].closed = true;
        courses[season].endDrop = courses[season].firstDrop;
    }

    function revealDrop(uint256 seed) external counted {
        (uint24 season, uint40 drop) = nextWaiting();
        while (season == 0 || !reveal(season, drop)) {
            requestAny(seed);
            (season, drop) = nextWaiting();
        }
    }

    /// @dev The operator is silent for too long, in time or in blocks.
    function forceSeason(uint256 seed) external counted {
        (uint24 season, uint40 drop) = nextWaiting();
        if (season == 0) {
            requestAny(seed);
            (season, drop) = nextWaiting();
        }
        if (seed & 1 == 0) waitUntil(_deadlineOf(drop) + 1);
        else vm.roll(blocksOf[drop][0] + _REVEAL_WITHIN_BLOCKS + 1);
        _force(season, drop);
    }

    function courseOf(uint24 season) external view returns (Course memory) {
        return courses[season];
    }

    function termsOf(uint24 season) public view returns (SeasonTerms memory) {
        return RandomTerms.termsOf(courses[season].seed, courses[season].firstDrop);
    }

    function seededCount() external view returns (uint256) {
        return seeded.length;
    }

    /// @dev Someone requests boxes, in whatever season.
    function requestAny(uint256 seed) internal virtual;

    function startOf(uint256 drop) internal pure returns (uint256) {
        return GENESIS + drop * DROP_S;
    }

    function dropNow() internal view returns (uint40) {
        return uint40((timeNow() - GENESIS) / DROP_S);
    }

    function isWaiting(uint24 season) internal view returns (bool) {
        Course storage course = courses[season];
        return course.firstDrop < course.endDrop && timeNow() < startOf(course.firstDrop);
    }

    /// @dev The earliest drop of any season that waits for its link; season 0 when none does.
    function nextWaiting() internal view returns (uint24 season, uint40 drop) {
        for (uint24 i = box.seasonCount(); i > 0; --i) {
            Course storage course = courses[i];
            bool waits = course.forcedFrom == 0 && course.revealed < course.drops.length;
            if (waits) (season, drop) = (i, course.drops[course.revealed]);
        }
    }

    /// @dev What would be late by then is revealed before.
    function passTo(uint256 time) internal override {
        (uint24 season, uint40 drop) = nextWaiting();
        while (season != 0 && _deadlineOf(drop) < time) {
            reveal(season, drop);
            (season, drop) = nextWaiting();
        }
        waitUntil(time);
    }

    function noteBlock(uint24 season, uint40 drop, uint256 blockNumber) internal {
        uint256[] storage blocks = blocksOf[drop];
        if (blocks.length == 0) courses[season].drops.push(drop);
        if (blocks.length == 0 || blocks[blocks.length - 1] != blockNumber) blocks.push(blockNumber);
    }

    /// @return Whether the pool was large enough.
    function openNext(uint256 seed) internal returns (bool) {
        uint40 earliest = dropNow() + uint40(_WINDOW_S / DROP_S) + 1;
        for (uint24 i = box.seasonCount(); i > 0; --i) {
            Course storage course = courses[i];
            bool wasVetoed = course.firstDrop == course.endDrop;
            if (!wasVetoed && course.endDrop > earliest) earliest = course.endDrop;
        }
        uint40 firstDrop = earliest + uint40(within(seed >> 88, 0, 3));
        SeasonTerms memory terms = RandomTerms.termsOf(seed, firstDrop);
        ensureRunning(address(box));
        try box.openSeason(terms) returns (uint24 season) {
            (courses[season].seed, courses[season].firstDrop) = (seed, firstDrop);
            courses[season].endDrop = terms.endDrop;
            return true;
        } catch (bytes memory problem) {
            require(bytes4(problem) == IMineBox.MineBox_PoolExceeded.selector, "refused for another reason");
            assert(box.promised() + terms.budget > _POOL);
            return false;
        }
    }

    /// @dev Makes the boxes of a drop ready to be opened: by its link, or by force when that comes too late.
    /// @return Whether it was by the link.
    function reveal(uint24 season, uint40 drop) internal returns (bool) {
        uint256[] storage blocks = blocksOf[drop];
        waitUntil(startOf(drop + 1));
        uint256 ready = blocks[blocks.length - 1] + 2;
        if (vm.getBlockNumber() < ready) vm.roll(ready);
        if (vm.getBlockNumber() > blocks[0] + _HASHES) waitUntil(_deadlineOf(drop) + 1);
        if (_isLate(drop)) {
            _force(season, drop);
            return false;
        }
        Course storage course = courses[season];
        bytes32 link = RandomTerms.linkOf(course.seed, termsOf(season).links, course.revealed++);
        box.revealDrop(season, drop, link);
        for (uint256 i = 0; i < blocks.length; ++i) {
            firstSeedOf[blocks[i]] = keccak256(abi.encode(link, blockhash(blocks[i] + 1)));
            seeded.push(blocks[i]);
        }
        return true;
    }

    function _force(uint24 season, uint40 drop) private {
        vm.prank(address(0xdead));
        box.forceSeason(season);
        courses[season].forcedFrom = drop;
        if (dropNow() + 1 < courses[season].endDrop) courses[season].endDrop = dropNow() + 1;
    }

    function _isLate(uint40 drop) private view returns (bool) {
        return timeNow() > _deadlineOf(drop) || vm.getBlockNumber() > blocksOf[drop][0] + _REVEAL_WITHIN_BLOCKS;
    }

    function _deadlineOf(uint40 drop) private pure returns (uint256) {
        return startOf(drop + 1) + _REVEAL_WITHIN_S;
    }
}
