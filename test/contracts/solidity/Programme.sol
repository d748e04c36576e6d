// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAccountMoves} from "../../../contracts/interfaces/IAccountMoves.sol";
import {IBenefitRounds} from "../../../contracts/interfaces/IBenefitRounds.sol";
import {ICatalogue} from "../../../contracts/interfaces/ICatalogue.sol";
import {IConsentRegistry} from "../../../contracts/interfaces/IConsentRegistry.sol";
import {IDropAnchor} from "../../../contracts/interfaces/IDropAnchor.sol";
import {IExclusions} from "../../../contracts/interfaces/IExclusions.sol";
import {IMilestones} from "../../../contracts/interfaces/IMilestones.sol";
import {IMineBox} from "../../../contracts/interfaces/IMineBox.sol";
import {IRedemptionDesk} from "../../../contracts/interfaces/IRedemptionDesk.sol";
import {IRules} from "../../../contracts/interfaces/IRules.sol";
import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "../../../contracts/interfaces/IVehicleRegistry.sol";
import {
    RuleSet,
    VehiclePairing,
    VehicleRegistration,
    VehicleRelease,
    Verifiers
} from "../../../contracts/types/Types.sol";
import {digestFor} from "./Signing.sol";
import {timeNow, vm, waitUntil} from "./Vm.sol";

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

    /// @dev What StoneLedger, RedemptionDesk and MineBox are built with: their structs of partners, in their order.
    struct Addresses {
        address manager;
        address p256Verifier;
        address webAuthnVerifier;
        address rules;
        address vehicles;
        address anchor;
        address ledger;
        address desk;
        address catalogue;
        address moves;
        address milestones;
        address box;
        address consents;
        address exclusions;
        address rounds;
    }

    IRules internal rules;
    IVehicleRegistry internal vehicles;
    IDropAnchor internal anchor;
    IStoneLedger internal ledger;
    IRedemptionDesk internal desk;
    ICatalogue internal catalogue;
    IAccountMoves internal moves;
    IMilestones internal milestones;
    IMineBox internal box;
    IConsentRegistry internal consents;
    IExclusions internal exclusions;
    IBenefitRounds internal rounds;

    /// @dev Deploys all contracts a day before genesis.
    function deployProgramme(RuleSet memory ruleSet) internal {
        vm.warp(GENESIS - DAY_S);
        Addresses memory at_ = _predict();
        Verifiers memory verifiers = Verifiers(at_.p256Verifier, at_.webAuthnVerifier);
        _deploy("AccessManager", abi.encode(address(this)));
        _deploy("ERC7913P256Verifier", "");
        _deploy("ERC7913WebAuthnVerifier", "");
        _deploy("Rules", abi.encode(at_.manager, GENESIS, address(0xca1), ruleSet));
        _deploy("VehicleRegistry", abi.encode(at_.manager, verifiers, at_.rules, at_.moves));
        _deploy("DropAnchor", abi.encode(at_.manager, at_.rules, at_.ledger));
        address[6] memory ledgers = [at_.rules, at_.vehicles, at_.anchor, at_.desk, at_.box, at_.moves];
        _deploy("StoneLedger", abi.encode(at_.manager, verifiers, ledgers));
        address[7] memory desks = [
            at_.rules,
            at_.vehicles,
            at_.ledger,
            at_.milestones,
            at_.moves,
            at_.box,
            at_.catalogue
        ];
        _deploy("RedemptionDesk", abi.encode(at_.manager, verifiers, desks));
        _deploy("Catalogue", abi.encode(at_.manager, at_.rules, at_.ledger, at_.desk));
        _deploy("AccountMoves", abi.encode(at_.manager, verifiers, at_.ledger));
        _deploy("Milestones", abi.encode(at_.manager, at_.rules, at_.moves));
        address[6] memory boxes = [at_.rules, at_.vehicles, at_.ledger, at_.desk, at_.catalogue, at_.moves];
        _deploy("MineBox", abi.encode(at_.manager, verifiers, boxes));
        _deploy("ConsentRegistry", abi.encode(verifiers, at_.rules));
        _deploy("Exclusions", abi.encode(at_.manager, verifiers, at_.rules, at_.moves));
        _deploy("BenefitRounds", abi.encode(at_.manager, verifiers, at_.rules, at_.ledger, at_.moves));
        _remember(at_);
    }

    /// @dev Where the contracts come to stand, in the order in which deployProgramme makes them.
    function _predict() private view returns (Addresses memory at_) {
        uint256 nonce = vm.getNonce(address(this));
        at_.manager = vm.computeCreateAddress(address(this), nonce);
        at_.p256Verifier = vm.computeCreateAddress(address(this), nonce + 1);
        at_.webAuthnVerifier = vm.computeCreateAddress(address(this), nonce + 2);
        at_.rules = vm.computeCreateAddress(address(this), nonce + 3);
        at_.vehicles = vm.computeCreateAddress(address(this), nonce + 4);
        at_.anchor = vm.computeCreateAddress(address(this), nonce + 5);
        at_.ledger = vm.computeCreateAddress(address(this), nonce + 6);
        at_.desk = vm.computeCreateAddress(address(this), nonce + 7);
        at_.catalogue = vm.computeCreateAddress(address(this), nonce + 8);
        at_.moves = vm.computeCreateAddress(address(this), nonce + 9);
        at_.milestones = vm.computeCreateAddress(address(this), nonce + 10);
        at_.box = vm.computeCreateAddress(address(this), nonce + 11);
        at_.consents = vm.computeCreateAddress(address(this), nonce + 12);
        at_.exclusions = vm.computeCreateAddress(address(this), nonce + 13);
        at_.rounds = vm.computeCreateAddress(address(this), nonce + 14);
    }

    function _remember(Addresses memory at_) private {
        rules = IRules(at_.rules);
        vehicles = IVehicleRegistry(at_.vehicles);
        anchor = IDropAnchor(at_.anchor);
        ledger = IStoneLedger(at_.ledger);
        desk = IRedemptionDesk(at_.desk);
        catalogue = ICatalogue(at_.catalogue);
        moves = IAccountMoves(at_.moves);
        milestones = IMilestones(at_.milestones);
        box = IMineBox(at_.box);
        consents = IConsentRegistry(at_.consents);
        exclusions = IExclusions(at_.exclusions);
        rounds = IBenefitRounds(at_.rounds);
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
        VehiclePairing memory pairing = VehiclePairing(vehicle, account, uint40(timeNow()));
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
        waitUntil(GENESIS + (day + 1) * DAY_S);
        uint256 next = anchor.nextDrop();
        uint256 end = (day + 1) * DROPS_PER_DAY;
        if (next < end) anchor.anchorDrops(next, new bytes32[](end - next), 0);
    }

    /// @dev As anchorThrough, a week after the relayer's last sign.
    function anchorAsStandby(uint256 day) internal {
        uint256 next = anchor.nextDrop();
        uint256 end = (day + 1) * DROPS_PER_DAY;
        if (next < end) anchor.anchorDropsAsStandby(next, new bytes32[](end - next), 0);
    }

    function deviceSignature(VehiclePairing memory pairing) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("VehiclePairing(bytes32 vehicle,address account,uint40 deadline)"),
                pairing.vehicle,
                pairing.account,
                pairing.deadline
            )
        );
        bytes32 digest = digestFor(address(vehicles), structHash);
        (bytes32 r, bytes32 s) = vm.signP256(_DEVICE_KEY, sha256(abi.encodePacked(digest)));
        if (uint256(s) > _N / 2) s = bytes32(_N - uint256(s));
        return abi.encodePacked(r, s);
    }

    /// @dev From the artifact, since `new` would compile every contract once more into each test.
    function _deploy(string memory name, bytes memory arguments) private {
        address deployed;
        bytes memory code = abi.encodePacked(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), name);
    }
}
