// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMineBox} from "../../../../contracts/interfaces/IMineBox.sol";
import {IPausable} from "../../../../contracts/interfaces/IPausable.sol";
import {IRedemptionDesk} from "../../../../contracts/interfaces/IRedemptionDesk.sol";
import {IStoneLedger} from "../../../../contracts/interfaces/IStoneLedger.sol";
import {BoxPlay, BoxRequest, Item, RuleSet, Season, SeasonTerms} from "../../../../contracts/types/Types.sol";
import {one} from "../Signing.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {OpeningHandler} from "./OpeningHandler.sol";
import {RandomTerms} from "./RandomTerms.sol";

/// @dev Does to the mine box whatever parties can do to it, in any order. A handler that lacks what it needs (a season, crystals)
/// first makes it, so that every call does what its name says.
contract BoxHandler is OpeningHandler {
    uint256 private constant _MAX_COUNT = 10;
    uint256 private constant _ITEM_PRICE = 1e9;

    uint256 private _lastRequestAt;
    uint256 private _pausableFrom;
    mapping(address account => uint256) public crystalsSpent;
    mapping(address account => mapping(uint24 season => uint256)) private _boxesIn;

    constructor() {
        RuleSet memory ruleSet = testRules();
        ruleSet.maxCrystalsPerDay = 1_000_000;
        deployProgramme(ruleSet);
        for (uint32 item = 1; item <= RandomTerms.ITEMS; ++item) {
            catalogue.listItem(Item(bytes32(uint256(item)), uint64(_ITEM_PRICE), 0, 0, 1, 3_600, 0, 0, 0));
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            people[i] = newAccount();
            pairFor(i);
        }
        waitUntil(GENESIS);
    }

    function request(uint256 seed) external counted {
        requestAny(seed);
    }

    /// @dev Stones that waited for a vehicle. None do unless somebody wins some.
    function claimPrize(uint256 seed) external {
        address account = personAt(seed);
        if (box.claimableOf(account) == 0) {
            requestAny(seed);
            finishRequest(account, seed & ~uint256(96));
        }
        uint256 units = box.claimableOf(account);
        if (units == 0) return;
        bytes32 vehicle = vehicleFor(account);
        uint256 before = ledger.balanceOf(account);
        box.claimPrize(account, vehicle);
        assert(ledger.balanceOf(account) == before + units);
        assert(box.claimableOf(account) == 0);
        ++done[msg.sig];
    }

    function attestAdult(uint256 seed) external counted {
        _attest(personAt(seed), seed & 64 == 0);
    }

    /// @dev An account moves, often with boxes that are not opened.
    function moveAway(uint256 seed) external counted {
        passTo(timeNow() + (seed & 64 == 0 ? 365 days : 0));
        moveToNew(personAt(seed), seed);
    }

    function followMove(uint256 seed) external counted {
        address account = _leftBehind(seed);
        if (account == address(0)) {
            account = personAt(seed);
            earnCrystals(account, 1);
            moveToNew(account, seed);
        }
        box.followMove(account);
        assert(box.playOf(account).crystals == 0 && box.claimableOf(account) == 0);
    }

    /// @dev Frees what a season did not give, once it is over and its boxes are opened.
    function closeSeason(uint256 seed) external counted {
        uint24 season = _oldestOpen();
        if (season == 0) {
            requestAny(seed);
            season = _oldestOpen();
        }
        passTo(startOf(courses[season].endDrop));
        for (uint256 i = 0; i < accounts.length; ++i) {
            bool pending = requestOf[accounts[i]].count != 0 && requestOf[accounts[i]].season == season;
            if (pending) finishRequest(accounts[i], seed);
        }
        vm.prank(address(0xdead));
        box.closeSeason(season);
        courses[season].closed = true;
    }

    function pause() external counted {
        passTo(_pausableFrom);
        IPausable(address(box)).pause();
        _pausableFrom = timeNow() + 28 days;
    }

    function wait_(uint256 seed) external counted {
        passTo(timeNow() + within(seed, 1, 5_000));
    }

    function handlers() external pure returns (bytes4[] memory list) {
        bytes4[16] memory all = [
            this.creditCrystals.selector,
            this.creditCrystalsMany.selector,
            this.openSeason.selector,
            this.vetoSeason.selector,
            this.closeSeason.selector,
            this.request.selector,
            this.revealDrop.selector,
            this.forceSeason.selector,
            this.openBoxes.selector,
            this.claimPrize.selector,
            this.attestAdult.selector,
            this.moveAway.selector,
            this.followMove.selector,
            this.executeRecovery.selector,
            this.pause.selector,
            this.wait_.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) list[i] = all[i];
    }

    function parts() external view returns (IMineBox, IStoneLedger, IRedemptionDesk) {
        return (box, ledger, desk);
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

    function _leftBehind(uint256 seed) private view returns (address account) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            account = accounts[(i + (seed % accounts.length)) % accounts.length];
            if (movedTo[account] == address(0)) continue;
            if (box.playOf(account).crystals != 0 || box.claimableOf(account) != 0) return account;
        }
        return address(0);
    }

    /// @dev The oldest season that has begun and is not closed, 0 when there is none.
    function _oldestOpen() private view returns (uint24 season) {
        for (season = 1; season <= box.seasonCount(); ++season) {
            if (!courses[season].closed && !isWaiting(season)) return season;
        }
        return 0;
    }
}
