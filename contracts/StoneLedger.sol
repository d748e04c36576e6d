// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IDropAnchor} from "./interfaces/IDropAnchor.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {Emission} from "./libraries/Emission.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {AccountWord} from "./types/AccountWord.sol";
import {DaySettlement, RuleSet, StoneAccount, StoneMigration, StonesLeaf, Verifiers} from "./types/Types.sol";

/// @title StoneLedger: see IStoneLedger
contract StoneLedger is IStoneLedger, Skippable, Pausable {
    /// @dev The contracts that it works with.
    struct Partners {
        IRules rules;
        IVehicleRegistry vehicles;
        IDropAnchor anchor;
        address desk;
        address box;
        IAccountMoves moves;
    }

    struct Veto {
        uint8 byGuardian;
        uint40 notBefore;
    }

    /// @dev The mining pool: 70 % of 300,000,000 stones.
    uint256 private constant _MINING_POOL = 210_000_000e9;
    /// @dev The cultivation pool: the other 30 %.
    uint256 private constant _DRAWING_POOL = 90_000_000e9;
    uint256 private constant _GUARDIAN_VETOES = 3;
    uint256 private constant _STANDBY_AFTER_S = 7 days;
    uint256 private constant _SUCCESSOR_NOTICE_S = 60 days;
    uint256 private constant _MINING_END_NOTICE_S = 180 days;
    bytes32 private constant _MIGRATION_TYPEHASH = keccak256(
        "StoneMigration(address account,address successor,uint64 migrated,uint40 deadline)"
    );

    IRules private immutable _RULES;
    IVehicleRegistry private immutable _VEHICLES;
    IDropAnchor private immutable _ANCHOR;
    address private immutable _DESK;
    address private immutable _BOX;
    IAccountMoves private immutable _MOVES;
    uint256 private immutable _GENESIS;

    mapping(address account => AccountWord) private _accounts;
    mapping(uint256 day => DaySettlement) private _days;
    mapping(uint256 day => Veto) private _vetoes;
    uint64 private _issuedMined;
    /// @dev The largest totalStones of any day used by a credit.
    uint64 private _creditLimit;
    /// @dev What orders spent and what migrated: no longer in the supply.
    uint64 private _gone;
    uint32 private _settledDays;
    /// @dev First day that is not settled any more, 0 = mining goes on.
    uint32 private _miningEndDay;
    /// @inheritdoc IStoneLedger
    uint64 public issuedDrawn;
    /// @inheritdoc IStoneLedger
    address public successor;
    /// @inheritdoc IStoneLedger
    uint40 public migratableFrom;
    /// @inheritdoc IStoneLedger
    mapping(address successor => mapping(address account => uint64 units)) public migratedTo;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param partners The Rules; the VehicleRegistry, whose counts bound the metres; the DropAnchor, whose drops must stand
    /// before their day is settled; the RedemptionDesk, which alone may reserve and spend; the MineBox, which alone may give
    /// prizes; the AccountMoves, which alone may move.
    constructor(
        address authority,
        Verifiers memory verifiers,
        Partners memory partners
    ) AccessManaged(authority) EIP712("Cairn StoneLedger", "1") Skippable(verifiers) {
        _RULES = partners.rules;
        _VEHICLES = partners.vehicles;
        _ANCHOR = partners.anchor;
        _DESK = partners.desk;
        _BOX = partners.box;
        _MOVES = partners.moves;
        _GENESIS = partners.rules.genesis();
    }

    modifier only(address partner) {
        if (msg.sender != partner) revert StoneLedger_NotPartner(msg.sender);
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
    ) external restricted whenRunning {
        _settle(
            day,
            _settlement(stonesRoot, metresRoot, accounts, totalStones, totalCrystals, totalMetres),
            dataDigest
        );
    }

    /// @inheritdoc IStoneLedger
    function settleDayAsStandby(
        uint256 day,
        bytes32 stonesRoot,
        bytes32 metresRoot,
        uint40 accounts,
        uint64 totalStones,
        uint64 totalCrystals,
        uint64 totalMetres,
        bytes32 dataDigest
    ) external restricted whenRunning {
        uint256 allowedFrom = ProgrammeTime.dayStart(_GENESIS, day + 1) + _STANDBY_AFTER_S;
        if (block.timestamp < allowedFrom) revert StoneLedger_StandbyTooEarly(day, allowedFrom);
        _settle(
            day,
            _settlement(stonesRoot, metresRoot, accounts, totalStones, totalCrystals, totalMetres),
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
    function vetoDayByOverseer(uint256 day) external restricted {
        _veto(day);
    }

    /// @inheritdoc IStoneLedger
    function withdrawDay(uint256 day) external restricted {
        _unsettle(day);
        emit DayWithdrawn(day);
    }

    /// @inheritdoc IStoneLedger
    function credit(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) external returns (uint256 paid) {
        return _credit(day, leaf, proof);
    }

    /// @inheritdoc IStoneLedger
    function creditMany(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external returns (uint256 paid) {
        DaySettlement storage settlement = _creditable(day);
        _requireLeaves(day, leaves, proof, flags);
        unchecked {
            // Each is a uint64, and fewer than 2^192 leaves fit into a call.
            for (uint256 i = 0; i < leaves.length; ++i) paid += _pay(leaves[i]);
        }
        _issue(paid, settlement.totalStones);
        emit DayCredited(day, leaves.length, paid);
    }

    /// @inheritdoc IStoneLedger
    function flowOn(address account) external returns (uint256 units) {
        if (!_accounts[account].moved()) revert StoneLedger_NotMoved(account);
        return _moveBalance(account, _MOVES.currentOf(account));
    }

    /// @inheritdoc IStoneLedger
    function reserve(address account, uint64 units) external only(_DESK) {
        _reserve(account, units);
    }

    /// @inheritdoc IStoneLedger
    function creditAndReserve(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof,
        address account,
        uint64 units
    ) external only(_DESK) {
        _credit(day, leaf, proof);
        _reserve(account, units);
    }

    /// @inheritdoc IStoneLedger
    function unreserve(address account, uint64 units) external only(_DESK) {
        (address holder, AccountWord word) = _holderOf(account);
        _accounts[holder] = word.withReserved(word.reserved() - units); // it was reserved
    }

    /// @inheritdoc IStoneLedger
    function spendReserved(address account, uint64 units) external only(_DESK) {
        (address holder, AccountWord word) = _holderOf(account);
        _takeOut(word.withReserved(word.reserved() - units), holder, units); // it was reserved
    }

    /// @inheritdoc IStoneLedger
    function issuePrize(address account, uint64 units) external only(_BOX) {
        uint256 issued = uint256(issuedDrawn) + units;
        if (issued > _DRAWING_POOL) revert StoneLedger_AboveSettled(issued, _DRAWING_POOL);
        issuedDrawn = uint64(issued); // at most the pool, 9e16
        AccountWord word = _accounts[account];
        _accounts[account] = word.plusReceived(units);
        emit Transfer(address(0), account, units);
        if (word.moved()) _moveBalance(account, _MOVES.currentOf(account));
    }

    /// @inheritdoc IStoneLedger
    function moveStones(address account, address to) external only(address(_MOVES)) {
        _accounts[account] = _accounts[account].asMoved();
        _moveBalance(account, to);
    }

    /// @inheritdoc IStoneLedger
    function announceSuccessor(address successor_) external restricted {
        successor = successor_;
        migratableFrom = uint40(block.timestamp + _SUCCESSOR_NOTICE_S); // 40 bits last until the year 36,812
        emit SuccessorAnnounced(successor_, migratableFrom);
    }

    /// @inheritdoc IStoneLedger
    function announceMiningEnd(uint32 day) external restricted {
        bool ended = _miningEndDay != 0 && ProgrammeTime.dayOf(_GENESIS, block.timestamp) >= _miningEndDay;
        if (ended) revert StoneLedger_MiningEnded(_miningEndDay);
        uint256 earliest = ProgrammeTime.dayOf(_GENESIS, block.timestamp + _MINING_END_NOTICE_S) + 1;
        if (_miningEndDay > earliest) earliest = _miningEndDay;
        if (day < earliest) revert StoneLedger_NeedsNotice(day, earliest);
        _miningEndDay = day;
        emit MiningEndAnnounced(day);
    }

    /// @inheritdoc IStoneLedger
    function migrateStones(StoneMigration calldata migration) external {
        _requireCaller(migration.account);
        _raise(_problemOfMigration(migration));
        _migrate(migration);
    }

    /// @inheritdoc IStoneLedger
    function migrateStonesOf(StoneMigration[] calldata migrations, bytes[] calldata signatures) external {
        _requireSameLength(migrations.length, signatures.length);
        for (uint256 i = 0; i < migrations.length; ++i) {
            StoneMigration calldata migration = migrations[i];
            bytes memory problem = _problemOfDeadline(migration.deadline);
            if (problem.length == 0) problem = _problemOfMigration(migration);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_MIGRATION_TYPEHASH, migration)));
                problem = _problemOfSignature(migration.account, digest, signatures[i]);
            }
            if (!_skipped(i, migration.account, problem)) _migrate(migration);
        }
    }

    /// @inheritdoc IStoneLedger
    function requireLeaf(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof
    ) external view returns (uint64 totalCrystals) {
        totalCrystals = _creditable(day).totalCrystals;
        _requireLeaf(day, leaf, proof);
    }

    /// @inheritdoc IStoneLedger
    function requireLeaves(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external view returns (uint64 totalCrystals) {
        totalCrystals = _creditable(day).totalCrystals;
        _requireLeaves(day, leaves, proof, flags);
    }

    /// @inheritdoc IStoneLedger
    function miningEndDay() external view returns (uint256) {
        return _miningEndDay;
    }

    /// @inheritdoc IStoneLedger
    function miningEndsAt() external view returns (uint256) {
        return _miningEndDay == 0 ? 0 : ProgrammeTime.dayStart(_GENESIS, _miningEndDay);
    }

    /// @inheritdoc IStoneLedger
    function stonesOf(address account) external view returns (StoneAccount memory) {
        return _accounts[account].unpack();
    }

    /// @inheritdoc IStoneLedger
    function availableOf(address account) external view returns (uint256) {
        return _accounts[account].available();
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
        return uint256(_issuedMined) + issuedDrawn - _gone;
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].balance();
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

    function _settlement(
        bytes32 stonesRoot,
        bytes32 metresRoot,
        uint40 accounts,
        uint64 totalStones,
        uint64 totalCrystals,
        uint64 totalMetres
    ) private pure returns (DaySettlement memory) {
        return
            DaySettlement({
                stonesRoot: stonesRoot,
                totalStones: totalStones,
                totalMetres: totalMetres,
                accounts: accounts,
                creditableAt: 0,
                metresRoot: metresRoot,
                capSum: 0,
                totalCrystals: totalCrystals
            });
    }

    function _settle(uint256 day, DaySettlement memory settlement, bytes32 dataDigest) private {
        _requireSettleable(day);
        _boundTotals(day, settlement);
        _days[day] = settlement;
        _settledDays = uint32(day + 1); // 2^32 days are 11 million years
        emit DaySettled(
            day,
            settlement.stonesRoot,
            settlement.metresRoot,
            settlement.accounts,
            settlement.totalStones,
            settlement.totalCrystals,
            settlement.totalMetres,
            settlement.creditableAt,
            dataDigest
        );
    }

    /// @dev Bounds a day's totals by the day before, the emission, the rules and the vehicles; fills in what is derived.
    function _boundTotals(uint256 day, DaySettlement memory settlement) private view {
        // Before day 0 every total is 0: mapping entries of days never settled are all zero, and day 0 has none before it.
        DaySettlement memory before = _totalsBefore(day, 1);
        RuleSet memory rules = _RULES.rulesAt(day);

        settlement.capSum = uint64(before.capSum + rules.dailyCapM * _VEHICLES.pairedOn(day)); // metres: far below 2^64
        // A reading's day is that of the second before its end.
        uint256 ageDays = Math.ceilDiv(uint256(rules.readingMaxAgeS) + 1, ProgrammeTime.DAY_S);
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
        if (_miningEndDay != 0 && day >= _miningEndDay) revert StoneLedger_MiningEnded(_miningEndDay);
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

    function _credit(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) private returns (uint256 paid) {
        DaySettlement storage settlement = _creditable(day);
        _requireLeaf(day, leaf, proof);
        paid = _pay(leaf);
        _issue(paid, settlement.totalStones);
        emit DayCredited(day, 1, paid);
    }

    /// @dev The leaf stands under the day's root, and its index is one of the day's.
    function _requireLeaf(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) private view {
        DaySettlement storage settlement = _days[day];
        if (Leaves.rootOf(Leaves.hash(leaf), proof) != settlement.stonesRoot) revert StoneLedger_InvalidProof(day);
        uint40 accounts = settlement.accounts;
        if (leaf.index >= accounts) revert StoneLedger_IndexOutOfRange(leaf.index, accounts);
    }

    function _requireLeaves(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) private view {
        DaySettlement storage settlement = _days[day];
        uint40 accounts = settlement.accounts;
        bytes32[] memory hashes = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            StonesLeaf calldata leaf = leaves[i];
            hashes[i] = Leaves.hash(leaf);
            if (leaf.index >= accounts) revert StoneLedger_IndexOutOfRange(leaf.index, accounts);
        }
        // Without leaves a multiproof would only show that the root is the root.
        bool valid =
            leaves.length != 0 && MerkleProof.multiProofVerifyCalldata(proof, flags, settlement.stonesRoot, hashes);
        if (!valid) revert StoneLedger_InvalidProof(day);
    }

    function _pay(StonesLeaf calldata leaf) private returns (uint256 paid) {
        (address account, uint64 stones) = (leaf.account, leaf.stones);
        AccountWord word = _accounts[account];
        uint64 mined = word.mined();
        if (stones <= mined) return 0;
        _accounts[account] = word.withMined(stones);
        unchecked {
            paid = stones - mined; // compared above
        }
        emit Transfer(address(0), account, paid);
        if (word.moved()) _moveBalance(account, _MOVES.currentOf(account));
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

    function _reserve(address account, uint64 units) private {
        AccountWord word = _accounts[account];
        uint256 have = word.available();
        if (have < units) revert StoneLedger_InsufficientStones(account, have, units);
        _accounts[account] = word.withReserved(uint256(word.reserved()) + units); // what is available fits
    }

    /// @dev Shifts balance and reservations, all of them, whoever the accounts are: the callers know that one stands for the other.
    function _moveBalance(address account, address to) private returns (uint256) {
        (AccountWord word, AccountWord target) = (_accounts[account], _accounts[to]);
        uint64 units = word.balance();
        _accounts[account] = word.plusOut(units).withReserved(0);
        uint256 reserved = uint256(target.reserved()) + word.reserved();
        _accounts[to] = target.plusReceived(units).withReserved(reserved);
        emit Transfer(account, to, units);
        return units;
    }

    function _problemOfMigration(StoneMigration calldata migration) private view returns (bytes memory) {
        address wanted = migration.successor;
        if (wanted == address(0) || wanted != successor || block.timestamp < migratableFrom) {
            return abi.encodeWithSelector(StoneLedger_NotMigratable.selector, wanted, successor, migratableFrom);
        }
        address account = migration.account;
        uint64 migrated = migratedTo[wanted][account];
        if (migration.migrated != migrated) {
            return abi.encodeWithSelector(StoneLedger_WrongMigration.selector, migration.migrated, migrated);
        }
        if (_accounts[account].available() == 0) {
            return abi.encodeWithSelector(StoneLedger_NothingToMigrate.selector, account);
        }
        return _none();
    }

    function _migrate(StoneMigration calldata migration) private {
        (address account, address to) = (migration.account, migration.successor);
        AccountWord word = _accounts[account];
        uint64 units = word.available();
        migratedTo[to][account] += units;
        emit StonesMigrated(account, to, units);
        _takeOut(word, account, units);
    }

    /// @dev Takes stones out of an account, whose word is given, and the supply.
    function _takeOut(AccountWord word, address account, uint64 units) private {
        _accounts[account] = word.plusOut(units);
        _gone += units;
        emit Transfer(account, address(0), units);
    }

    /// @dev Where the reservations of an account's orders stand now, and the word that holds them.
    function _holderOf(address account) private view returns (address holder, AccountWord word) {
        (holder, word) = (account, _accounts[account]);
        if (!word.moved()) return (holder, word);
        holder = _MOVES.currentOf(account);
        word = _accounts[holder];
        if (word.moved()) revert StoneLedger_HolderTooFar(account, holder);
    }
}
