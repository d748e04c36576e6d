// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {StonesLeaf, DaySettlement, StoneAccount} from "../types/Types.sol";

/// @title StoneLedger: days are settled here, stones credited, reserved and spent
/// @notice 1 stone = 1e9 units. Stones are bound to their account: they can be earned, reserved for an order and spent.
/// The ERC-20 façade is for reading: Transfer is emitted from address 0 on a credit and to address 0 on a spend; transfer,
/// transferFrom and approve revert. A reservation moves no balance and is told by the events of the RedemptionDesk.
/// @dev Settling is by commitment: the contract bounds totals (emission, metres, crystals) and leaves the division among
/// accounts to the roots, which anybody with the published files can recompute within the challenge window. A relayer key
/// that nobody watches can misallocate what is settled and not yet credited, never more than the totals.
interface IStoneLedger is IERC20Metadata {
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
    /// @notice Only the RedemptionDesk may reserve and spend.
    error StoneLedger_NotDesk(address caller);
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

    /// @notice Undoes a settled day, and all later ones, before it is creditable. Role: GUARDIAN, at most three times a day.
    function vetoDay(uint256 day) external;

    /// @notice As vetoDay, without a limit: for a day whose vetoes the guardian has used up. Role: ADMIN.
    function vetoDayByAdmin(uint256 day) external;

    /// @notice The relayer takes back its own day, and all later ones, before it is creditable. Role: RELAYER.
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

    /// @notice Sets stones aside for an order. Only the RedemptionDesk.
    function reserve(address account, uint64 units) external;

    /// @notice Gives reserved stones back. Only the RedemptionDesk.
    function unreserve(address account, uint64 units) external;

    /// @notice Spends reserved stones. Only the RedemptionDesk.
    function spendReserved(address account, uint64 units) external;

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

    /// @notice Units emitted before drop `drop`: Σ reward(k), k < drop, in closed form.
    function emittedBefore(uint256 drop) external pure returns (uint256);
}
