// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BoxPlay, BoxRequest, Prize, Season, SeasonTerms, StonesLeaf} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title MineBox: crystals open boxes, by odds that are fixed before anybody pays
/// @notice A season fixes price, prizes, odds, guarantee and budget before it starts. An account requests boxes; after the drop
/// the operator reveals the next link of a hash chain that it committed to; each outcome follows from that link, the hash of
/// the block after the request, the account's salt and the box's number, and anyone may open. A late reveal gives the
/// guaranteed tier to all who wait, and ends the season.
/// @dev The owner does not know the link, the operator not the block hash when the request is made, and the request stands. It
/// does not protect against an operator who also makes the blocks. An operator who dislikes what was drawn can let a reveal be
/// late: that is public, gives the guaranteed tier to all, and ends the season. A link is known once it was sent, whatever
/// becomes of the block that held it: it should be revealed when the drop's blocks are final. Every season needs a chain of its
/// own.
interface IMineBox is ISkippable {
    /// @notice A season is fixed; it takes requests from the start of its first drop.
    event SeasonOpened(uint24 indexed season, SeasonTerms terms);
    /// @notice A season was taken back before it began: it never takes requests.
    event SeasonVetoed(uint24 indexed season);
    /// @notice What a season did not give is free for later ones.
    event SeasonClosed(uint24 indexed season, uint64 budgetLeft);
    /// @notice Crystals of an account up to a day.
    event CrystalsCredited(address indexed account, uint64 crystals, uint64 credited);
    /// @notice The accounts' owners are, or are no longer, attested to be adults.
    event AdultsAttested(address[] accounts, bool adult);
    /// @notice `count` boxes numbered from `firstBox` on are requested, in the drop of the block's time.
    event BoxesRequested(address indexed account, uint24 season, uint64 firstBox, uint8 count, uint96 salt);
    /// @notice The link of a drop is public: its boxes can be opened.
    event DropRevealed(uint24 indexed season, uint40 indexed drop, bytes32 link);
    /// @notice The link of `drop` came too late: it and later ones give the guaranteed tier, and the season is over.
    event SeasonForced(uint24 indexed season, uint40 indexed drop);
    /// @notice `count` boxes numbered from `firstBox` on had these tiers: a byte each, from the left.
    event BoxesOpened(address indexed account, uint64 firstBox, uint8 count, bytes10 tiers);
    /// @notice Stones wait until the account holds a vehicle.
    event PrizeWaits(address indexed account, uint64 units);
    /// @notice Waiting stones were paid.
    event PrizeClaimed(address indexed account, uint64 units);
    /// @notice Crystals and waiting stones of a moved account are now with `to`.
    event CrystalsFollowed(address indexed account, address indexed to, uint64 crystals, uint64 units);

    /// @notice A term of the season is out of bounds. `name` is the field.
    error MineBox_InvalidTerms(bytes32 name, uint256 value);
    /// @notice All seasons together would promise more than the cultivation pool.
    error MineBox_PoolExceeded(uint256 promised, uint256 pool);
    /// @notice The season before it has not begun: only one may wait.
    error MineBox_SeasonWaiting(uint24 season);
    /// @notice The season has begun, or was vetoed.
    error MineBox_SeasonNotWaiting(uint24 season);
    /// @notice No such season.
    error MineBox_UnknownSeason(uint24 season);
    /// @notice The season is not over, or boxes of it wait to be opened.
    error MineBox_SeasonNotOver(uint24 season);
    /// @notice The days' credits would pass all crystals that were settled.
    error MineBox_AboveSettled(uint256 credited, uint256 limit);
    /// @notice The season takes no requests in this drop.
    error MineBox_NotOpen(uint24 season, uint256 drop);
    /// @notice The request does not name the number of boxes that the account requested before.
    error MineBox_WrongNumber(uint64 given, uint64 want);
    /// @notice The account has boxes to open first.
    error MineBox_BoxesWaiting(address account);
    /// @notice A request is for 1 to 10 boxes.
    error MineBox_InvalidCount(uint8 count);
    /// @notice Only adults may open boxes.
    error MineBox_NotAdult(address account);
    /// @notice The account has fewer crystals.
    error MineBox_InsufficientCrystals(address account, uint256 have, uint256 need);
    /// @notice The account would pass its limit of this season.
    error MineBox_LimitReached(address account, uint16 maxBoxes);
    /// @notice The season could not pay the best outcome, or has no link left.
    error MineBox_SoldOut(uint24 season);
    /// @notice The drop's requests stand in as many blocks as they may: another drop will take more.
    error MineBox_DropFull(uint256 drop);
    /// @notice Eight drops wait for their links, so that the first is overdue: the season can be forced.
    error MineBox_RevealOverdue(uint24 season);
    /// @notice The account has moved.
    error MineBox_AccountMoved(address account);
    /// @notice The drop is not the next to be revealed.
    error MineBox_NotNext(uint40 drop, uint40 next);
    /// @notice The drop, or the two blocks after its last request, are not over.
    error MineBox_TooEarly(uint40 drop);
    /// @notice The drop's time to be revealed is over: it can only be forced.
    error MineBox_TooLate(uint40 drop);
    /// @notice No reveal of the season is late, or it is forced already.
    error MineBox_NotLate(uint24 season);
    /// @notice The link does not lead to the chain's tip.
    error MineBox_WrongLink(bytes32 link);
    /// @notice The chain does not tell a block's hash any more.
    error MineBox_UnknownBlock(uint256 blockNumber);
    /// @notice The account has nothing to claim, or does not hold the vehicle.
    error MineBox_NothingToClaim(address account, bytes32 vehicle);
    /// @notice The account has not moved, or has nothing left.
    error MineBox_NothingToFollow(address account);

