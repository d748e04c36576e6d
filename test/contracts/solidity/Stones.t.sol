// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {Pairing, StoneAccount} from "../../../contracts/types/Types.sol";
import {Handler} from "./Handler.sol";

/// @dev What holds after any calls of any parties. Each run ends with every handler carried out at least once more.
contract StonesTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant _HANDLERS = 13;

    Handler private _handler;
    IStoneLedger private _ledger;

    function setUp() external {
        _handler = new Handler();
        _ledger = _handler.ledger_();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0].addr = address(_handler);
        targets[0].selectors = new bytes4[](_HANDLERS);
        for (uint256 i = 0; i < _HANDLERS; ++i) (targets[0].selectors[i], ) = _handlerAt(i);
    }

    /// @dev Σ balances = supply, and Σ mined = what was issued.
    function invariant_whenAnythingHappened_balancesAddUpToTheSupply() public view {
        uint256 balances = 0;
        uint256 mined = 0;
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) {
            balances += _ledger.balanceOf(_handler.accounts(i));
            mined += _ledger.stonesOf(_handler.accounts(i)).mined;
        }
        assert(balances == _ledger.totalSupply());
        assert(mined == _ledger.issuedMined());
    }

    /// @dev issuedMined ≤ the largest total of any day used by a credit ≤ what all settled days emitted.
    function invariant_whenAnythingHappened_issuedStaysBelowWhatWasSettledAndEmitted() public view {
        assert(_ledger.issuedMined() <= _handler.largestUsedTotal());
        // A day used by a credit is creditable, so it can no longer be taken back: it is one of those settled now.
        assert(_handler.largestUsedTotal() <= _ledger.emittedBefore(144 * _ledger.settledDays()));
        assert(_ledger.issuedMined() == _handler.highestIssued());
    }

    /// @dev Every account: reserved ≤ balance, and reserved is what its open orders cost.
    function invariant_whenAnythingHappened_reservedIsWhatOpenOrdersHold() public view {
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) {
            address account = _handler.accounts(i);
            StoneAccount memory stones = _ledger.stonesOf(account);
            assert(stones.reserved <= _ledger.balanceOf(account));
            assert(stones.reserved == _handler.reservedByOrders(account));
            assert(stones.out <= stones.mined);
        }
    }

    /// @dev A vehicle has one holder, once: whoever paired it first, until that period ended.
    function invariant_whenAnythingHappened_aVehicleHasHadOneHolder() public view {
        uint256 count = _handler.pairedCount();
        for (uint256 i = count > 20 ? count - 20 : 0; i < count; ++i) {
            bytes32 vehicle = _handler.everPaired(i);
            Pairing memory pairing = _handler.pairingOf(vehicle);
            assert(pairing.account == _handler.firstHolder(vehicle));
            assert(pairing.until == _handler.endedAt(vehicle));
        }
    }

    function afterInvariant() external {
        for (uint256 i = 0; i < _HANDLERS; ++i) {
            (bytes4 selector, bytes32 name) = _handlerAt(i);
            uint256 before = _handler.done(name);
            for (uint256 tries = 0; tries < 40 && _handler.done(name) == before; ++tries) {
                (bool ok, ) = address(_handler).call(abi.encodePacked(selector, keccak256(abi.encode(i, tries))));
                assert(ok);
            }
            assert(_handler.done(name) > before);
        }
        invariant_whenAnythingHappened_balancesAddUpToTheSupply();
        invariant_whenAnythingHappened_issuedStaysBelowWhatWasSettledAndEmitted();
        invariant_whenAnythingHappened_reservedIsWhatOpenOrdersHold();
        invariant_whenAnythingHappened_aVehicleHasHadOneHolder();
    }

    function _handlerAt(uint256 i) private pure returns (bytes4 selector, bytes32 name) {
        if (i == 0) return (Handler.settle.selector, "settle");
        if (i == 1) return (Handler.takeBack.selector, "takeBack");
        if (i == 2) return (Handler.credit.selector, "credit");
        if (i == 3) return (Handler.creditAll.selector, "creditAll");
        if (i == 4) return (Handler.place.selector, "place");
        if (i == 5) return (Handler.fulfil.selector, "fulfil");
        if (i == 6) return (Handler.accept.selector, "accept");
        if (i == 7) return (Handler.object.selector, "object");
        if (i == 8) return (Handler.decide.selector, "decide");
        if (i == 9) return (Handler.cancel.selector, "cancel");
        if (i == 10) return (Handler.endLate.selector, "endLate");
        if (i == 11) return (Handler.changeVehicle.selector, "changeVehicle");
        return (Handler.wait_.selector, "wait");
    }
}
