// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Pairing, ReleaseState} from "../../../../contracts/types/Types.sol";
import {timeNow, vm, waitUntil} from "../Vm.sol";
import {People} from "./People.sol";

/// @dev Vehicles are paired, sold, and released by the manufacturer; each person has one to order with.
abstract contract VehicleHandler is People {
    /// @dev An account that held a vehicle in [from, until); until is 0 as long as it does.
    struct Tenure {
        address account;
        uint40 from;
        uint40 until;
    }

    bytes32[] private _everPaired;
    mapping(bytes32 vehicle => Tenure[]) private _tenures;
    /// @dev When the manufacturer asked for its release last.
    mapping(bytes32 vehicle => uint256) private _requestedAt;
    /// @dev The vehicle that each person orders with.
    bytes32[4] private _vehicleOf;

    /// @dev An owner sells one vehicle and takes the next.
    function changeVehicle(uint256 seed) external counted {
        uint256 i = seed % PEOPLE;
        bytes32 vehicle = _vehicleOf[i];
        address holder = _lastTenure(vehicle).account;
        // An old key releases nothing: the one that stands for it lets the vehicle follow first.
        if (moves.currentOf(holder) != holder) follow(vehicle);
        release(vehicle, _lastTenure(vehicle).account);
        _noteRelease(vehicle);
        pairFor(i);
    }

    /// @dev The manufacturer asks for a release; the next step carries it out, or the owner contests it and it is decided.
    function stepRelease(uint256 seed) external counted {
        uint256 i = seed % PEOPLE;
        bytes32 vehicle = _vehicleOf[i];
        ReleaseState state = vehicles.pairingOf(vehicle).release;
        ensureRunning(address(vehicles));
        bool hasLapsed = state == ReleaseState.Requested && timeNow() > _requestedAt[vehicle] + 72 hours + 7 days;
        if (state == ReleaseState.None || hasLapsed) {
            _requestedAt[vehicle] = timeNow();
            vehicles.requestRelease(vehicle);
            return;
        }
        if (state == ReleaseState.Contested) {
            vehicles.decideRelease(vehicle, seed & 4 == 0);
        } else if (seed & 4 == 0) {
            waitUntil(_requestedAt[vehicle] + 72 hours);
            vehicles.executeRelease(vehicle);
        } else {
            vm.prank(_lastTenure(vehicle).account);
            vehicles.contestRelease(vehicle);
            return;
        }
        if (seed & 4 != 0) return;
        _noteRelease(vehicle);
        pairFor(i);
    }

    function vehicleCount() public view returns (uint256) {
        return _everPaired.length;
    }

    function vehicleAt(uint256 i) public view returns (bytes32) {
        return _everPaired[i];
    }

    function tenuresOf(bytes32 vehicle) external view returns (Tenure[] memory) {
        return _tenures[vehicle];
    }

    function pairingOf(bytes32 vehicle) external view returns (Pairing memory) {
        return vehicles.pairingOf(vehicle);
    }

    function isOwnerThroughout(
        bytes32 vehicle,
        address account,
        uint256 from,
        uint256 to
    ) external view returns (bool) {
        return vehicles.ownerThroughout(vehicle, account, from, to);
    }

    function pairFor(uint256 i) internal {
        ensureRunning(address(vehicles));
        bytes32 vehicle = keccak256(abi.encode("vehicle", _everPaired.length));
        pairNew(vehicle, people[i]);
        _vehicleOf[i] = vehicle;
        _everPaired.push(vehicle);
        _tenures[vehicle].push(Tenure(people[i], uint40(timeNow()), 0));
    }

    function follow(bytes32 vehicle) internal {
        Tenure storage last = _lastTenure(vehicle);
        address person = personOf(last.account);
        reach(last.account);
        vehicles.followMove(vehicle);
        last.until = uint40(timeNow());
        _tenures[vehicle].push(Tenure(person, uint40(timeNow()), 0));
    }

    /// @dev A vehicle that a person can order with: it follows first, if it has not yet.
    function vehicleFor(address person) internal returns (bytes32 vehicle) {
        for (uint256 i = 0; i < PEOPLE; ++i) if (people[i] == person) vehicle = _vehicleOf[i];
        if (_lastTenure(vehicle).account != person) follow(vehicle);
    }

    /// @dev Whether a vehicle is with an account that has moved.
    function isBehind(bytes32 vehicle) internal view returns (bool) {
        Tenure storage last = _lastTenure(vehicle);
        return last.until == 0 && movedTo[last.account] != address(0);
    }

    function _noteRelease(bytes32 vehicle) private {
        _lastTenure(vehicle).until = uint40(timeNow());
    }

    function _lastTenure(bytes32 vehicle) private view returns (Tenure storage) {
        return _tenures[vehicle][_tenures[vehicle].length - 1];
    }
}