    /// @notice Fixes the next season. It begins after the season before and at least challengeWindowS from now, in which it can
    /// be vetoed, at most 366 days later, and lasts at most 366 days. It can be fixed once the season before has begun. Role: CATALOGUE.
    /// @param terms Price, limit, links, tip and weights are not 0; the guarantee is below the limit; 1 to 16 prizes, whose
    /// weights sum up to less than 2^32; the guaranteed tier gives something; crystals are at most 1,000,000; the budget covers
    /// the best stones prize, and is 0 without one; there are vouchers if and only if a prize is one.
    /// @return season Its number, counted from 1.
    function openSeason(SeasonTerms calldata terms) external returns (uint24 season);

    /// @notice Takes back a season that has not begun, and frees its budget. Role: GUARDIAN.
    function vetoSeason(uint24 season) external;

    /// @notice Frees what an ended season did not give. Anyone.
    function closeSeason(uint24 season) external;

    /// @notice Says whose owners are adults. Role: ATTESTER.
    function attestAdults(address[] calldata accounts, bool adult) external;

    /// @notice Credits crystals up to what a leaf of a creditable day says; anyone may call, a smaller leaf credits nothing.
    function creditCrystals(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) external;

    /// @notice Credits crystals by many leaves of one creditable day, in the order of the tree.
    function creditCrystalsMany(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external;

    /// @notice The caller requests boxes. `request.account` must be the caller; the deadline is not used.
    function requestBoxes(BoxRequest calldata request) external;

    /// @notice Carries out signed requests; anyone may call. Skips what cannot be done.
    function requestBoxesOf(BoxRequest[] calldata requests, bytes[] calldata signatures) external;

    /// @notice Reveals the link of the season's next drop with requests: from two blocks after the drop's last request, and the
    /// drop's end, until 3,600 s after the drop or 8,000 blocks after its first request. Anyone who knows the link.
    function revealDrop(uint24 season, uint40 drop, bytes32 link) external;

    /// @notice Says that the season's next drop was not revealed in time. Anyone.
    function forceSeason(uint24 season) external;

    /// @notice Opens the boxes of accounts, at any time after the reveal; passes over who has none to open. Anyone.
    /// @param vehicles For each account a vehicle that it holds, so that stones are paid at once; or 0, and they wait.
    function openBoxes(address[] calldata accounts, bytes32[] calldata vehicles) external;

    /// @notice Pays stones that wait, to an account that holds the vehicle. Anyone.
    function claimPrize(address account, bytes32 vehicle) external;

    /// @notice Gives crystals and waiting stones of a moved account to the one that stands for it now. Anyone. A moved account
    /// requests no more boxes; those that it has requested are still opened, and followed again.
    function followMove(address account) external;

    /// @notice How many seasons there were; their numbers are 1 … seasonCount.
    function seasonCount() external view returns (uint24);

    /// @notice Units of the cultivation pool that seasons gave, or may still give.
    function promised() external view returns (uint64);

    /// @notice Crystals credited to all accounts from leaves, cumulative.
    function creditedCrystals() external view returns (uint64);

    /// @notice A season, all zero when unknown.
    function seasonOf(uint24 season) external view returns (Season memory);

    /// @notice A season's prize table.
    function prizesOf(uint24 season) external view returns (Prize[] memory);

    /// @notice What an account plays with.
    function playOf(address account) external view returns (BoxPlay memory);

    /// @notice Crystals credited to an account from its own leaves, cumulative.
    function creditedOf(address account) external view returns (uint64);

    /// @notice The seed of requests made in a block, 0 before their drop is revealed.
    function seedOf(uint256 blockNumber) external view returns (bytes32);

    /// @notice Units that wait until the account holds a vehicle.
    function claimableOf(address account) external view returns (uint64);

    /// @notice The earliest drop of the season that has requests and no reveal, and whether there is one.
    function nextReveal(uint24 season) external view returns (bool exists, uint40 drop);
}
