// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {
    VehicleRegistration,
    VehiclePairing,
    VehicleRelease,
    ReleaseContest,
    Pairing,
    DeviceKey
} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title VehicleRegistry: which car signs with which key, and whose it is when
/// @notice A vehicle id is `keccak256(salt ‖ VIN)` with a fresh salt per vehicle and ownership period, so an id is paired at
/// most once: one vehicle, one account, one period. A sold car comes back under a new id with a new key.
/// @dev Does not protect against a manufacturer that registers cars which do not exist: such registrations are limited per
/// day, counted and visible.
interface IVehicleRegistry is ISkippable {
    /// @notice A vehicle was registered as number `rank` (counted from 1) with device key (keyX, keyY).
    event VehicleRegistered(bytes32 indexed vehicle, uint32 rank, bytes32 keyX, bytes32 keyY);
    /// @notice A new device key holds from this block's time on; the earlier one ends.
    event DeviceKeyRotated(bytes32 indexed vehicle, bytes32 keyX, bytes32 keyY);
    /// @notice The device key ends at this block's time.
    event DeviceKeyRevoked(bytes32 indexed vehicle);
    /// @notice `account` holds the vehicle from this block's time on.
    event VehiclePaired(bytes32 indexed vehicle, address indexed account);
    /// @notice The manufacturer asks for a release; it may be carried out after 72 hours unless the owner contests.
    event ReleaseRequested(bytes32 indexed vehicle, address indexed account, uint40 executableAt);
    /// @notice The owner contests: only the arbiter may release.
    event ReleaseContested(bytes32 indexed vehicle, address indexed account);
    /// @notice The arbiter decided against a contested release: the pairing is as it was before the request.
    event ReleaseRejected(bytes32 indexed vehicle, address indexed account);
    /// @notice The holder's account moved: `to` holds the vehicle from this block's time on, in the same period.
    event VehicleFollowed(bytes32 indexed vehicle, address indexed account, address indexed to);
    /// @notice `account` no longer holds the vehicle from this block's time on.
    event VehicleReleased(bytes32 indexed vehicle, address indexed account);

    /// @notice The vehicle id is zero or already registered.
    error VehicleRegistry_AlreadyRegistered(bytes32 vehicle);
    /// @notice The vehicle id is not registered.
    error VehicleRegistry_UnknownVehicle(bytes32 vehicle);
    /// @notice The point is not on P-256.
    error VehicleRegistry_InvalidDeviceKey(bytes32 vehicle);
    /// @notice The day's registrations are used up.
    error VehicleRegistry_DailyLimitReached(uint256 day, uint256 limit);
    /// @notice The vehicle has had its one pairing.
    error VehicleRegistry_AlreadyPaired(bytes32 vehicle);
    /// @notice The account does not hold the vehicle now.
    error VehicleRegistry_NotHolder(bytes32 vehicle, address account);
    /// @notice The device's signature over the pairing is wrong, or it has no valid key.
    error VehicleRegistry_InvalidDeviceSignature(bytes32 vehicle);
    /// @notice No release is pending, it is contested, or its 72 hours are not over.
    error VehicleRegistry_ReleaseNotExecutable(bytes32 vehicle);
    /// @notice The release cannot be asked for or contested in its present state.
    error VehicleRegistry_WrongReleaseState(bytes32 vehicle);
    /// @notice The vehicle has no key that could be ended.
    error VehicleRegistry_NoDeviceKey(bytes32 vehicle);
    /// @notice The vehicle's holder has not moved.
    error VehicleRegistry_HolderNotMoved(bytes32 vehicle);
    /// @notice Only times before the block's can be asked for.
    error VehicleRegistry_TimeNotPast(uint256 time, uint256 blockTime);

    /// @notice Registers vehicles with their device keys. Role: MANUFACTURER.
    function registerVehicles(VehicleRegistration[] calldata registrations) external;

    /// @notice Replaces a device key. Role: MANUFACTURER.
    function rotateDeviceKey(VehicleRegistration calldata registration) external;

    /// @notice Ends a device key. Role: MANUFACTURER.
    function revokeDeviceKey(bytes32 vehicle) external;

    /// @notice The caller pairs a vehicle. `pairing.account` must be the caller.
    /// @param deviceSignature P-256 `r ‖ s` (low s) over SHA-256 of the pairing's 32-byte EIP-712 digest.
    function pairVehicle(VehiclePairing calldata pairing, bytes calldata deviceSignature) external;

    /// @notice The caller releases a vehicle at once. `release.account` must be the caller; the deadline is not used.
    function releaseVehicle(VehicleRelease calldata release) external;

    /// @notice Carries out signed pairings; anyone may call. Skips what cannot be done.
    function pairVehicles(
        VehiclePairing[] calldata pairings,
        bytes[] calldata signatures,
        bytes[] calldata deviceSignatures
    ) external;

    /// @notice Carries out signed releases; anyone may call. Skips what cannot be done.
    function releaseVehicles(VehicleRelease[] calldata releases, bytes[] calldata signatures) external;

    /// @notice Asks for the release of a vehicle whose owner does not act; again when the last request has lapsed. Role:
    /// MANUFACTURER.
    function requestRelease(bytes32 vehicle) external;

    /// @notice The holder contests a requested release.
    function contestRelease(bytes32 vehicle) external;

    /// @notice Carries out signed contests; anyone may call. Skips what cannot be done.
    function contestReleases(ReleaseContest[] calldata contests, bytes[] calldata signatures) external;

    /// @notice Gives a vehicle whose holder moved to the account that stands for the holder now. Anyone.
    function followMove(bytes32 vehicle) external;

    /// @notice Carries out an uncontested release after 72 hours, and within 7 days from then on. Role: MANUFACTURER.
    function executeRelease(bytes32 vehicle) external;

    /// @notice Decides a contested release. Role: ARBITER.
    /// @param release True ends the pairing; false returns it to normal.
    function decideRelease(bytes32 vehicle, bool release) external;

    /// @notice The vehicle's one pairing, all zero when it has none; `since` is its beginning, under whatever account.
    function pairingOf(bytes32 vehicle) external view returns (Pairing memory);

    /// @notice Since when the vehicle is paired, if the account holds it now; 0 when it does not.
    function heldSince(bytes32 vehicle, address account) external view returns (uint40);

    /// @notice Registration rank counted from 1, 0 when unknown.
    function rankOf(bytes32 vehicle) external view returns (uint32);

    /// @notice Whether `account` held the vehicle throughout [from, to). Reverts for times not before the block's.
    function ownerThroughout(bytes32 vehicle, address account, uint256 from, uint256 to) external view returns (bool);

    /// @notice The device key that held at `time`; all zero when none did. Reverts for times not before the block's.
    function deviceKeyAt(bytes32 vehicle, uint256 time) external view returns (DeviceKey memory);

    /// @notice How many vehicles were paired for any second of `day`; for days that have not ended, so far.
    function pairedOn(uint256 day) external view returns (uint256);
}
