// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Invariants} from "./Invariants.sol";
import {ConsentHandler} from "./handlers/ConsentHandler.sol";

/// @dev What the registry says about the past is what was granted, and it never says anything else later.
contract ConsentsTest is Invariants {
    ConsentHandler private _consents;

    function setUp() external {
        _consents = new ConsentHandler();
        target(address(_consents), _consents.handlers());
    }

    function invariant_whenAnythingHappened_thePastStands() external view {
        checkAll();
    }

    function checkAll() internal view override {
        assert(_consents.isPastTrue());
        assert(_consents.isPastKept());
    }
}
