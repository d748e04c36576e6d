// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IDropAnchor} from "../../../contracts/interfaces/IDropAnchor.sol";
import {IRedemptionDesk} from "../../../contracts/interfaces/IRedemptionDesk.sol";
import {IRules} from "../../../contracts/interfaces/IRules.sol";
import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "../../../contracts/interfaces/IVehicleRegistry.sol";
import {RuleSet, VehiclePairing, VehicleRegistration, VehicleRelease} from "../../../contracts/types/Types.sol";
import {vm} from "./Vm.sol";

/// @dev A programme whose every role is this contract, as admin: who may call what is for the tests in TypeScript.
abstract contract Programme {
    uint40 internal constant GENESIS = 1_700_000_000;
    uint256 internal constant DAY_S = 86_400;
    uint256 internal constant DROPS_PER_DAY = 144;
    uint256 internal constant CAP_M = 200_000;

    /// @dev The P-256 key 1, whose public key is the generator.
    uint256 private constant _DEVICE_KEY = 1;
    bytes32 private constant _GX = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296;
    bytes32 private constant _GY = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5;
    uint256 private constant _N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;

    IRules internal rules;
    IVehicleRegistry internal vehicles;
    IDropAnchor internal anchor;
    IStoneLedger internal ledger;
    IRedemptionDesk internal desk;

    /// @dev Deploys all contracts a day before genesis.
    function deployProgramme(RuleSet memory ruleSet) internal {
        vm.warp(GENESIS - DAY_S);
        address manager = _deploy("AccessManager", abi.encode(address(this)));
        rules = IRules(_deploy("Rules", abi.encode(manager, GENESIS, address(0xca1), ruleSet)));
        vehicles = IVehicleRegistry(_deploy("VehicleRegistry", abi.encode(manager, rules)));
        uint256 nonce = vm.getNonce(address(this));
        address ledgerAt = vm.computeCreateAddress(address(this), nonce + 1);
        address deskAt = vm.computeCreateAddress(address(this), nonce + 2);
        anchor = IDropAnchor(_deploy("DropAnchor", abi.encode(manager, rules, ledgerAt)));
        ledger = IStoneLedger(_deploy("StoneLedger", abi.encode(manager, rules, vehicles, anchor, deskAt)));
        desk = IRedemptionDesk(_deploy("RedemptionDesk", abi.encode(manager, rules, vehicles, ledger)));
    }

    /// @dev The published rules, but credits after an hour and orders without delay.
    function testRules() internal pure returns (RuleSet memory) {
        return
            RuleSet({
                dailyCapM: uint32(CAP_M),
                windowDays: 30,
                maxUnitsPerMetre: 100_000,
                challengeWindowS: 3_600,
                noticeS: 2_592_000,
                redemptionDelayDays: 0,
                readingMaxAgeS: 604_800,
                receiptDeadlineS: 3_600,
                objectionS: 7_200,
                maxFulfilmentS: 86_400,
                pushIntervalDays: 30,
                maxCrystalsPerDay: 1_000,
                maxRegistrationsPerDay: 10_000
            });
    }

    /// @dev Registers a vehicle and pairs it by both signatures' direct path.
    function pairNew(bytes32 vehicle, address account) internal {
        VehicleRegistration[] memory list = new VehicleRegistration[](1);
        list[0] = VehicleRegistration(vehicle, _GX, _GY);
        vehicles.registerVehicles(list);
        VehiclePairing memory pairing = VehiclePairing(vehicle, account, uint40(block.timestamp));
        bytes memory signature = deviceSignature(pairing);
        vm.prank(account);
        vehicles.pairVehicle(pairing, signature);
    }

    function release(bytes32 vehicle, address account) internal {
        vm.prank(account);
        vehicles.releaseVehicle(VehicleRelease(vehicle, account, 0));
    }

    /// @dev Anchors empty drops to the end of a day, which is over then.
    function anchorThrough(uint256 day) internal {
        uint256 over = GENESIS + (day + 1) * DAY_S;
        if (block.timestamp < over) vm.warp(over);
        uint256 next = anchor.nextDrop();
        uint256 end = (day + 1) * DROPS_PER_DAY;
        if (next < end) anchor.anchorDrops(next, new bytes32[](end - next), 0);
    }

    function deviceSignature(VehiclePairing memory pairing) internal view returns (bytes memory) {
        (, string memory name, string memory version, uint256 chainId, address verifier, , ) = IERC5267(
            address(vehicles)
        ).eip712Domain();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                verifier
            )
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("VehiclePairing(bytes32 vehicle,address account,uint40 deadline)"),
                pairing.vehicle,
                pairing.account,
                pairing.deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        (bytes32 r, bytes32 s) = vm.signP256(_DEVICE_KEY, sha256(abi.encodePacked(digest)));
        if (uint256(s) > _N / 2) s = bytes32(_N - uint256(s));
        return abi.encodePacked(r, s);
    }

    /// @dev From the artifact, since `new` would compile every contract once more into each test.
    function _deploy(string memory name, bytes memory arguments) private returns (address deployed) {
        bytes memory code = abi.encodePacked(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), name);
    }
}
