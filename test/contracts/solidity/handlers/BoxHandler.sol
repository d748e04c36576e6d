// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMineBox} from "../../../../contracts/interfaces/IMineBox.sol";
import {IPausable} from "../../../../contracts/interfaces/IPausable.sol";
import {IRedemptionDesk} from "../../../../contracts/interfaces/IRedemptionDesk.sol";
import {IStoneLedger} from "../../../../contracts/interfaces/IStoneLedger.sol";
import {Item, RuleSet} from "../../../../contracts/types/Types.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {RandomTerms} from "./RandomTerms.sol";
import {RequestHandler} from "./RequestHandler.sol";

/// @dev Does to the mine box whatever parties can do to it, in any order. A handler that lacks what it needs (a season, crystals)
/// first makes it, so that every call does what its name says.
contract BoxHandler is RequestHandler {
    uint64 private constant _ITEM_PRICE = 1e9;

    uint256 private _pausableFrom;

    constructor() {
        RuleSet memory ruleSet = testRules();
        ruleSet.maxCrystalsPerDay = 1_000_000;
        deployProgramme(ruleSet);
        for (uint32 item = 1; item <= RandomTerms.ITEMS; ++item) {
            catalogue.listItem(Item(bytes32(uint256(item)), _ITEM_PRICE, 0, 0, 1, 3_600, 0, 0, 0));
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            people[i] = newAccount();
            pairFor(i);
        }
        waitUntil(GENESIS);
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
        bytes4[17] memory all = [
            this.creditCrystals.selector,
            this.creditCrystalsMany.selector,
            this.openSeason.selector,
            this.vetoSeason.selector,
            this.closeSeason.selector,
            this.request.selector,
            this.requestTogether.selector,
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
