// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDropAnchor} from "./interfaces/IDropAnchor.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {Emission} from "./libraries/Emission.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {DaySettlement, RuleSet, StoneAccount, StonesLeaf} from "./types/Types.sol";

/// @title StoneLedger: see IStoneLedger
contract StoneLedger is IStoneLedger, AccessManaged {
    struct Veto {
        uint8 byGuardian;
        uint40 notBefore;
    }

    /// @dev The mining pool: 70 % of 300,000,000 stones.
    uint256 private constant _MINING_POOL = 210_000_000e9;
    uint256 private constant _GUARDIAN_VETOES = 3;

    IRules private immutable _RULES;
    IVehicleRegistry private immutable _VEHICLES;
    IDropAnchor private immutable _ANCHOR;
    address private immutable _DESK;
    uint256 private immutable _GENESIS;

    mapping(address account => StoneAccount) private _accounts;
    mapping(uint256 day => DaySettlement) private _days;
    mapping(uint256 day => Veto) private _vetoes;
    uint64 private _issuedMined;
    /// @dev The largest totalStones of any day used by a credit.
    uint64 private _creditLimit;
    uint64 private _spent;
    uint32 private _settledDays;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules.
    /// @param vehicles The VehicleRegistry, whose counts bound the metres.
    /// @param anchor The DropAnchor, whose drops must stand before their day is settled.
    /// @param desk The RedemptionDesk, which alone may reserve and spend.
    constructor(
        address authority,
        IRules rules,
        IVehicleRegistry vehicles,
        IDropAnchor anchor,
        address desk
    ) AccessManaged(authority) {
        _RULES = rules;
        _VEHICLES = vehicles;
        _ANCHOR = anchor;
        _DESK = desk;
        _GENESIS = rules.genesis();
    }

    modifier onlyDesk() {
        if (msg.sender != _DESK) revert StoneLedger_NotDesk(msg.sender);
        _;
    }

    /// @inheritdoc IStoneLedger
    function settleDay(
        uint256 day,
        bytes32 stonesRoot,
        bytes32 metresRoot,
        uint40 accounts,
        uint64 totalStones,
        uint64 totalCrystals,
        uint64 totalMetres,
        bytes32 dataDigest
    ) external restricted {
        _requireSettleable(day);
        DaySettlement memory settlement = DaySettlement({
            stonesRoot: stonesRoot,
            totalStones: totalStones,
            totalMetres: totalMetres,
            accounts: accounts,
            creditableAt: 0,
            metresRoot: metresRoot,
            capSum: 0,
            totalCrystals: totalCrystals
        });
        _boundTotals(day, settlement);
        _days[day] = settlement;
        _settledDays = uint32(day + 1); // 2^32 days are 11 million years
        emit DaySettled(
            day,
            stonesRoot,
            metresRoot,
            accounts,
            totalStones,
            totalCrystals,
            totalMetres,
            settlement.creditableAt,
            dataDigest
        );
    }

    /// @inheritdoc IStoneLedger
    function vetoDay(uint256 day) external restricted {
        Veto storage veto = _vetoes[day];
        if (veto.byGuardian >= _GUARDIAN_VETOES) revert StoneLedger_VetoesUsedUp(day);
        ++veto.byGuardian;
        _veto(day);
    }

    /// @inheritdoc IStoneLedger
    function vetoDayByAdmin(uint256 day) external restricted {
        _veto(day);
    }

    /// @inheritdoc IStoneLedger
    function withdrawDay(uint256 day) external restricted {
        _unsettle(day);
        emit DayWithdrawn(day);
    }

    /// @inheritdoc IStoneLedger
    function credit(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) external returns (uint256 paid) {
        DaySettlement storage settlement = _creditable(day);
        if (!MerkleProof.verifyCalldata(proof, settlement.stonesRoot, Leaves.hash(leaf))) {
            revert StoneLedger_InvalidProof(day);
        }
        paid = _pay(leaf, settlement.accounts);
        _issue(paid, settlement.totalStones);
        emit DayCredited(day, 1, paid);
    }

    /// @inheritdoc IStoneLedger
    function creditMany(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external returns (uint256 paid) {
        DaySettlement storage settlement = _creditable(day);
        bytes32[] memory hashes = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) hashes[i] = Leaves.hash(leaves[i]);
        // Without leaves a multiproof would only show that the root is the root.
        bool valid =
            leaves.length != 0 && MerkleProof.multiProofVerifyCalldata(proof, flags, settlement.stonesRoot, hashes);
        if (!valid) revert StoneLedger_InvalidProof(day);
        uint40 accounts = settlement.accounts;
        unchecked {
            // Each is a uint64, and fewer than 2^192 leaves fit into a call.
            for (uint256 i = 0; i < leaves.length; ++i) paid += _pay(leaves[i], accounts);
        }
        _issue(paid, settlement.totalStones);
        emit DayCredited(day, leaves.length, paid);
    }

    /// @inheritdoc IStoneLedger
    function reserve(address account, uint64 units) external onlyDesk {
        StoneAccount memory record = _accounts[account];
        uint256 have = _available(record);
        if (have < units) revert StoneLedger_InsufficientStones(account, have, units);
        _accounts[account].reserved = record.reserved + units;
    }

    /// @inheritdoc IStoneLedger
    function unreserve(address account, uint64 units) external onlyDesk {
        _accounts[account].reserved -= units;
    }

    /// @inheritdoc IStoneLedger
    function spendReserved(address account, uint64 units) external onlyDesk {
        StoneAccount storage record = _accounts[account];
        record.reserved -= units;
        record.out += units;
        _spent += units;
        emit Transfer(account, address(0), units);
    }

    /// @inheritdoc IStoneLedger
    function stonesOf(address account) external view returns (StoneAccount memory) {
        return _accounts[account];
    }

    /// @inheritdoc IStoneLedger
    function availableOf(address account) external view returns (uint256) {
        return _available(_accounts[account]);
    }

    /// @inheritdoc IStoneLedger
    function settledDays() external view returns (uint256) {
        return _settledDays;
    }

    /// @inheritdoc IStoneLedger
    function settlementOf(uint256 day) external view returns (DaySettlement memory) {
        _requireSettled(day);
        return _days[day];
    }

    /// @inheritdoc IStoneLedger
    function issuedMined() external view returns (uint256) {
        return _issuedMined;
    }

    /// @inheritdoc IStoneLedger
    function emittedBefore(uint256 drop) external pure returns (uint256) {
        return Emission.emittedBefore(drop);
    }

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256) {
        return _issuedMined - _spent;
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        StoneAccount memory record = _accounts[account];
        return uint256(record.mined) + record.received - record.out;
    }

    /// @inheritdoc IERC20
    function allowance(address, address) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IERC20
    function transfer(address, uint256) external pure returns (bool) {
        revert StoneLedger_NotTransferable();
    }

    /// @inheritdoc IERC20
    function approve(address, uint256) external pure returns (bool) {
        revert StoneLedger_NotTransferable();
    }

    /// @inheritdoc IERC20
    function transferFrom(address, address, uint256) external pure returns (bool) {
        revert StoneLedger_NotTransferable();
    }

    /// @inheritdoc IERC20Metadata
    function name() external pure returns (string memory) {
        return "Cairn Stone";
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external pure returns (string memory) {
        return "STONE";
    }

    /// @inheritdoc IERC20Metadata
    function decimals() external pure returns (uint8) {
        return 9;
    }

    /// @dev Bounds a day's totals by the day before, the emission, the rules and the vehicles; fills in what is derived.
    function _boundTotals(uint256 day, DaySettlement memory settlement) private view {
        // Before day 0 every total is 0: mapping entries of days never settled are all zero, and day 0 has none before it.
        DaySettlement memory before = _totalsBefore(day, 1);
        RuleSet memory rules = _RULES.rulesAt(day);

        settlement.capSum = uint64(before.capSum + rules.dailyCapM * _VEHICLES.pairedOn(day)); // metres: far below 2^64
        uint256 ageDays = Math.ceilDiv(rules.readingMaxAgeS, ProgrammeTime.DAY_S);
        uint256 newMetres = settlement.capSum - _totalsBefore(day, 1 + ageDays).capSum;
        _requireWithin("metres", settlement.totalMetres, before.totalMetres, before.totalMetres + newMetres);

        uint256 window = settlement.totalMetres - _totalsBefore(day, rules.windowDays).totalMetres;
        uint256 pot = Math.min(_emittedOn(day), window * rules.maxUnitsPerMetre);
        _requireWithin("stones", settlement.totalStones, before.totalStones, before.totalStones + pot);
        uint256 mostCrystals = uint256(before.totalCrystals) + rules.maxCrystalsPerDay;
        _requireWithin("crystals", settlement.totalCrystals, before.totalCrystals, mostCrystals);
        _requireWithin("accounts", settlement.accounts, before.accounts, type(uint40).max);

        uint256 today = ProgrammeTime.dayOf(_GENESIS, block.timestamp);
        uint256 window_ = today == day ? rules.challengeWindowS : _RULES.rulesAt(today).challengeWindowS;
        settlement.creditableAt = uint40(Math.max(block.timestamp + window_, before.creditableAt)); // until year 36,812
    }

    /// @dev The totals `back` days before `day`; all zero before day 0.
    function _totalsBefore(uint256 day, uint256 back) private view returns (DaySettlement memory totals) {
        if (day >= back) totals = _days[day - back];
    }

    function _requireWithin(bytes32 name_, uint256 total, uint256 least, uint256 most) private pure {
        if (total < least || total > most) revert StoneLedger_TotalOutOfBounds(name_, total, least, most);
    }

    function _emittedOn(uint256 day) private pure returns (uint256) {
        uint256 firstDrop = day * ProgrammeTime.DROPS_PER_DAY;
        return Emission.emittedBefore(firstDrop + ProgrammeTime.DROPS_PER_DAY) - Emission.emittedBefore(firstDrop);
    }

    /// @dev The day is the next, it is over (its drops cannot be anchored earlier), and no veto holds it back.
    function _requireSettleable(uint256 day) private view {
        if (day != _settledDays) revert StoneLedger_NotNextDay(day, _settledDays);
        uint256 nextDrop = _ANCHOR.nextDrop();
        if (nextDrop < (day + 1) * ProgrammeTime.DROPS_PER_DAY) revert StoneLedger_DropsMissing(day, nextDrop);
        uint40 notBefore = _vetoes[day].notBefore;
        if (block.timestamp < notBefore) revert StoneLedger_TooSoonAfterVeto(day, notBefore);
    }

    function _veto(uint256 day) private {
        _unsettle(day);
        uint256 today = ProgrammeTime.dayOf(_GENESIS, block.timestamp);
        _vetoes[day].notBefore = uint40(block.timestamp + _RULES.rulesAt(today).challengeWindowS); // until the year 36,812
        emit DayVetoed(day, msg.sender);
    }

    /// @dev Later days fall too. Since creditableAt never falls, none of them is creditable either.
    function _unsettle(uint256 day) private {
        _requireSettled(day);
        uint256 creditableAt = _days[day].creditableAt;
        if (block.timestamp >= creditableAt) revert StoneLedger_ChallengeWindow(day, creditableAt);
        _settledDays = uint32(day); // below the present value
    }

    function _requireSettled(uint256 day) private view {
        if (day >= _settledDays) revert StoneLedger_NotSettled(day);
    }

    function _creditable(uint256 day) private view returns (DaySettlement storage settlement) {
        _requireSettled(day);
        settlement = _days[day];
        uint256 creditableAt = settlement.creditableAt;
        if (block.timestamp < creditableAt) revert StoneLedger_ChallengeWindow(day, creditableAt);
    }

    function _pay(StonesLeaf calldata leaf, uint40 accounts) private returns (uint256 paid) {
        if (leaf.index >= accounts) revert StoneLedger_IndexOutOfRange(leaf.index, accounts);
        (address account, uint64 stones) = (leaf.account, leaf.stones);
        StoneAccount storage record = _accounts[account];
        uint64 mined = record.mined;
        if (stones <= mined) return 0;
        record.mined = stones;
        unchecked {
            paid = stones - mined; // compared above
        }
        emit Transfer(address(0), account, paid);
    }

    function _issue(uint256 paid, uint64 totalStones) private {
        uint64 creditLimit = _creditLimit;
        if (totalStones > creditLimit) creditLimit = totalStones;
        uint256 issued = _issuedMined + paid;
        uint256 limit = Math.min(creditLimit, _MINING_POOL);
        if (issued > limit) revert StoneLedger_AboveSettled(issued, limit);
        _creditLimit = creditLimit;
        _issuedMined = uint64(issued); // at most the pool, 2.1e17
    }

    function _available(StoneAccount memory record) private pure returns (uint256) {
        return uint256(record.mined) + record.received - record.out - record.reserved;
    }
}
