// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IPausable} from "../../../../contracts/interfaces/IPausable.sol";
import {RuleSet} from "../../../../contracts/types/Types.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {ItemHandler} from "./ItemHandler.sol";

/// @dev Does to a programme whatever parties can do to it, in any order, and keeps a small model beside. A handler that lacks
/// what it needs (a creditable day, an order) first makes it, so that every call does what its name says.
contract Handler is ItemHandler {
    address[] private _parts;
    mapping(address part => uint256) private _pausableFrom;

    constructor() {
        RuleSet memory ruleSet = testRules();
        ruleSet.maxUnitsPerMetre = 1e9;
        deployProgramme(ruleSet);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            people[i] = newAccount();
            pairFor(i);
        }
        listItems();
        _parts = [
            address(anchor),
            address(ledger),
            address(desk),
            address(catalogue),
            address(vehicles),
            address(moves)
        ];
    }

    /// @dev One contract's duties rest for a week; never twice in four.
    function pause(uint256 seed) external counted {
        _pause(_parts[seed % _parts.length]);
    }

    function resume(uint256 seed) external counted {
        address part = _parts[seed % _parts.length];
        if (timeNow() >= IPausable(part).pausedUntil()) _pause(part);
        IPausable(part).resume();
        assert(IPausable(part).pausedUntil() <= timeNow());
    }

    function wait_(uint256 seed) external counted {
        vm.warp(timeNow() + within(seed, 1, 5_000));
    }

    /// @dev The selectors of everything that parties do.
    function handlers() external pure returns (bytes4[] memory list) {
        bytes4[39] memory all = [
            this.settle.selector,
            this.settleAsStandby.selector,
            this.takeBack.selector,
            this.credit.selector,
            this.creditAll.selector,
            this.issuePrize.selector,
            this.flowOn.selector,
            this.announceSuccessor.selector,
            this.migrate.selector,
            this.place.selector,
            this.creditAndPlace.selector,
            this.fulfil.selector,
            this.accept.selector,
            this.object.selector,
            this.decide.selector,
            this.cancel.selector,
            this.endLate.selector,
            this.grantVouchers.selector,
            this.placeByVoucher.selector,
            this.followVouchers.selector,
            this.changeItem.selector,
            this.announceItemChange.selector,
            this.withdrawItemChange.selector,
            this.applyItemChange.selector,
            this.changeVehicle.selector,
            this.requestRelease.selector,
            this.executeRelease.selector,
            this.contestRelease.selector,
            this.decideRelease.selector,
            this.moveBySignatures.selector,
            this.moveFar.selector,
            this.announceRecovery.selector,
            this.cancelRecovery.selector,
            this.executeRecovery.selector,
            this.shortenForward.selector,
            this.followVehicle.selector,
            this.pause.selector,
            this.resume.selector,
            this.wait_.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) list[i] = all[i];
    }

    function _pause(address part) private {
        waitUntil(_pausableFrom[part]);
        IPausable(part).pause();
        assert(IPausable(part).pausedUntil() == timeNow() + 7 days);
        _pausableFrom[part] = timeNow() + 28 days;
    }
}
