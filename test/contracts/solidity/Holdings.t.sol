// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Pairing} from "../../../contracts/types/Types.sol";
import {Invariants} from "./Invariants.sol";
import {Handler} from "./handlers/Handler.sol";
import {VehicleHandler} from "./handlers/VehicleHandler.sol";
import {timeNow} from "./Vm.sol";

/// @dev What people have beside stones: vehicles, vouchers and orders, at terms that nobody made worse without notice.
contract HoldingsTest is Invariants {
    /// @dev Vehicles looked at after each call, the newest.
    uint256 private constant _NEWEST = 8;

    Handler private _handler;

    function setUp() external {
        _handler = new Handler();
        target(address(_handler), _handler.handlers());
    }

    function invariant_whenAnythingHappened_holdingsArePeoples() external view {
        checkAll();
    }

    function checkAll() internal view override {
        _checkVehicles();
        _checkVouchers();
        _checkChains();
        assert(_handler.areOrdersKept());
        assert(_handler.areItemsKept());
    }

    function _checkVehicles() private view {
        uint256 count = _handler.vehicleCount();
        for (uint256 i = count > _NEWEST ? count - _NEWEST : 0; i < count; ++i) {
            bytes32 vehicle = _handler.vehicleAt(i);
            VehicleHandler.Tenure[] memory tenures = _handler.tenuresOf(vehicle);
            VehicleHandler.Tenure memory last = tenures[tenures.length - 1];
            Pairing memory pairing = _handler.pairingOf(vehicle);
            assert(pairing.account == last.account);
            assert(pairing.since == tenures[0].from);
            assert(pairing.until == last.until);
            for (uint256 k = 0; k < tenures.length; ++k) {
                _checkSecond(vehicle, tenures, tenures[k].from);
                _checkSecond(vehicle, tenures, tenures[k].until);
            }
            _checkSecond(vehicle, tenures, timeNow() - 1);
        }
    }

    /// @dev In each second a vehicle has the one owner whose tenure it was, or none.
    function _checkSecond(bytes32 vehicle, VehicleHandler.Tenure[] memory tenures, uint256 time) private view {
        if (time >= timeNow()) return;
        for (uint256 k = 0; k < tenures.length; ++k) {
            bool holds = tenures[k].from <= time && (tenures[k].until == 0 || time < tenures[k].until);
            assert(_handler.isOwnerThroughout(vehicle, tenures[k].account, time, time + 1) == holds);
        }
    }

    /// @dev Vouchers granted = held + in open orders + used, for each person and for all together.
    function _checkVouchers() private view {
        uint256 count = _handler.accountCount();
        uint256[] memory held = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            held[_handler.placeOfPerson(i)] += _handler.vouchersOf(_handler.accounts(i));
        }
        uint256 sum = 0;
        (, uint256[] memory inOrders) = _handler.heldByOrders();
        for (uint256 i = 0; i < count; ++i) {
            assert(held[i] + inOrders[i] == _handler.vouchersWorth(_handler.accounts(i)));
            sum += held[i] + inOrders[i];
        }
        assert(sum + _handler.vouchersUsed() == _handler.vouchersGranted());
    }

    /// @dev Pointers, shortened or not, never lead from one person's accounts to another's.
    function _checkChains() private view {
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            assert(_handler.personOf(_handler.currentOf(account)) == _handler.personOf(account));
        }
    }
}
