// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {
    DeviceKey,
    Pairing,
    ReleaseContest,
    ReleaseState,
    VehiclePairing,
    VehicleRegistration,
    VehicleRelease,
    Verifiers
} from "./types/Types.sol";

/// @title VehicleRegistry: see IVehicleRegistry
contract VehicleRegistry is IVehicleRegistry, Skippable, Pausable {
    struct Vehicle {
        Pairing pairing;
        uint32 rank;
        uint40 releaseExecutableAt;
        DeviceKey[] keys;
        Tenure[] earlier;
    }

    /// @dev An account that held the vehicle until it moved.
    struct Tenure {
        address account;
        uint40 until;
    }

    /// @dev Vehicles paired for any second of a day in which the number changed, and at its end.
    struct PairedDay {
        uint32 day;
        uint64 during;
        uint64 atEnd;
    }

    bytes32 private constant _PAIRING_TYPEHASH = keccak256(
        "VehiclePairing(bytes32 vehicle,address account,uint40 deadline)"
    );
    bytes32 private constant _RELEASE_TYPEHASH = keccak256(
        "VehicleRelease(bytes32 vehicle,address account,uint40 deadline)"
    );
    bytes32 private constant _CONTEST_TYPEHASH = keccak256(
        "ReleaseContest(bytes32 vehicle,address account,uint40 deadline)"
    );
    uint256 private constant _RELEASE_DELAY_S = 72 hours;
    /// @dev How long a request can be carried out for.
    uint256 private constant _RELEASE_WITHIN_S = 7 days;
    uint256 private constant _P256_SIGNATURE_LENGTH = 64;

    IRules private immutable _RULES;
    IAccountMoves private immutable _MOVES;
    uint256 private immutable _GENESIS;

    mapping(bytes32 vehicle => Vehicle) private _vehicles;
    PairedDay[] private _pairedDays;
    uint32 private _registered;
    uint32 private _registrationDay;
    uint32 private _registeredThatDay;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param rules The programme's Rules, for genesis and the daily limit of registrations.
    /// @param moves The AccountMoves, for vehicles that follow their holder.
    constructor(
        address authority,
        Verifiers memory verifiers,
        IRules rules,
        IAccountMoves moves
    ) EIP712("Cairn VehicleRegistry", "1") AccessManaged(authority) Skippable(verifiers) {
        _RULES = rules;
        _MOVES = moves;
        _GENESIS = rules.genesis();
    }

    /// @inheritdoc IVehicleRegistry
    function registerVehicles(VehicleRegistration[] calldata registrations) external restricted whenRunning {
        uint32 rank = _registered;
        _countRegistrations(registrations.length);
        for (uint256 i = 0; i < registrations.length; ++i) {
            VehicleRegistration calldata registration = registrations[i];
            Vehicle storage vehicle = _vehicles[registration.vehicle];
            if (registration.vehicle == 0 || vehicle.rank != 0) {
                revert VehicleRegistry_AlreadyRegistered(registration.vehicle);
            }
            vehicle.rank = ++rank;
            _pushKey(vehicle, registration);
            emit VehicleRegistered(registration.vehicle, rank, registration.keyX, registration.keyY);
        }
        _registered = rank;
    }

    /// @inheritdoc IVehicleRegistry
    function rotateDeviceKey(VehicleRegistration calldata registration) external restricted whenRunning {
        Vehicle storage vehicle = _known(registration.vehicle);
        DeviceKey storage key = _lastKey(vehicle);
        if (key.until == 0) key.until = uint40(block.timestamp); // 40 bits last until the year 36,812
        _pushKey(vehicle, registration);
        emit DeviceKeyRotated(registration.vehicle, registration.keyX, registration.keyY);
    }

    /// @inheritdoc IVehicleRegistry
    function revokeDeviceKey(bytes32 vehicle) external restricted {
        DeviceKey storage key = _lastKey(_known(vehicle));
        if (key.until != 0) revert VehicleRegistry_NoDeviceKey(vehicle);
        key.until = uint40(block.timestamp); // 40 bits last until the year 36,812
        emit DeviceKeyRevoked(vehicle);
    }

    /// @inheritdoc IVehicleRegistry
    function pairVehicle(VehiclePairing calldata pairing, bytes calldata deviceSignature) external {
        _requireCaller(pairing.account);
        bytes32 digest = _hashTypedDataV4(_hashPairing(pairing));
        _raise(_problemOfDeadline(pairing.deadline));
        _raise(_problemOfPairing(pairing, digest, deviceSignature));
        _pair(pairing);
    }

    /// @inheritdoc IVehicleRegistry
    function releaseVehicle(VehicleRelease calldata release) external {
        _requireCaller(release.account);
        _raise(_problemOfRelease(release));
        _release(release.vehicle);
    }

    /// @inheritdoc IVehicleRegistry
    function pairVehicles(
        VehiclePairing[] calldata pairings,
        bytes[] calldata signatures,
        bytes[] calldata deviceSignatures
    ) external {
        _requireSameLength(pairings.length, signatures.length);
        _requireSameLength(pairings.length, deviceSignatures.length);
        for (uint256 i = 0; i < pairings.length; ++i) {
            VehiclePairing calldata pairing = pairings[i];
            bytes32 digest = _hashTypedDataV4(_hashPairing(pairing));
            bytes memory problem = _problemOfDeadline(pairing.deadline);
            if (problem.length == 0) problem = _problemOfSignature(pairing.account, digest, signatures[i]);
            if (problem.length == 0) problem = _problemOfPairing(pairing, digest, deviceSignatures[i]);
            if (!_skipped(i, pairing.account, problem)) _pair(pairing);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function releaseVehicles(VehicleRelease[] calldata releases, bytes[] calldata signatures) external {
        _requireSameLength(releases.length, signatures.length);
        for (uint256 i = 0; i < releases.length; ++i) {
            VehicleRelease calldata release = releases[i];
            bytes memory problem = _problemOfDeadline(release.deadline);
            if (problem.length == 0) problem = _problemOfRelease(release);
            if (problem.length == 0) {
                problem = _problemOfSignature(release.account, _hashTypedDataV4(_hashRelease(release)), signatures[i]);
            }
            if (!_skipped(i, release.account, problem)) _release(release.vehicle);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function requestRelease(bytes32 vehicle) external restricted whenRunning {
        Vehicle storage record = _known(vehicle);
        _requireHeld(vehicle, record.pairing);
        bool isFree = record.pairing.release == ReleaseState.None || _hasLapsed(record);
        if (!isFree) revert VehicleRegistry_WrongReleaseState(vehicle);
        record.pairing.release = ReleaseState.Requested;
        uint40 executableAt = uint40(block.timestamp + _RELEASE_DELAY_S); // 40 bits last until the year 36,812
        record.releaseExecutableAt = executableAt;
        emit ReleaseRequested(vehicle, record.pairing.account, executableAt);
    }

    /// @inheritdoc IVehicleRegistry
    function contestRelease(bytes32 vehicle) external {
        _raise(_problemOfContest(vehicle, msg.sender));
        _contest(vehicle);
    }

    /// @inheritdoc IVehicleRegistry
    function contestReleases(ReleaseContest[] calldata contests, bytes[] calldata signatures) external {
        _requireSameLength(contests.length, signatures.length);
        for (uint256 i = 0; i < contests.length; ++i) {
            ReleaseContest calldata contest = contests[i];
            bytes memory problem = _problemOfDeadline(contest.deadline);
            if (problem.length == 0) problem = _problemOfContest(contest.vehicle, contest.account);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_CONTEST_TYPEHASH, contest)));
                problem = _problemOfSignature(contest.account, digest, signatures[i]);
            }
            if (!_skipped(i, contest.account, problem)) _contest(contest.vehicle);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function followMove(bytes32 vehicle) external {
        Vehicle storage record = _known(vehicle);
        Pairing storage pairing = record.pairing;
        _requireHeld(vehicle, pairing);
        address account = pairing.account;
        address to = _MOVES.currentOf(account);
        if (to == account) revert VehicleRegistry_HolderNotMoved(vehicle);
        record.earlier.push(Tenure({account: account, until: uint40(block.timestamp)})); // until the year 36,812
        pairing.account = to;
        emit VehicleFollowed(vehicle, account, to);
    }

    /// @inheritdoc IVehicleRegistry
    function executeRelease(bytes32 vehicle) external restricted whenRunning {
        Vehicle storage record = _known(vehicle);
        _requireHeld(vehicle, record.pairing);
        bool isDue =
            record.pairing.release == ReleaseState.Requested &&
                block.timestamp >= record.releaseExecutableAt &&
                !_hasLapsed(record);
        if (!isDue) revert VehicleRegistry_ReleaseNotExecutable(vehicle);
        _release(vehicle);
    }

    /// @inheritdoc IVehicleRegistry
    function decideRelease(bytes32 vehicle, bool release) external restricted {
        Pairing storage pairing = _known(vehicle).pairing;
        _requireHeld(vehicle, pairing);
        if (pairing.release != ReleaseState.Contested) revert VehicleRegistry_WrongReleaseState(vehicle);
        if (release) {
            _release(vehicle);
        } else {
            pairing.release = ReleaseState.None;
            emit ReleaseRejected(vehicle, pairing.account);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function pairingOf(bytes32 vehicle) external view returns (Pairing memory) {
        return _vehicles[vehicle].pairing;
    }

    /// @inheritdoc IVehicleRegistry
    function heldSince(bytes32 vehicle, address account) external view returns (uint40) {
        Pairing storage pairing = _vehicles[vehicle].pairing;
        // Nobody holds an unknown vehicle: its since is 0.
        return pairing.account == account && pairing.until == 0 ? pairing.since : 0;
    }

    /// @inheritdoc IVehicleRegistry
    function rankOf(bytes32 vehicle) external view returns (uint32) {
        return _vehicles[vehicle].rank;
    }

    /// @inheritdoc IVehicleRegistry
    function ownerThroughout(bytes32 vehicle, address account, uint256 from, uint256 to) external view returns (bool) {
        if (to > block.timestamp) revert VehicleRegistry_TimeNotPast(to, block.timestamp);
        if (account == address(0)) return false;
        Vehicle storage record = _vehicles[vehicle];
        Pairing memory pairing = record.pairing;
        uint256 since = pairing.since;
        uint256 until = pairing.until == 0 ? type(uint256).max : pairing.until;
        // Nobody moves back, so no account has two tenures of one vehicle.
        for (uint256 i = 0; i < record.earlier.length; ++i) {
            Tenure memory tenure = record.earlier[i];
            if (tenure.account == account) return since <= from && to <= tenure.until;
            since = tenure.until;
        }
        return pairing.account == account && since <= from && to <= until;
    }

    /// @inheritdoc IVehicleRegistry
    function deviceKeyAt(bytes32 vehicle, uint256 time) external view returns (DeviceKey memory key) {
        if (time >= block.timestamp) revert VehicleRegistry_TimeNotPast(time, block.timestamp);
        DeviceKey[] storage keys = _vehicles[vehicle].keys;
        for (uint256 i = keys.length; i > 0; --i) {
            key = keys[i - 1];
            if (key.from <= time && (key.until == 0 || time < key.until)) return key;
        }
        delete key;
    }

    /// @inheritdoc IVehicleRegistry
    function pairedOn(uint256 day) external view returns (uint256) {
        // Invariant: every entry below `low` is of `day` or earlier, every entry from `high` on is later.
        uint256 low = 0;
        uint256 high = _pairedDays.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_pairedDays[middle].day <= day) low = middle + 1;
            else high = middle;
        }
        if (low == 0) return 0;
        PairedDay memory entry = _pairedDays[low - 1];
        return entry.day == day ? entry.during : entry.atEnd;
    }

    function _pair(VehiclePairing calldata pairing) private {
        _vehicles[pairing.vehicle].pairing = Pairing({
            account: pairing.account,
            since: uint40(block.timestamp), // 40 bits last until the year 36,812
            until: 0,
            release: ReleaseState.None
        });
        PairedDay storage today = _pairedToday();
        ++today.during;
        ++today.atEnd;
        emit VehiclePaired(pairing.vehicle, pairing.account);
    }

    function _release(bytes32 vehicle) private {
        Pairing storage pairing = _vehicles[vehicle].pairing;
        pairing.until = uint40(block.timestamp); // as above
        pairing.release = ReleaseState.None;
        PairedDay storage today = _pairedToday();
        --today.atEnd;
        // Released in the first second of a day, or in the second of its pairing, it was paired for none of today's seconds.
        // Day 0 has no first second here, since what was before genesis counts for it.
        bool sinceMidnight = today.day != 0 && block.timestamp == ProgrammeTime.dayStart(_GENESIS, today.day);
        if (sinceMidnight || block.timestamp == pairing.since) --today.during;
        emit VehicleReleased(vehicle, pairing.account);
    }

    function _contest(bytes32 vehicle) private {
        Pairing storage pairing = _vehicles[vehicle].pairing;
        pairing.release = ReleaseState.Contested;
        emit ReleaseContested(vehicle, pairing.account);
    }

    /// @dev Today's entry; a new one starts from how the last ended.
    function _pairedToday() private returns (PairedDay storage) {
        uint32 day = uint32(ProgrammeTime.dayOf(_GENESIS, block.timestamp)); // 2^32 days are 11 million years
        uint256 length = _pairedDays.length;
        uint64 atEnd = length == 0 ? 0 : _pairedDays[length - 1].atEnd;
        if (length == 0 || _pairedDays[length - 1].day != day) {
            _pairedDays.push(PairedDay({day: day, during: atEnd, atEnd: atEnd}));
            return _pairedDays[length];
        }
        return _pairedDays[length - 1];
    }

    function _countRegistrations(uint256 count) private {
        uint256 day = ProgrammeTime.dayOf(_GENESIS, block.timestamp);
        uint256 total = (day == _registrationDay ? _registeredThatDay : 0) + count;
        uint256 limit = _RULES.rulesAt(day).maxRegistrationsPerDay;
        if (total > limit) revert VehicleRegistry_DailyLimitReached(day, limit);
        _registrationDay = uint32(day); // 2^32 days are 11 million years
        _registeredThatDay = uint32(total); // at most `limit`, a uint32
    }

    function _pushKey(Vehicle storage vehicle, VehicleRegistration calldata registration) private {
        if (!P256.isValidPublicKey(registration.keyX, registration.keyY)) {
            revert VehicleRegistry_InvalidDeviceKey(registration.vehicle);
        }
        // 40 bits of time last until the year 36,812.
        vehicle.keys.push(
            DeviceKey({x: registration.keyX, y: registration.keyY, from: uint40(block.timestamp), until: 0})
        );
    }

    /// @dev A registered vehicle always has at least one key.
    function _lastKey(Vehicle storage vehicle) private view returns (DeviceKey storage) {
        return vehicle.keys[vehicle.keys.length - 1];
    }

    function _problemOfPairing(
        VehiclePairing calldata pairing,
        bytes32 digest,
        bytes calldata deviceSignature
    ) private view returns (bytes memory) {
        Vehicle storage vehicle = _vehicles[pairing.vehicle];
        if (vehicle.rank == 0) {
            return abi.encodeWithSelector(VehicleRegistry_UnknownVehicle.selector, pairing.vehicle);
        }
        if (vehicle.pairing.account != address(0)) {
            return abi.encodeWithSelector(VehicleRegistry_AlreadyPaired.selector, pairing.vehicle);
        }
        if (pairing.account == address(0) || !_signedByDevice(vehicle, digest, deviceSignature)) {
            return abi.encodeWithSelector(VehicleRegistry_InvalidDeviceSignature.selector, pairing.vehicle);
        }
        return _none();
    }

    function _problemOfRelease(VehicleRelease calldata release) private view returns (bytes memory) {
        Pairing storage pairing = _vehicles[release.vehicle].pairing;
        bool holds = pairing.account == release.account && release.account != address(0) && pairing.until == 0;
        // A moved account's old key releases nothing, though the vehicle may not have followed yet.
        if (holds && _MOVES.currentOf(release.account) == release.account) return _none();
        return abi.encodeWithSelector(VehicleRegistry_NotHolder.selector, release.vehicle, release.account);
    }

    function _problemOfContest(bytes32 vehicle, address account) private view returns (bytes memory) {
        if (_vehicles[vehicle].rank == 0) {
            return abi.encodeWithSelector(VehicleRegistry_UnknownVehicle.selector, vehicle);
        }
        Pairing storage pairing = _vehicles[vehicle].pairing;
        if (pairing.account != account || account == address(0) || pairing.until != 0) {
            return abi.encodeWithSelector(VehicleRegistry_NotHolder.selector, vehicle, account);
        }
        if (pairing.release == ReleaseState.Requested) return _none();
        return abi.encodeWithSelector(VehicleRegistry_WrongReleaseState.selector, vehicle);
    }

    /// @dev The device signs SHA-256 of the digest, as its hardware does with whatever it is given.
    function _signedByDevice(
        Vehicle storage vehicle,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool) {
        DeviceKey storage key = _lastKey(vehicle);
        if (key.until != 0 || signature.length != _P256_SIGNATURE_LENGTH) return false;
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:]);
        return P256.verify(sha256(abi.encodePacked(digest)), r, s, key.x, key.y);
    }

    function _requireHeld(bytes32 vehicle, Pairing storage pairing) private view {
        if (pairing.account == address(0) || pairing.until != 0) {
            revert VehicleRegistry_NotHolder(vehicle, pairing.account);
        }
    }

    /// @dev Whether a release was requested and not carried out in time.
    function _hasLapsed(Vehicle storage record) private view returns (bool) {
        return
            record.pairing.release == ReleaseState.Requested &&
            block.timestamp > record.releaseExecutableAt + _RELEASE_WITHIN_S;
    }

    function _known(bytes32 vehicle) private view returns (Vehicle storage record) {
        record = _vehicles[vehicle];
        if (record.rank == 0) revert VehicleRegistry_UnknownVehicle(vehicle);
    }

    function _hashPairing(VehiclePairing calldata pairing) private pure returns (bytes32) {
        return keccak256(abi.encode(_PAIRING_TYPEHASH, pairing));
    }

    function _hashRelease(VehicleRelease calldata release) private pure returns (bytes32) {
        return keccak256(abi.encode(_RELEASE_TYPEHASH, release));
    }
}
