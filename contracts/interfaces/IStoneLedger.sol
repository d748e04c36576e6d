// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {StonesLeaf, DaySettlement, StoneAccount, StoneMigration} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title StoneLedger: days are settled here, stones credited, reserved and spent
/// @notice 1 stone = 1e9 units. Stones are bound to their account: they can be earned, won, reserved for an order and spent;
/// they leave it only with the whole account (AccountMoves), or to the ledger's announced successor.
/// The ERC-20 façade is for reading: Transfer is emitted from address 0 on a credit or prize, to address 0 on a spend or
/// migration, and between two accounts on a move; transfer, transferFrom and approve revert. A reservation moves no balance and is told by the events of the RedemptionDesk.
/// @dev Settling is by commitment: the contract bounds totals (emission, metres, crystals) and leaves the division among
/// accounts to the roots, which anybody with the published files can recompute within the challenge window. A relayer key
/// that nobody watches can misallocate what is settled and not yet credited, never more than the totals.
interface IStoneLedger is IERC20Metadata, ISkippable {
    /// @notice Day `day` is settled. Totals are cumulative.
    event DaySettled(
        uint256 indexed day,
        bytes32 stonesRoot,
        bytes32 metresRoot,
        uint40 accounts,
        uint64 totalStones,
        uint64 totalCrystals,
        uint64 totalMetres,
        uint40 creditableAt,
        bytes32 dataDigest
    );
    /// @notice Day `day` and every later one are no longer settled.
    event DayVetoed(uint256 indexed day, address indexed by);
    /// @notice The relayer took back day `day` and every later one.
    event DayWithdrawn(uint256 indexed day);
    /// @notice A credit call paid `units` from `leaves` leaves of `day`; the Transfers from address 0 in it say to whom.
    event DayCredited(uint256 indexed day, uint256 leaves, uint256 units);
    /// @notice From `migratableFrom` on owners may migrate to `successor`; address 0 takes an announcement back.
    event SuccessorAnnounced(address indexed successor, uint40 migratableFrom);
    /// @notice Day `day` and later ones will not be settled.
    event MiningEndAnnounced(uint32 indexed day);
    /// @notice The successor owes `account` these units.
    event StonesMigrated(address indexed account, address indexed successor, uint64 units);

    /// @notice The day is not the next to settle.
    error StoneLedger_NotNextDay(uint256 day, uint256 next);
    /// @notice The day's drops are not all anchored.
    error StoneLedger_DropsMissing(uint256 day, uint256 nextDrop);
    /// @notice A vetoed day can be settled again only later.
    error StoneLedger_TooSoonAfterVeto(uint256 day, uint256 notBefore);
    /// @notice A total fell, or grew by more than the rules allow. `name` is stones, crystals, metres or accounts.
    error StoneLedger_TotalOutOfBounds(bytes32 name, uint256 total, uint256 least, uint256 most);
    /// @notice The day is not settled.
    error StoneLedger_NotSettled(uint256 day);
    /// @notice The day's challenge window is still open (for credits) or already closed (for vetoes).
    error StoneLedger_ChallengeWindow(uint256 day, uint256 creditableAt);
    /// @notice The guardian has used its vetoes for this day.
    error StoneLedger_VetoesUsedUp(uint256 day);
    /// @notice The leaf's index is not below the day's number of accounts.
    error StoneLedger_IndexOutOfRange(uint256 index, uint256 accounts);
    /// @notice The leaf (or leaves) does not stand under the day's root.
    error StoneLedger_InvalidProof(uint256 day);
    /// @notice The credits together would pass what was settled, or the pool.
    error StoneLedger_AboveSettled(uint256 issued, uint256 limit);
    /// @notice The account has fewer stones available.
    error StoneLedger_InsufficientStones(address account, uint256 have, uint256 need);
    /// @notice Only one contract of the programme may do this, and the caller is not it.
    error StoneLedger_NotPartner(address caller);
    /// @notice More than four pointers lead from the account to whoever has its stones; `reached` is where four lead. It is carried
    /// out once a pointer between was shortened (AccountMoves.shortenForward, by anyone).
    error StoneLedger_HolderTooFar(address account, address reached);
    /// @notice The account has not moved.
    error StoneLedger_NotMoved(address account);
    /// @notice The relayer has not been silent for 7 days after the day's end.
    error StoneLedger_StandbyTooEarly(uint256 day, uint256 allowedFrom);
    /// @notice Mining has ended.
    error StoneLedger_MiningEnded(uint256 day);
    /// @notice Mining ends with 180 days' notice, and never earlier than announced.
    error StoneLedger_NeedsNotice(uint256 day, uint256 earliest);
    /// @notice The ledger has no such successor, or its 60 days of notice are not over.
    error StoneLedger_NotMigratable(address wanted, address successor, uint40 migratableFrom);
    /// @notice The migration does not name the units that the account migrated before.
    error StoneLedger_WrongMigration(uint64 given, uint64 want);
    /// @notice The account has nothing available.
    error StoneLedger_NothingToMigrate(address account);
    /// @notice Stones are bound to their account.
    error StoneLedger_NotTransferable();

