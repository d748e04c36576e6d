// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IMineBox} from "./interfaces/IMineBox.sol";
import {IRedemptionDesk} from "./interfaces/IRedemptionDesk.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {BoxDraws} from "./libraries/BoxDraws.sol";
import {BoxTables} from "./libraries/BoxTables.sol";
import {BoxBudget, BoxTerms, BoxWords} from "./libraries/BoxWords.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {
    BoxPlay,
    BoxRequest,
    Pairing,
    Prize,
    PrizeKind,
    Season,
    SeasonTerms,
    StonesLeaf,
    Verifiers
} from "./types/Types.sol";

/// @dev A reveal stores a seed for each.
uint256 constant MAX_BLOCKS_A_DROP = 32;
/// @dev When requests come in a ninth drop, the first is over for more than the hour in which it could be revealed.
uint256 constant MAX_WAITING_DROPS = 8;

/// @title MineBox: see IMineBox
contract MineBox is IMineBox, Skippable, Pausable {
    using BoxWords for uint256;
    using BoxWords for BoxBudget;
    using BoxWords for BoxPlay;
    using BoxWords for BoxTerms;

    /// @dev The contracts that it works with.
    struct Partners {
        IRules rules;
        IVehicleRegistry vehicles;
        IStoneLedger ledger;
        IRedemptionDesk desk;
        ICatalogue catalogue;
        IAccountMoves moves;
    }

    struct SeasonRecord {
        /// BoxTerms and BoxBudget, a word each.
        uint256 terms;
        uint256 budget;
        BoxDraws.Odds odds;
        bytes32 tip;
        /// The first drop, and its first block with requests, that take the guaranteed tier.
        uint40 forcedFrom;
        uint40 forcedFromBlock;
        bool closed;
        uint8 tiers;
        mapping(uint256 tier => Prize) prizes;
        /// The n-th drop with requests has the n-th row, counted around.
        DropRequests[MAX_WAITING_DROPS] rows;
    }

    /// @dev The blocks in which requests of one drop stand. Mostly one block takes them all, and this is one word.
    struct DropRequests {
        uint40 drop;
        uint8 count;
        uint40 firstBlock;
        uint40 lastBlock;
        uint40[MAX_BLOCKS_A_DROP - 1] laterBlocks;
    }

    /// @dev The season at which the accounts of a call play: loaded once for all of them, and stored once.
    struct Table {
        uint24 season;
        BoxTerms terms;
        BoxBudget budget;
        uint256 drop;
        /// Whether it takes requests in this drop.
        bool open;
        /// Whether this block is noted as one with requests of the drop.
        bool noted;
    }

    bytes32 private constant _REQUEST_TYPEHASH = keccak256(
        "BoxRequest(address account,uint24 season,uint64 boxes,uint8 count,uint96 salt,uint40 deadline)"
    );
    /// @dev The cultivation pool: 30 % of 300,000,000 stones.
    uint256 private constant _POOL = 90_000_000e9;
    uint256 private constant _MAX_COUNT = 10;
    uint256 private constant _BLOCKS_UNTIL_REVEAL = 2;
    uint256 private constant _REVEAL_WITHIN_S = 3_600;
    /// @dev Where EIP-2935 keeps the hashes of 8,191 blocks.
    address private constant _HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 private constant _REVEAL_WITHIN_BLOCKS = 8_000;

    IRules private immutable _RULES;
    IVehicleRegistry private immutable _VEHICLES;
    IStoneLedger private immutable _LEDGER;
    IRedemptionDesk private immutable _DESK;
    ICatalogue private immutable _CATALOGUE;
    IAccountMoves private immutable _MOVES;
    uint256 private immutable _GENESIS;

    /// @dev 2^16 seasons, the number's bits in BoxPlay, last for 179 years with one a day.
    uint16 private _seasonCount;
    /// @dev The newest season before that one which was not vetoed.
    uint16 private _lastKept;
    /// @inheritdoc IMineBox
    uint64 public promised;
    /// @inheritdoc IMineBox
    uint64 public creditedCrystals;
    /// @dev The largest totalCrystals of any day used by a credit.
    uint64 private _creditLimit;
    mapping(uint24 season => SeasonRecord) private _seasons;
    /// @inheritdoc IMineBox
    mapping(uint256 blockNumber => bytes32) public seedOf;
    /// @dev BoxPlay, as a word.
    mapping(address account => uint256) private _plays;
    /// @inheritdoc IMineBox
    mapping(address account => uint64) public creditedOf;
    /// @inheritdoc IMineBox
    mapping(address account => uint64) public claimableOf;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param partners The Rules, for genesis and the notice of seasons; the VehicleRegistry, for who owns a car; the
    /// StoneLedger, which must know this contract as its box; the RedemptionDesk, which takes vouchers from it; the
    /// Catalogue, for which items there are; the AccountMoves.
    constructor(
        address authority,
        Verifiers memory verifiers,
        Partners memory partners
    ) AccessManaged(authority) EIP712("Cairn MineBox", "1") Skippable(verifiers) {
        _RULES = partners.rules;
        _VEHICLES = partners.vehicles;
        _LEDGER = partners.ledger;
        _DESK = partners.desk;
        _CATALOGUE = partners.catalogue;
        _MOVES = partners.moves;
        _GENESIS = partners.rules.genesis();
    }

    /// @inheritdoc IMineBox
    function openSeason(SeasonTerms calldata terms) external restricted whenRunning returns (uint24 season) {
        BoxTerms memory last = _seasons[_seasonCount].terms.toTerms();
        if (_isWaiting(last)) revert MineBox_SeasonWaiting(_seasonCount);
        if (last.firstDrop != last.endDrop) _lastKept = _seasonCount;
        uint256 earliest = Math.max(_earliestDrop(), _seasons[_lastKept].terms.toTerms().endDrop);
        (bytes32 term, uint256 value) = BoxTables.invalidTermOf(terms, earliest, _CATALOGUE.itemCount());
        if (term != 0) revert MineBox_InvalidTerms(term, value);
        uint256 sum = uint256(promised) + terms.budget;
        if (sum > _POOL) revert MineBox_PoolExceeded(sum, _POOL);
        promised = uint64(sum); // at most the pool, 9e16

        season = ++_seasonCount;
        SeasonRecord storage record = _seasons[season];
        (uint64 worstUnits, bool worstVoucher) = BoxTables.worstOf(terms.prizes);
        record.terms = BoxTerms({
            firstDrop: terms.firstDrop,
            endDrop: terms.endDrop,
            price: terms.price,
            guarantee: terms.guarantee,
            guaranteedTier: terms.guaranteedTier,
            maxBoxes: terms.maxBoxes,
            worstUnits: worstUnits,
            worstVoucher: worstVoucher,
            forced: false
        }).pack();
        record.budget = BoxBudget({
            unitsLeft: terms.budget,
            vouchersLeft: terms.vouchers,
            linksLeft: terms.links,
            pending: 0,
            revealed: 0,
            waiting: 0
        }).pack();
        record.odds = BoxDraws.oddsOf(terms.prizes);
        record.tip = terms.tip;
        record.tiers = uint8(terms.prizes.length); // at most 16
        for (uint256 tier = 0; tier < terms.prizes.length; ++tier) record.prizes[tier] = terms.prizes[tier];
        emit SeasonOpened(season, terms);
    }

    /// @inheritdoc IMineBox
    function vetoSeason(uint24 season) external restricted {
        SeasonRecord storage record = _knownSeason(season);
        BoxTerms memory terms = record.terms.toTerms();
        if (!_isWaiting(terms)) revert MineBox_SeasonNotWaiting(season);
        terms.endDrop = terms.firstDrop; // it has no drops any more
        record.terms = terms.pack();
        emit SeasonVetoed(season);
        _close(season, record);
    }

    /// @inheritdoc IMineBox
    function closeSeason(uint24 season) external {
        SeasonRecord storage record = _knownSeason(season);
        bool over = _dropNow() >= record.terms.toTerms().endDrop && record.budget.toBudget().pending == 0;
        if (!over || record.closed) revert MineBox_SeasonNotOver(season);
        _close(season, record);
    }

    /// @inheritdoc IMineBox
    function attestAdults(address[] calldata accounts, bool adult) external restricted {
        if (adult) _requireRunning();
        for (uint256 i = 0; i < accounts.length; ++i) {
            BoxPlay memory play = _plays[accounts[i]].toPlay();
            play.adult = adult;
            _plays[accounts[i]] = play.pack();
        }
        emit AdultsAttested(accounts, adult);
    }

    /// @inheritdoc IMineBox
    function creditCrystals(uint256 day, StonesLeaf calldata leaf, bytes32[] calldata proof) external {
        uint64 totalCrystals = _LEDGER.requireLeaf(day, leaf, proof);
        _issue(_credit(leaf), totalCrystals);
    }

    /// @inheritdoc IMineBox
    function creditCrystalsMany(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags
    ) external {
        uint64 totalCrystals = _LEDGER.requireLeaves(day, leaves, proof, flags);
        uint256 paid = 0;
        for (uint256 i = 0; i < leaves.length; ++i) paid += _credit(leaves[i]);
        _issue(paid, totalCrystals);
    }

    /// @inheritdoc IMineBox
    function requestBoxes(BoxRequest memory request) external {
        _requireCaller(request.account);
        Table memory table;
        _turnTo(table, request.season);
        BoxPlay memory play = _playIn(request.season, request.account);
        _raise(_problemOfRequest(request, play, table));
        _request(request, play, table);
        _store(table);
    }

    /// @inheritdoc IMineBox
    function requestBoxesOf(BoxRequest[] calldata requests, bytes[] calldata signatures) external {
        _requireSameLength(requests.length, signatures.length);
        Table memory table;
        for (uint256 i = 0; i < requests.length; ++i) {
            BoxRequest memory request = requests[i];
            _turnTo(table, request.season);
            BoxPlay memory play = _playIn(request.season, request.account);
            bytes memory problem = _problemOfDeadline(request.deadline);
            if (problem.length == 0) problem = _problemOfRequest(request, play, table);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_REQUEST_TYPEHASH, request)));
                problem = _problemOfSignature(request.account, digest, signatures[i]);
            }
            if (!_skipped(i, request.account, problem)) _request(request, play, table);
        }
        _store(table);
    }

    /// @inheritdoc IMineBox
    function revealDrop(uint24 season, uint40 drop, bytes32 link) external {
        SeasonRecord storage record = _knownSeason(season);
        BoxBudget memory budget = record.budget.toBudget();
        DropRequests storage row = _nextRow(record, budget);
        // No season begins in drop 0.
        uint40 next = budget.waiting == 0 || record.terms.toTerms().forced ? 0 : row.drop;
        if (drop != next || next == 0) revert MineBox_NotNext(drop, next);
        if (keccak256(abi.encode(link)) != record.tip) revert MineBox_WrongLink(link);
        bool over = block.timestamp >= ProgrammeTime.dropEnd(_GENESIS, drop);
        if (!over || block.number < row.lastBlock + _BLOCKS_UNTIL_REVEAL) revert MineBox_TooEarly(drop);
        if (_isLate(row)) revert MineBox_TooLate(drop);

        record.tip = link;
        ++budget.revealed;
        --budget.waiting;
        record.budget = budget.pack();
        _setSeed(row.firstBlock, link);
        for (uint256 i = 1; i < row.count; ++i) _setSeed(row.laterBlocks[i - 1], link);
        emit DropRevealed(season, drop, link);
    }

    /// @inheritdoc IMineBox
    function forceSeason(uint24 season) external {
        SeasonRecord storage record = _knownSeason(season);
        BoxTerms memory terms = record.terms.toTerms();
        BoxBudget memory budget = record.budget.toBudget();
        DropRequests storage row = _nextRow(record, budget);
        if (budget.waiting == 0 || terms.forced || !_isLate(row)) revert MineBox_NotLate(season);
        terms.forced = true;
        // The next season need not wait for drops that this one no longer takes.
        terms.endDrop = uint40(Math.min(_dropNow() + 1, terms.endDrop)); // no larger than it was
        record.terms = terms.pack();
        record.forcedFrom = row.drop;
        record.forcedFromBlock = row.firstBlock;
        emit SeasonForced(season, row.drop);
    }

    /// @inheritdoc IMineBox
    function openBoxes(address[] calldata accounts, bytes32[] calldata vehicles) external {
        _requireSameLength(accounts.length, vehicles.length);
        Table memory table;
        BoxDraws.Odds memory odds;
        for (uint256 i = 0; i < accounts.length; ++i) {
            BoxPlay memory play = _plays[accounts[i]].toPlay();
            if (play.pending == 0) continue;
            if (_turnTo(table, play.season)) odds = _seasons[play.season].odds;
            _open(accounts[i], vehicles[i], play, table, odds);
        }
        _store(table);
    }

    /// @inheritdoc IMineBox
    function claimPrize(address account, bytes32 vehicle) external {
        uint64 units = claimableOf[account];
        if (units == 0 || !_holds(account, vehicle)) revert MineBox_NothingToClaim(account, vehicle);
        claimableOf[account] = 0;
        emit PrizeClaimed(account, units);
        _LEDGER.issuePrize(account, units);
    }

    /// @inheritdoc IMineBox
    function followMove(address account) external {
        address to = _MOVES.currentOf(account);
        BoxPlay memory from = _plays[account].toPlay();
        uint40 crystals = from.crystals;
        uint64 units = claimableOf[account];
        if (to == account || (crystals == 0 && units == 0)) revert MineBox_NothingToFollow(account);
        from.crystals = 0;
        _plays[account] = from.pack();
        _win(to, crystals);
        claimableOf[account] = 0;
        claimableOf[to] += units;
        emit CrystalsFollowed(account, to, crystals, units);
    }

    /// @inheritdoc IMineBox
    function seasonCount() external view returns (uint24) {
        return _seasonCount;
    }

    /// @inheritdoc IMineBox
    function seasonOf(uint24 season) external view returns (Season memory) {
        SeasonRecord storage record = _seasons[season];
        (BoxTerms memory terms, BoxBudget memory budget) = (record.terms.toTerms(), record.budget.toBudget());
        return
            Season({
                firstDrop: terms.firstDrop,
                endDrop: terms.endDrop,
                price: terms.price,
                guarantee: terms.guarantee,
                guaranteedTier: terms.guaranteedTier,
                maxBoxes: terms.maxBoxes,
                forced: terms.forced,
                forcedFrom: record.forcedFrom,
                budgetLeft: budget.unitsLeft,
                vouchersLeft: budget.vouchersLeft,
                linksLeft: budget.linksLeft,
                pending: budget.pending,
                tip: record.tip
            });
    }

    /// @inheritdoc IMineBox
    function prizesOf(uint24 season) external view returns (Prize[] memory prizes) {
        SeasonRecord storage record = _seasons[season];
        prizes = new Prize[](record.tiers);
        for (uint256 tier = 0; tier < prizes.length; ++tier) prizes[tier] = record.prizes[tier];
    }

    /// @inheritdoc IMineBox
    function playOf(address account) external view returns (BoxPlay memory) {
        return _plays[account].toPlay();
    }

    /// @inheritdoc IMineBox
    function nextReveal(uint24 season) external view returns (bool exists, uint40 drop) {
        SeasonRecord storage record = _seasons[season];
        BoxBudget memory budget = record.budget.toBudget();
        return budget.waiting == 0 ? (false, 0) : (true, _nextRow(record, budget).drop);
    }

    function _close(uint24 season, SeasonRecord storage record) private {
        BoxBudget memory budget = record.budget.toBudget();
        uint64 left = budget.unitsLeft;
        record.closed = true;
        budget.unitsLeft = 0;
        record.budget = budget.pack();
        promised -= left;
        emit SeasonClosed(season, left);
    }

    function _credit(StonesLeaf calldata leaf) private returns (uint256 paid) {
        uint64 credited = creditedOf[leaf.account];
        if (leaf.crystals <= credited) return 0;
        paid = leaf.crystals - credited;
        creditedOf[leaf.account] = leaf.crystals;
        _win(leaf.account, paid);
        emit CrystalsCredited(leaf.account, uint64(paid), leaf.crystals); // a difference of uint64
    }

    function _win(address account, uint256 crystals) private {
        BoxPlay memory play = _plays[account].toPlay();
        play.crystals = SafeCast.toUint40(play.crystals + crystals);
        _plays[account] = play.pack();
    }

    function _issue(uint256 paid, uint64 totalCrystals) private {
        if (totalCrystals > _creditLimit) _creditLimit = totalCrystals;
        uint256 credited = creditedCrystals + paid;
        if (credited > _creditLimit) revert MineBox_AboveSettled(credited, _creditLimit);
        creditedCrystals = uint64(credited); // at most the limit
    }

    /// @dev Loads a season, unless it is the one that is loaded.
    function _turnTo(Table memory table, uint24 season) private returns (bool turned) {
        if (season == table.season) return false;
        _store(table);
        BoxTerms memory terms = _seasons[season].terms.toTerms();
        uint256 drop = _dropNow();
        table.season = season;
        table.terms = terms;
        table.budget = _seasons[season].budget.toBudget();
        table.drop = drop;
        table.open = drop >= terms.firstDrop && drop < terms.endDrop && !terms.forced;
        table.noted = false;
        return true;
    }

    /// @dev Terms never change in a request or an opening. There is no season 0: it is the table before the first one.
    function _store(Table memory table) private {
        if (table.season != 0) _seasons[table.season].budget = table.budget.pack();
    }

    /// @dev An account's play, which every season begins anew.
    function _playIn(uint24 season, address account) private view returns (BoxPlay memory play) {
        play = _plays[account].toPlay();
        if (play.season != season) (play.misses, play.seasonBoxes) = (0, 0);
    }

    function _request(BoxRequest memory request, BoxPlay memory play, Table memory table) private {
        uint8 count = request.count;
        uint64 firstBox = play.boxes;
        play.salt = request.salt;
        play.requestBlock = uint40(block.number); // 40 bits of blocks last for longer than those of time
        play.season = request.season;
        play.pending = count;
        play.boxes += count;
        BoxBudget memory budget = table.budget;
        unchecked {
            // _problemOfRequest compared each with what is left, and 2^32 boxes would be pending for 2^28 adults.
            play.seasonBoxes += count;
            play.crystals -= uint40(table.terms.price) * count;
            budget.unitsLeft -= table.terms.worstUnits * count;
            if (table.terms.worstVoucher) budget.vouchersLeft -= count;
            budget.pending += count;
        }
        _plays[request.account] = play.pack();
        if (!table.noted) _noteBlock(table);
        emit BoxesRequested(request.account, request.season, firstBox, count, request.salt);
    }

    /// @dev The row that waits for the next link, if one waits.
    function _nextRow(
        SeasonRecord storage record,
        BoxBudget memory budget
    ) private view returns (DropRequests storage) {
        return record.rows[budget.revealed % MAX_WAITING_DROPS];
    }

    /// @dev The row of this drop, and whether it has requests already: else the row is the next free one.
    function _rowOf(Table memory table) private view returns (DropRequests storage row, bool begun) {
        BoxBudget memory budget = table.budget;
        DropRequests[MAX_WAITING_DROPS] storage rows = _seasons[table.season].rows;
        uint256 next = uint256(budget.revealed) + budget.waiting;
        row = rows[next % MAX_WAITING_DROPS];
        if (budget.waiting == 0) return (row, false);
        DropRequests storage last = rows[(next - 1) % MAX_WAITING_DROPS];
        return last.drop == table.drop ? (last, true) : (row, false);
    }

    /// @dev Notes that this block has requests.
    function _noteBlock(Table memory table) private {
        table.noted = true;
        (DropRequests storage row, bool begun) = _rowOf(table);
        // 40 bits of blocks and drops last for longer than those of time.
        uint40 thisBlock = uint40(block.number);
        if (!begun) {
            (row.drop, row.count, row.firstBlock, row.lastBlock) = (uint40(table.drop), 1, thisBlock, thisBlock);
            --table.budget.linksLeft;
            ++table.budget.waiting;
        } else if (row.lastBlock != thisBlock) {
            row.laterBlocks[row.count - 1] = thisBlock;
            (row.count, row.lastBlock) = (row.count + 1, thisBlock);
        }
    }

    function _problemOfRequest(
        BoxRequest memory request,
        BoxPlay memory play,
        Table memory table
    ) private view returns (bytes memory problem) {
        (address account, uint256 count, BoxTerms memory terms) = (request.account, request.count, table.terms);
        if (!table.open) return abi.encodeWithSelector(MineBox_NotOpen.selector, request.season, _dropNow());
        if (count == 0 || count > _MAX_COUNT) return abi.encodeWithSelector(MineBox_InvalidCount.selector, count);
        if (request.boxes != play.boxes) {
            return abi.encodeWithSelector(MineBox_WrongNumber.selector, request.boxes, play.boxes);
        }
        if (play.pending != 0) return abi.encodeWithSelector(MineBox_BoxesWaiting.selector, account);
        if (!play.adult) return abi.encodeWithSelector(MineBox_NotAdult.selector, account);
        if (play.seasonBoxes + count > terms.maxBoxes) {
            return abi.encodeWithSelector(MineBox_LimitReached.selector, account, terms.maxBoxes);
        }
        if (play.crystals < terms.price * count) {
            return
                abi.encodeWithSelector(
                    MineBox_InsufficientCrystals.selector,
                    account,
                    play.crystals,
                    terms.price * count
                );
        }
        if (!table.noted) problem = _problemOfBlock(table);
        if (problem.length != 0) return problem;
        if (!_canPay(table, count)) return abi.encodeWithSelector(MineBox_SoldOut.selector, request.season);
        // Whoever has moved away, maybe from a thief, spends nothing any more.
        if (_MOVES.currentOf(account) != account) {
            return abi.encodeWithSelector(MineBox_AccountMoved.selector, account);
        }
    }

    /// @dev Whether the worst case is left.
    function _canPay(Table memory table, uint256 count) private pure returns (bool) {
        (BoxTerms memory terms, BoxBudget memory budget) = (table.terms, table.budget);
        return budget.unitsLeft >= terms.worstUnits * count && (!terms.worstVoucher || budget.vouchersLeft >= count);
    }

    /// @dev Whether the drop has a link, and takes requests of this block.
    function _problemOfBlock(Table memory table) private view returns (bytes memory problem) {
        (DropRequests storage row, bool begun) = _rowOf(table);
        if (begun) {
            bool full = row.count == MAX_BLOCKS_A_DROP && row.lastBlock != block.number;
            if (full) return abi.encodeWithSelector(MineBox_DropFull.selector, table.drop);
        } else if (table.budget.linksLeft == 0) {
            return abi.encodeWithSelector(MineBox_SoldOut.selector, table.season);
        } else if (table.budget.waiting == MAX_WAITING_DROPS) {
            return abi.encodeWithSelector(MineBox_RevealOverdue.selector, table.season);
        }
    }

    function _setSeed(uint256 requestBlock, bytes32 link) private {
        seedOf[requestBlock] = BoxDraws.seedOf(link, _hashOf(requestBlock + 1));
    }

    /// @dev The hash of a block: the chain tells the last 256, EIP-2935 some more. An unknown one must not be a seed, since the
    /// operator would know it in advance. (OpenZeppelin's Blockhash returns 0 for it, or whatever a failing call answers.)
    function _hashOf(uint256 blockNumber) private view returns (bytes32 hash) {
        hash = blockhash(blockNumber);
        if (hash != 0) return hash;
        bool success;
        (success, hash, ) = LowLevelCall.staticcallReturn64Bytes(_HISTORY, abi.encode(blockNumber));
        bool known = success && LowLevelCall.returnDataSize() == 32 && hash != 0;
        if (!known) revert MineBox_UnknownBlock(blockNumber);
    }

    /// @dev Whether the time in which a drop can be revealed is over.
    function _isLate(DropRequests storage row) private view returns (bool) {
        return
            block.timestamp > ProgrammeTime.dropEnd(_GENESIS, row.drop) + _REVEAL_WITHIN_S ||
            block.number > row.firstBlock + _REVEAL_WITHIN_BLOCKS;
    }

    /// @dev Opens what an account requested, if it can be opened now.
    function _open(
        address account,
        bytes32 vehicle,
        BoxPlay memory play,
        Table memory table,
        BoxDraws.Odds memory odds
    ) private {
        BoxTerms memory terms = table.terms;
        bool forced = terms.forced && play.requestBlock >= _seasons[table.season].forcedFromBlock;
        bytes32 seed = seedOf[play.requestBlock];
        if (!forced && seed == 0) return;

        uint256 count = play.pending;
        uint256 firstBox = play.boxes - count;
        uint64 units = 0;
        uint32 vouchers = 0;
        bytes10 tiers = 0;
        for (uint256 k = 0; k < count; ++k) {
            uint256 drawn =
                forced
                    ? terms.guaranteedTier
                    : BoxDraws.tierOf(odds, BoxDraws.outcomeOf(seed, play.salt, account, firstBox + k));
            uint256 tier = BoxDraws.winOf(drawn, play, terms);
            tiers |= bytes10(bytes1(uint8(tier))) >> (8 * k); // a table has at most 16 tiers
            Prize storage prize = _seasons[table.season].prizes[tier];
            (PrizeKind kind, uint64 amount) = (prize.kind, prize.amount);
            if (kind == PrizeKind.Stones) units += amount;
            else if (kind == PrizeKind.Crystals)
                play.crystals += uint40(amount); // at most a million
            else if (kind == PrizeKind.Voucher) ++vouchers;
        }
        play.pending = 0;
        _plays[account] = play.pack();
        _giveBack(table, count, units, vouchers);
        emit BoxesOpened(account, uint64(firstBox), uint8(count), tiers);
        if (vouchers != 0) _grantVouchers(account, table.season, count, tiers);
        if (units != 0) _pay(account, vehicle, units);
    }

    /// @dev Gives back to the season what was held for better prizes than those that were won.
    function _giveBack(Table memory table, uint256 count, uint64 units, uint32 vouchers) private pure {
        BoxBudget memory budget = table.budget;
        unchecked {
            // What was held, count times the worst, and no box won more. It was taken off the same three.
            budget.unitsLeft += table.terms.worstUnits * uint64(count) - units;
            if (table.terms.worstVoucher) budget.vouchersLeft += uint32(count) - vouchers;
            budget.pending -= uint32(count);
        }
    }

    function _grantVouchers(address account, uint24 season, uint256 count, bytes10 tiers) private {
        for (uint256 k = 0; k < count; ++k) {
            Prize memory prize = _seasons[season].prizes[uint8(tiers[k])];
            if (prize.kind == PrizeKind.Voucher) _DESK.grantVouchers(account, prize.item, 1);
        }
    }

    /// @dev Stones are for owners: others' wait.
    function _pay(address account, bytes32 vehicle, uint64 units) private {
        if (_holds(account, vehicle)) {
            _LEDGER.issuePrize(account, units);
        } else {
            claimableOf[account] += units;
            emit PrizeWaits(account, units);
        }
    }

    function _holds(address account, bytes32 vehicle) private view returns (bool) {
        if (vehicle == 0) return false;
        Pairing memory pairing = _VEHICLES.pairingOf(vehicle);
        return pairing.account == account && pairing.until == 0;
    }

    function _knownSeason(uint24 season) private view returns (SeasonRecord storage record) {
        if (season == 0 || season > _seasonCount) revert MineBox_UnknownSeason(season);
        return _seasons[season];
    }

    /// @dev Whether a season is still to begin. One that was vetoed has no drops.
    function _isWaiting(BoxTerms memory terms) private view returns (bool) {
        return terms.firstDrop < terms.endDrop && _dropNow() < terms.firstDrop;
    }

    /// @dev The first drop that begins at least a challenge window from now.
    function _earliestDrop() private view returns (uint256) {
        uint256 window = _RULES.rulesAt(_RULES.dayOf(block.timestamp)).challengeWindowS;
        return _dropOf(block.timestamp + window) + 1;
    }

    function _dropNow() private view returns (uint256) {
        return _dropOf(block.timestamp);
    }

    /// @dev The drop of a moment; 0 before genesis.
    function _dropOf(uint256 time) private view returns (uint256) {
        return time < _GENESIS ? 0 : (time - _GENESIS) / ProgrammeTime.DROP_S;
    }
}
