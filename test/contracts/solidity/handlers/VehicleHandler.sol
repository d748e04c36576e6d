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

    uint256 private constant _OBJECTION_S = 72 hours;
    uint256 private constant _EXECUTE_WITHIN_S = 7 days;

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
        _replace(vehicle, i);
    }

    /// @dev The manufacturer asks for a release; what it asked for before is contested and refused first.
    function requestRelease(uint256 seed) external counted {
        bytes32 vehicle = _vehicleOf[seed % PEOPLE];
        if (_stateOf(vehicle) == ReleaseState.Requested) _contest(vehicle);
        _makeRequested(vehicle);
    }

    function executeRelease(uint256 seed) external counted {
        bytes32 vehicle = _vehicleOf[seed % PEOPLE];
        _makeRequested(vehicle);
        waitUntil(_requestedAt[vehicle] + _OBJECTION_S);
        vehicles.executeRelease(vehicle);
        _replace(vehicle, seed % PEOPLE);
    }

    function contestRelease(uint256 seed) external counted {
        bytes32 vehicle = _vehicleOf[seed % PEOPLE];
        _makeRequested(vehicle);
        _contest(vehicle);
    }

    function decideRelease(uint256 seed) external counted {
        bytes32 vehicle = _vehicleOf[seed % PEOPLE];
        if (_stateOf(vehicle) != ReleaseState.Contested) {
            _makeRequested(vehicle);
            _contest(vehicle);
        }
        bool isReleased = seed & 4 == 0;
        ensureRunning(address(vehicles));
        vehicles.decideRelease(vehicle, isReleased);
        if (isReleased) _replace(vehicle, seed % PEOPLE);
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

    /// @dev A request that has not lapsed, made if there is none.
    function _makeRequested(bytes32 vehicle) private {
        ensureRunning(address(vehicles));
        if (_stateOf(vehicle) == ReleaseState.Requested) return;
        if (_stateOf(vehicle) == ReleaseState.Contested) vehicles.decideRelease(vehicle, false);
        _requestedAt[vehicle] = timeNow();
        vehicles.requestRelease(vehicle);
    }

    function _contest(bytes32 vehicle) private {
        vm.prank(_lastTenure(vehicle).account);
        vehicles.contestRelease(vehicle);
        assert(_stateOf(vehicle) == ReleaseState.Contested);
    }

    /// @dev The state of a release; a request that has lapsed is none.
    function _stateOf(bytes32 vehicle) private view returns (ReleaseState state) {
        state = vehicles.pairingOf(vehicle).release;
        bool hasLapsed = timeNow() > _requestedAt[vehicle] + _OBJECTION_S + _EXECUTE_WITHIN_S;
        if (state == ReleaseState.Requested && hasLapsed) state = ReleaseState.None;
    }

    /// @dev A vehicle was released: its owner pairs the next.
    function _replace(bytes32 vehicle, uint256 i) private {
        _noteRelease(vehicle);
        pairFor(i);
    }

    function _noteRelease(bytes32 vehicle) private {
        _lastTenure(vehicle).until = uint40(timeNow());
    }

    function _lastTenure(bytes32 vehicle) private view returns (Tenure storage) {
        return _tenures[vehicle][_tenures[vehicle].length - 1];
    }
}