    /// @notice Settles the next day. Role: RELAYER.
    /// @param accounts How many accounts have an index, cumulative.
    /// @param totalStones Units settled to all accounts, cumulative; grows by at most min(E, W · maxUnitsPerMetre).
    /// @param totalCrystals Crystals awarded, cumulative.
    /// @param totalMetres Metres counted, cumulative; bounded by the vehicles paired and their daily caps.
    function settleDay(
        uint256 day,
        bytes32 stonesRoot,
        bytes32 metresRoot,
        uint40 accounts,
        uint64 totalStones,
        uint64 totalCrystals,
        uint64 totalMetres,
        bytes32 dataDigest
    ) external;

    /// @notice As settleDay, for a day that ended 7 days ago: a dead relayer must not stop the programme. Role: STANDBY.
    function settleDayAsStandby(
        uint256 day,
        bytes32 stonesRoot,
        bytes32 metresRoot,
        uint40 accounts,
        uint64 totalStones,
        uint64 totalCrystals,
        uint64 totalMetres,
        bytes32 dataDigest
    ) external;

    /// @notice Undoes a settled day, and all later ones, before it is creditable. Role: GUARDIAN, at most three times a day.
    function vetoDay(uint256 day) external;

    /// @notice As vetoDay, without a limit: for a day whose vetoes the guardian has used up. Role: OVERSEER.
    function vetoDayByOverseer(uint256 day) external;

    /// @notice The relayer takes back a settled day, whoever settled it, and all later ones, before it is creditable. Also in a pause.
    /// Role: RELAYER.
    function withdrawDay(uint256 day) external;

    /// @notice Pays an account up to what its leaf of a creditable day says; anyone may call, a smaller leaf pays nothing.
    /// @return paid Units paid.
    function credit(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) external returns (uint256 paid);

    /// @notice Pays many leaves of one creditable day by one multiproof (OpenZeppelin MerkleProof.multiProofVerify).
    /// @param leaves In the order of the tree (ascending leaf hash).
    /// @return paid Units paid.
    function creditMany(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external returns (uint256 paid);

    /// @notice Sends on what stands with a moved account, when its pointers were too many for one step. Anyone.
    /// @return units Units moved.
    function flowOn(address account) external returns (uint256 units);

    /// @notice Sets stones aside for an order. Only the RedemptionDesk.
    function reserve(address account, uint64 units) external;

    /// @notice Credits a leaf, whoever's it is, and sets stones of `account` aside. Only the RedemptionDesk.
    function creditAndReserve(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof,
        address account,
        uint64 units
    ) external;

    /// @notice Gives reserved stones back. Only the RedemptionDesk.
    function unreserve(address account, uint64 units) external;

    /// @notice Spends reserved stones. Only the RedemptionDesk.
    function spendReserved(address account, uint64 units) external;

    /// @notice Gives stones out of the cultivation pool. Only the MineBox.
    function issuePrize(address account, uint64 units) external;

    /// @notice Moves everything of an account to another, for good. Only the AccountMoves.
    function moveStones(address account, address to) external;

    /// @notice Names the contract that owners may migrate to in 60 days; a new announcement replaces the last. Role: ADMIN.
    function announceSuccessor(address successor) external;

    /// @notice Names the first day without settlement, 180 days ahead or more; until then it can only be put off. Role: ADMIN.
    function announceMiningEnd(uint32 day) external;

    /// @notice The caller takes what it has available to the successor; the deadline is not used. What is reserved stays for
    /// its orders. Nothing is called: the successor reads migratedTo and honours it.
    function migrateStones(StoneMigration calldata migration) external;

    /// @notice Carries out signed migrations; anyone may call. Skips what cannot be done.
    function migrateStonesOf(StoneMigration[] calldata migrations, bytes[] calldata signatures) external;

    /// @notice Reverts unless the leaf stands under the root of a creditable day.
    /// @return totalCrystals Crystals of all accounts up to that day.
    function requireLeaf(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof
    ) external view returns (uint64 totalCrystals);

    /// @notice Reverts unless all leaves, in the order of the tree, stand under the root of a creditable day.
    /// @return totalCrystals Crystals of all accounts up to that day.
    function requireLeaves(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external view returns (uint64 totalCrystals);

    /// @notice The account's four sums.
    function stonesOf(address account) external view returns (StoneAccount memory);

    /// @notice Balance less what is reserved.
    function availableOf(address account) external view returns (uint256);

    /// @notice How many days are settled: the next day to settle.
    function settledDays() external view returns (uint256);

    /// @notice A settled day. Reverts when it is not.
    function settlementOf(uint256 day) external view returns (DaySettlement memory);

    /// @notice Units credited from mining so far; never falls.
    function issuedMined() external view returns (uint256);

    /// @notice Units given as prizes so far; never falls, and at most 90,000,000 stones.
    function issuedDrawn() external view returns (uint64);

    /// @notice The announced successor, 0 when there is none.
    function successor() external view returns (address);

    /// @notice First second in which owners may migrate to the successor.
    function migratableFrom() external view returns (uint40);

    /// @notice Units that `account` migrated to `successor`, cumulative.
    function migratedTo(address successor, address account) external view returns (uint64);

    /// @notice First day without settlement, 0 while mining goes on.
    function miningEndDay() external view returns (uint256);

    /// @notice First second of that day, 0 while mining goes on.
    function miningEndsAt() external view returns (uint256);

    /// @notice Units emitted before drop `drop`: Σ reward(k), k < drop, in closed form.
    function emittedBefore(uint256 drop) external pure returns (uint256);
}
