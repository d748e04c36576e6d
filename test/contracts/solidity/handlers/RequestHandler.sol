// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BoxRequest, SeasonTerms} from "../../../../contracts/types/Types.sol";
import {one} from "../Signing.sol";
import {timeNow, vm, within} from "../Vm.sol";
import {OpeningHandler} from "./OpeningHandler.sol";
import {RandomTerms} from "./RandomTerms.sol";

/// @dev People request boxes, in a season that is made when none can take their request.
abstract contract RequestHandler is OpeningHandler {
    uint256 private constant _MAX_COUNT = 10;

    uint256 private _lastRequestAt;
    mapping(address account => uint256) public crystalsSpent;
    mapping(address account => mapping(uint24 season => uint256)) private _boxesIn;

    function request(uint256 seed) external counted {
        requestAny(seed);
    }

    /// @dev By everybody, some in one block and some a little later.
    function requestTogether(uint256 seed) external counted {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            requestAny((uint256(keccak256(abi.encode(seed, i))) / PEOPLE) * PEOPLE + i);
            passTo(timeNow() + ((seed >> i) % 2));
        }
    }

    function attestAdult(uint256 seed) external counted {
        _attest(personAt(seed), seed & 64 == 0);
    }

    /// @dev One person's next boxes, in a season that takes them.
    function requestAny(uint256 seed) internal override {
        address person = personAt(seed);
        if (requestOf[person].count != 0) finishRequest(person, seed);
        earnCrystals(person, _MAX_COUNT * RandomTerms.MAX_PRICE);
        if (!box.playOf(person).adult) _attest(person, true);
        uint24 season = _seasonFor(person, seed >> 8);
        // Each block has its second: those of one second are of one block.
        if (timeNow() != _lastRequestAt) vm.roll(vm.getBlockNumber() + 1);
        _lastRequestAt = timeNow();
        uint256 most = _mostBoxes(person, season);
        uint8 count = uint8(within(seed >> 16, 1, Math.min(most, _MAX_COUNT)));
        uint64 before = uint64(requestedBoxes[person]);
        _send(BoxRequest(person, season, before, count, uint96(seed >> 24), uint40(timeNow())), seed);
        _noteRequest(person, season, count, uint96(seed >> 24));
    }

    function _send(BoxRequest memory request_, uint256 seed) private {
        if (seed & 128 == 0) {
            vm.prank(request_.account);
            box.requestBoxes(request_);
            return;
        }
        bytes32 typehash = keccak256(
            "BoxRequest(address account,uint24 season,uint64 boxes,uint8 count,uint96 salt,uint40 deadline)"
        );
        BoxRequest[] memory list = new BoxRequest[](1);
        list[0] = request_;
        bytes32 structHash = keccak256(abi.encode(typehash, request_));
        box.requestBoxesOf(list, one(sign(request_.account, address(box), structHash)));
    }

    function _noteRequest(address account, uint24 season, uint8 count, uint96 salt) private {
        assert(box.playOf(account).pending == count);
        (uint40 drop, uint256 blockNumber) = (dropNow(), vm.getBlockNumber());
        requestOf[account] = Requested(season, drop, blockNumber, salt, count);
        requestedBoxes[account] += count;
        crystalsSpent[account] += count * termsOf(season).price;
        _boxesIn[account][season] += count;
        noteBlock(season, drop, blockNumber);
        courses[season].requested += count;
    }

    /// @dev The season that runs, if it can take a request of the account; else the next one, from its first drop on.
    function _seasonFor(address account, uint256 seed) private returns (uint24 season) {
        season = box.seasonCount();
        if (season > 1 && isWaiting(season)) --season;
        for (uint256 i = 0; season == 0 || _mostBoxes(account, season) == 0; ++i) {
            uint24 last = box.seasonCount();
            if (!isWaiting(last)) require(openNext(uint256(keccak256(abi.encode(seed, i))) | 7), "not opened");
            season = box.seasonCount();
            passTo(startOf(courses[season].firstDrop));
        }
    }

    /// @dev How many boxes the account could request in a season now, by what the protocol says.
    function _mostBoxes(address account, uint24 season) private view returns (uint256 most) {
        Course storage course = courses[season];
        uint40 drop = dropNow();
        bool runs = course.firstDrop <= drop && drop < course.endDrop && course.forcedFrom == 0;
        SeasonTerms memory terms = termsOf(season);
        uint256 drops = course.drops.length;
        bool linked = drops < terms.links || (drops != 0 && course.drops[drops - 1] == drop);
        if (!runs || !linked) return 0;
        most = terms.maxBoxes - _boxesIn[account][season];
        uint256 pending = course.requested - course.opened;
        (uint64 units, bool voucher) = RandomTerms.worstOf(terms);
        if (units != 0) most = Math.min(most, (terms.budget - course.unitsGiven) / units - pending);
        if (voucher) most = Math.min(most, terms.vouchers - course.vouchersGiven - pending);
    }

    function _attest(address account, bool adult) private {
        address[] memory list = new address[](1);
        list[0] = account;
        ensureRunning(address(box));
        box.attestAdults(list, adult);
        assert(box.playOf(account).adult == adult);
    }
}
