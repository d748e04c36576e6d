// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMineBox} from "../../../../contracts/interfaces/IMineBox.sol";
import {Prize, PrizeKind, SeasonTerms} from "../../../../contracts/types/Types.sol";
import {Vm, vm} from "../Vm.sol";
import {RandomTerms} from "./RandomTerms.sol";
import {SeasonHandler} from "./SeasonHandler.sol";

/// @dev Boxes are opened. What each one must win is worked out here from the protocol's text.
abstract contract OpeningHandler is SeasonHandler {
    struct Requested {
        uint24 season;
        uint40 drop;
        uint256 blockNumber;
        uint96 salt;
        uint8 count;
    }

    /// @dev The request that each account has open, count 0 when none.
    mapping(address account => Requested) internal requestOf;
    mapping(address account => uint256) public requestedBoxes;
    mapping(address account => uint256) public openedBoxes;
    mapping(address account => mapping(uint24 season => uint256)) private _missesInARow;

    mapping(address account => uint256) public crystalsWon;
    mapping(address account => uint256) public unitsWon;
    mapping(address account => mapping(uint32 item => uint256)) public vouchersWon;

    /// @dev Opens what anybody requested, if it is ready.
    function openBoxes(uint256 seed) external counted {
        address account = _openable(seed);
        while (account == address(0)) {
            if (_waitsForLink()) _revealNext();
            else requestAny(seed);
            account = _openable(seed);
        }
        open(account, seed);
    }

    /// @dev Makes an account's request ready, and opens it.
    function finishRequest(address account, uint256 seed) internal {
        while (!_isReady(account)) _revealNext();
        open(account, seed);
    }

    /// @dev By a stranger, who names the account twice and another one beside.
    function open(address account, uint256 seed) internal {
        address other = accounts[(seed >> 64) % accounts.length];
        address[] memory list = new address[](3);
        (list[0], list[1], list[2]) = (account, other, account);
        bytes32[] memory with = new bytes32[](3);
        // The account's own vehicle, that of somebody else, or none.
        if (seed & 96 != 0) with[0] = with[2] = _vehicleOf(seed & 64 == 0 ? account : personAt(seed));
        bool otherToo = other != account && requestOf[other].count != 0 && _isReady(other);
        vm.recordLogs();
        vm.prank(address(0xdead));
        box.openBoxes(list, with);
        assert(_noteLogs(vm.getRecordedLogs()) == (otherToo ? 2 : 1));
    }

    /// @dev The vehicle of who stands for the account.
    function _vehicleOf(address account) private returns (bytes32) {
        address person = personOf(account);
        return vehicleFor(person);
    }

    function _openable(uint256 seed) private view returns (address account) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            account = accounts[(i + (seed % accounts.length)) % accounts.length];
            if (requestOf[account].count != 0 && _isReady(account)) return account;
        }
        return address(0);
    }

    function _isReady(address account) private view returns (bool) {
        Requested storage request = requestOf[account];
        return firstSeedOf[request.blockNumber] != 0 || _isForced(request);
    }

    function _isForced(Requested storage request) private view returns (bool) {
        uint40 from = courses[request.season].forcedFrom;
        return from != 0 && from <= request.drop;
    }

    function _waitsForLink() private view returns (bool waits) {
        (uint24 season, ) = nextWaiting();
        return season != 0;
    }

    function _revealNext() private {
        (uint24 season, uint40 drop) = nextWaiting();
        reveal(season, drop);
    }

    /// @return count How many requests were opened.
    function _noteLogs(Vm.Log[] memory logs) private returns (uint256 count) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(box) || logs[i].topics[0] != IMineBox.BoxesOpened.selector) continue;
            ++count;
            (uint64 firstBox, uint8 boxes, bytes10 tiers) = abi.decode(logs[i].data, (uint64, uint8, bytes10));
            address account = address(uint160(uint256(logs[i].topics[1])));
            // Its next boxes, all that it requested, and each of them for the first time.
            assert(firstBox == openedBoxes[account]);
            assert(boxes != 0 && boxes == requestOf[account].count);
            _noteOpened(account, tiers);
            openedBoxes[account] += boxes;
            requestOf[account].count = 0;
        }
    }

    function _noteOpened(address account, bytes10 tiers) private {
        Requested storage request = requestOf[account];
        SeasonTerms memory terms = termsOf(request.season);
        for (uint256 k = 0; k < request.count; ++k) {
            uint8 tier = uint8(tiers[k]);
            assert(tier == _tierOf(account, request, terms, k));
            if (_isForced(request)) assert(tier == terms.guaranteedTier);
            uint256 misses = tier <= terms.guaranteedTier ? 0 : _missesInARow[account][request.season] + 1;
            assert(misses <= terms.guarantee);
            _missesInARow[account][request.season] = misses;
            _notePrize(account, request.season, terms.prizes[tier]);
        }
        courses[request.season].opened += request.count;
    }

    /// @dev What the account's k-th box of its request must win.
    function _tierOf(
        address account,
        Requested storage request,
        SeasonTerms memory terms,
        uint256 k
    ) private view returns (uint8 tier) {
        if (_isForced(request)) return terms.guaranteedTier;
        bytes32 seed = firstSeedOf[request.blockNumber];
        bytes32 outcome = keccak256(abi.encode(seed, request.salt, account, openedBoxes[account] + k));
        tier = RandomTerms.tierOf(terms, outcome);
        bool due = _missesInARow[account][request.season] == terms.guarantee;
        if (due && tier > terms.guaranteedTier) tier = terms.guaranteedTier;
    }

    function _notePrize(address account, uint24 season, Prize memory prize) private {
        if (prize.kind == PrizeKind.Stones) {
            unitsWon[account] += prize.amount;
            courses[season].unitsGiven += prize.amount;
        } else if (prize.kind == PrizeKind.Crystals) {
            crystalsWon[account] += prize.amount;
        } else if (prize.kind == PrizeKind.Voucher) {
            ++vouchersWon[account][prize.item];
            ++courses[season].vouchersGiven;
        }
    }
}
