// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IMineBox} from "./interfaces/IMineBox.sol";
import {IRedemptionDesk} from "./interfaces/IRedemptionDesk.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {BoxTables} from "./libraries/BoxTables.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {
    BoxPlay,
    BoxRequest,
    CrystalAccount,
    Pairing,
    Prize,
    PrizeKind,
    Season,
    SeasonTerms,
    StonesLeaf,
    Verifiers
} from "./types/Types.sol";

/// @title MineBox: see IMineBox
contract MineBox is IMineBox, Skippable, Pausable {
    /// @dev The contracts that it works with.
    struct Partners {
        IRules rules;
        IVehicleRegistry vehicles;
        IStoneLedger ledger;
        IRedemptionDesk desk;
        ICatalogue catalogue;
        IAccountMoves moves;
    }

    /// @dev What a request and an opening read: one word.
    struct Terms {
        uint40 firstDrop;
        uint40 endDrop;
        uint32 price;
        uint16 guarantee;
        uint8 guaranteedTier;
        uint16 maxBoxes;
        /// The most that one box can cost the budget, units; and whether it can cost a voucher.
        uint64 worstUnits;
        bool worstVoucher;
        bool forced;
    }

    /// @dev What requests and openings change: one word.
    struct Budget {
        uint64 unitsLeft;
        uint32 vouchersLeft;
        uint32 linksLeft;
        uint32 pending;
        /// Both are drops plus one, so that 0 says none: the last with requests, and the earliest of these without a reveal.
        uint40 lastDrop;
        uint40 nextReveal;
    }

    struct SeasonRecord {
        Terms terms;
        Budget budget;
        bytes32 tip;
        uint40 forcedFrom;
        bool closed;
        Prize[] prizes;
    }

    /// @dev The blocks in which requests of one drop stand, and where the next such drop is (plus one, 0 = none yet).
    struct DropRequests {
        uint40 next;
        uint40[] blocks;
    }

    bytes32 private constant _REQUEST_TYPEHASH = keccak256(
        "BoxRequest(address account,uint24 season,uint64 boxes,uint8 count,uint96 salt,uint40 deadline)"
    );
    /// @dev The cultivation pool: 30 % of 300,000,000 stones.
    uint256 private constant _POOL = 90_000_000e9;
    uint256 private constant _MAX_COUNT = 10;
    uint256 private constant _MAX_BLOCKS_A_DROP = 32;
    uint256 private constant _BLOCKS_UNTIL_REVEAL = 2;
    uint256 private constant _REVEAL_WITHIN_S = 3_600;
    /// @dev EIP-2935 keeps the hashes of 8,191 blocks.
    uint256 private constant _REVEAL_WITHIN_BLOCKS = 8_000;

    IVehicleRegistry private immutable _VEHICLES;
    IStoneLedger private immutable _LEDGER;
    IRedemptionDesk private immutable _DESK;
    ICatalogue private immutable _CATALOGUE;
    IAccountMoves private immutable _MOVES;
    uint256 private immutable _GENESIS;

    /// @inheritdoc IMineBox
    uint24 public seasonCount;
    /// @dev Units that seasons gave or may still give.
    uint64 private _promised;
    uint64 private _credited;
    /// @dev The largest totalCrystals of any day used by a credit.
    uint64 private _creditLimit;
    mapping(uint24 season => SeasonRecord) private _seasons;
    mapping(uint256 drop => DropRequests) private _drops;
    /// @inheritdoc IMineBox
    mapping(uint256 blockNumber => bytes32) public seedOf;
    mapping(address account => CrystalAccount) private _crystals;
    mapping(address account => BoxPlay) private _plays;
    /// @inheritdoc IMineBox
    mapping(address account => uint64) public claimableOf;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param partners The Rules, for genesis; the VehicleRegistry, for who owns a car; the StoneLedger, which must know this
    /// contract as its box; the RedemptionDesk, which takes vouchers from it; the Catalogue, for which items there are;
    /// the AccountMoves.
    constructor(
        address authority,
        Verifiers memory verifiers,
        Partners memory partners
    ) AccessManaged(authority) EIP712("Cairn MineBox", "1") Skippable(verifiers) {
        _VEHICLES = partners.vehicles;
        _LEDGER = partners.ledger;
        _DESK = partners.desk;
        _CATALOGUE = partners.catalogue;
        _MOVES = partners.moves;
        _GENESIS = partners.rules.genesis();
    }

    /// @inheritdoc IMineBox
    function openSeason(SeasonTerms calldata terms) external restricted whenRunning returns (uint24 season) {
        uint256 earliest = _dropNow() + 1;
        uint256 lastEnd = _seasons[seasonCount].terms.endDrop;
        if (lastEnd > earliest) earliest = lastEnd;
        BoxTables.requireValid(terms, earliest, _CATALOGUE.itemCount());
        uint256 promised = uint256(_promised) + terms.budget;
        if (promised > _POOL) revert MineBox_PoolExceeded(promised, _POOL);
        _promised = uint64(promised); // at most the pool, 9e16

        season = ++seasonCount;
        SeasonRecord storage record = _seasons[season];
        (uint64 worstUnits, bool worstVoucher) = BoxTables.worstOf(terms.prizes);
        record.terms = Terms({
            firstDrop: terms.firstDrop,
            endDrop: terms.endDrop,
            price: terms.price,
            guarantee: terms.guarantee,
            guaranteedTier: terms.guaranteedTier,
            maxBoxes: terms.maxBoxes,
            worstUnits: worstUnits,
            worstVoucher: worstVoucher,
            forced: false
        });
        record.budget.unitsLeft = terms.budget;
        record.budget.vouchersLeft = terms.vouchers;
        record.budget.linksLeft = terms.links;
        record.tip = terms.tip;
        for (uint256 i = 0; i < terms.prizes.length; ++i) record.prizes.push(terms.prizes[i]);
        emit SeasonOpened(season, terms);
    }

    /// @inheritdoc IMineBox
    function closeSeason(uint24 season) external {
        SeasonRecord storage record = _knownSeason(season);
        bool over = _dropNow() >= record.terms.endDrop && record.budget.pending == 0 && !record.closed;
        if (!over) revert MineBox_SeasonNotOver(season);
        uint64 left = record.budget.unitsLeft;
        record.closed = true;
        record.budget.unitsLeft = 0;
        _promised -= left;
        emit SeasonClosed(season, left);
    }

    /// @inheritdoc IMineBox
    function attestAdults(address[] calldata accounts, bool adult) external restricted whenRunning {
        for (uint256 i = 0; i < accounts.length; ++i) _plays[accounts[i]].adult = adult;
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
        uint256 credited = 0;
        for (uint256 i = 0; i < leaves.length; ++i) credited += _credit(leaves[i]);
        _issue(credited, totalCrystals);
    }

    /// @inheritdoc IMineBox
    function requestBoxes(BoxRequest memory request) external {
        _requireCaller(request.account);
        _raise(_problemOfRequest(request, _dropNow()));
        _request(request, _dropNow());
    }

    /// @inheritdoc IMineBox
    function requestBoxesOf(BoxRequest[] calldata requests, bytes[] calldata signatures) external {
        _requireSameLength(requests.length, signatures.length);
        uint256 drop = _dropNow();
        for (uint256 i = 0; i < requests.length; ++i) {
            BoxRequest memory request = requests[i];
            bytes memory problem = _problemOfDeadline(request.deadline);
            if (problem.length == 0) problem = _problemOfRequest(request, drop);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_REQUEST_TYPEHASH, request)));
                problem = _problemOfSignature(request.account, digest, signatures[i]);
            }
            if (!_skipped(i, request.account, problem)) _request(request, drop);
        }
    }

    /// @inheritdoc IMineBox
    function revealDrop(uint24 season, uint40 drop, bytes32 link) external {
        SeasonRecord storage record = _knownSeason(season);
        uint40 next = record.budget.nextReveal;
        if (next == 0 || drop != next - 1 || record.terms.forced)
            revert MineBox_NotNext(drop, next == 0 ? 0 : next - 1);
        if (keccak256(abi.encode(link)) != record.tip) revert MineBox_WrongLink(link);
        DropRequests storage requests = _drops[drop];
        uint256 last = requests.blocks[requests.blocks.length - 1];
        bool over = block.timestamp >= ProgrammeTime.dropEnd(_GENESIS, drop);
        if (!over || block.number < last + _BLOCKS_UNTIL_REVEAL) revert MineBox_TooEarly(drop);
        if (_isLate(drop)) revert MineBox_TooLate(drop);

        record.tip = link;
        record.budget.nextReveal = requests.next;
        for (uint256 i = 0; i < requests.blocks.length; ++i) {
            uint256 requestBlock = requests.blocks[i];
            // Within 8,000 blocks, so the chain still knows it.
            seedOf[requestBlock] = keccak256(abi.encode(link, Blockhash.blockHash(requestBlock + 1)));
        }
        emit DropRevealed(season, drop, link);
    }

    /// @inheritdoc IMineBox
    function forceSeason(uint24 season) external {
        SeasonRecord storage record = _knownSeason(season);
        uint40 next = record.budget.nextReveal;
        uint40 drop = next == 0 ? 0 : next - 1;
        if (next == 0 || record.terms.forced || !_isLate(drop)) revert MineBox_NotLate(drop);
        record.terms.forced = true;
        record.forcedFrom = drop;
        // The next season need not wait for drops that this one no longer takes.
        uint256 end = _dropNow() + 1;
        if (end < record.terms.endDrop) record.terms.endDrop = uint40(end); // smaller than it was
        emit SeasonForced(season, drop);
    }

    /// @inheritdoc IMineBox
    function openBoxes(address[] calldata accounts, bytes32[] calldata vehicles) external {
        _requireSameLength(accounts.length, vehicles.length);
        for (uint256 i = 0; i < accounts.length; ++i) _open(accounts[i], vehicles[i]);
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
        CrystalAccount storage record = _crystals[account];
        uint64 crystals = record.credited + record.won - record.spent;
        uint64 units = claimableOf[account];
        if (to == account || (crystals == 0 && units == 0)) revert MineBox_NothingToFollow(account);
        record.spent += crystals;
        _crystals[to].won += crystals;
        claimableOf[account] = 0;
        claimableOf[to] += units;
        emit CrystalsFollowed(account, to, crystals, units);
    }

    /// @inheritdoc IMineBox
    function seasonOf(uint24 season) external view returns (Season memory) {
        SeasonRecord storage record = _seasons[season];
        (Terms memory terms, Budget memory budget) = (record.terms, record.budget);
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
    function prizesOf(uint24 season) external view returns (Prize[] memory) {
        return _seasons[season].prizes;
    }

    /// @inheritdoc IMineBox
    function crystalsOf(address account) external view returns (CrystalAccount memory) {
        return _crystals[account];
    }

    /// @inheritdoc IMineBox
    function playOf(address account) external view returns (BoxPlay memory) {
        return _plays[account];
    }

    /// @inheritdoc IMineBox
    function nextReveal(uint24 season) external view returns (bool exists, uint40 drop) {
        uint40 next = _seasons[season].budget.nextReveal;
        return next == 0 ? (false, 0) : (true, next - 1);
    }

    function _credit(StonesLeaf calldata leaf) private returns (uint256 paid) {
        CrystalAccount storage record = _crystals[leaf.account];
        uint64 credited = record.credited;
        if (leaf.crystals <= credited) return 0;
        record.credited = leaf.crystals;
        paid = leaf.crystals - credited;
        emit CrystalsCredited(leaf.account, uint64(paid), leaf.crystals); // a difference of uint64
    }

    function _issue(uint256 paid, uint64 totalCrystals) private {
        if (totalCrystals > _creditLimit) _creditLimit = totalCrystals;
        uint256 credited = _credited + paid;
        if (credited > _creditLimit) revert MineBox_AboveSettled(credited, _creditLimit);
        _credited = uint64(credited); // at most the limit
    }

    function _request(BoxRequest memory request, uint256 drop) private {
        SeasonRecord storage record = _seasons[request.season];
        Terms memory terms = record.terms;
        CrystalAccount storage crystals = _crystals[request.account];
        crystals.spent += uint64(terms.price) * request.count;
        crystals.boxes += request.count;

        BoxPlay memory play = _plays[request.account];
        if (play.season != request.season) (play.misses, play.seasonBoxes) = (0, 0);
        play.salt = request.salt;
        play.requestBlock = uint40(block.number); // 40 bits of blocks and drops last for longer than those of time
        play.drop = uint40(drop); // as above
        play.season = request.season;
        play.pending = request.count;
        play.seasonBoxes += request.count;
        _plays[request.account] = play;

        Budget memory budget = record.budget;
        budget.unitsLeft -= terms.worstUnits * request.count;
        if (terms.worstVoucher) budget.vouchersLeft -= request.count;
        budget.pending += request.count;
        _noteBlock(budget, play.drop);
        record.budget = budget;
        emit BoxesRequested(request.account, request.season, play.drop, request.boxes, request.count, request.salt);
    }

    /// @dev Notes that this block has requests, and the drop's place in the row of drops to be revealed.
    function _noteBlock(Budget memory budget, uint40 drop) private {
        uint40[] storage blocks = _drops[drop].blocks;
        uint256 length = blocks.length;
        if (length != 0 && blocks[length - 1] == block.number) return;
        blocks.push(uint40(block.number)); // 40 bits of blocks last for longer than those of time
        if (length != 0) return;
        --budget.linksLeft;
        uint40 entry = drop + 1;
        if (budget.lastDrop != 0) _drops[budget.lastDrop - 1].next = entry;
        if (budget.nextReveal == 0) budget.nextReveal = entry;
        budget.lastDrop = entry;
    }

    function _problemOfRequest(BoxRequest memory request, uint256 drop) private view returns (bytes memory) {
        address account = request.account;
        Terms memory terms = _seasons[request.season].terms;
        if (block.timestamp < _GENESIS || drop < terms.firstDrop || drop >= terms.endDrop || terms.forced) {
            return abi.encodeWithSelector(MineBox_NotOpen.selector, request.season, drop);
        }
        if (request.count == 0 || request.count > _MAX_COUNT) {
            return abi.encodeWithSelector(MineBox_InvalidCount.selector, request.count);
        }
        CrystalAccount memory crystals = _crystals[account];
        if (request.boxes != crystals.boxes) {
            return abi.encodeWithSelector(MineBox_WrongNumber.selector, request.boxes, crystals.boxes);
        }
        BoxPlay memory play = _plays[account];
        if (play.pending != 0) return abi.encodeWithSelector(MineBox_BoxesWaiting.selector, account);
        if (!play.adult) return abi.encodeWithSelector(MineBox_NotAdult.selector, account);
        uint256 before = play.season == request.season ? play.seasonBoxes : 0;
        if (before + request.count > terms.maxBoxes) {
            return abi.encodeWithSelector(MineBox_LimitReached.selector, account, terms.maxBoxes);
        }
        uint256 need = uint256(terms.price) * request.count;
        uint256 have = crystals.credited + crystals.won - crystals.spent;
        if (have < need) {
            return abi.encodeWithSelector(MineBox_InsufficientCrystals.selector, account, have, need);
        }
        if (!_canTake(request, terms, drop)) {
            return abi.encodeWithSelector(MineBox_SoldOut.selector, request.season);
        }
        return _none();
    }

    /// @dev Whether the worst case is left in the budget, and the drop has a link and a block left.
    function _canTake(BoxRequest memory request, Terms memory terms, uint256 drop) private view returns (bool) {
        Budget memory budget = _seasons[request.season].budget;
        if (budget.unitsLeft < uint256(terms.worstUnits) * request.count) return false;
        if (terms.worstVoucher && budget.vouchersLeft < request.count) return false;
        uint40[] storage blocks = _drops[drop].blocks;
        uint256 length = blocks.length;
        if (length == 0) return budget.linksLeft != 0;
        return length < _MAX_BLOCKS_A_DROP || blocks[length - 1] == block.number;
    }

    /// @dev A drop with requests whose time to be revealed is over.
    function _isLate(uint256 drop) private view returns (bool) {
        return
            block.timestamp > ProgrammeTime.dropEnd(_GENESIS, drop) + _REVEAL_WITHIN_S ||
            block.number > _drops[drop].blocks[0] + _REVEAL_WITHIN_BLOCKS;
    }

    /// @dev Opens what an account requested, if it can be opened now.
    function _open(address account, bytes32 vehicle) private {
        BoxPlay memory play = _plays[account];
        if (play.pending == 0) return;
        SeasonRecord storage record = _seasons[play.season];
        bool forced = record.terms.forced && play.drop >= record.forcedFrom;
        bytes32 seed = seedOf[play.requestBlock];
        if (!forced && seed == 0) return;

        uint64 firstBox = _crystals[account].boxes - play.pending;
        bytes memory tiers = new bytes(play.pending);
        Prize[] memory prizes = record.prizes;
        Terms memory terms = record.terms;
        for (uint256 k = 0; k < tiers.length; ++k) {
            uint256 tier =
                forced
                    ? terms.guaranteedTier
                    : BoxTables.tierOf(prizes, keccak256(abi.encode(seed, play.salt, account, firstBox + k)));
            if (tier > terms.guaranteedTier && play.misses >= terms.guarantee) tier = terms.guaranteedTier;
            if (tier > terms.guaranteedTier) ++play.misses;
            else play.misses = 0;
            tiers[k] = bytes1(uint8(tier)); // a table has at most 16 tiers
        }
        play.pending = 0;
        _plays[account] = play;
        emit BoxesOpened(account, play.season, firstBox, tiers);
        _give(account, vehicle, play.season, tiers);
    }

    /// @dev Gives the prizes, and back to the season what was held for better ones.
    function _give(address account, bytes32 vehicle, uint24 season, bytes memory tiers) private {
        SeasonRecord storage record = _seasons[season];
        Prize[] memory prizes = record.prizes;
        Terms memory terms = record.terms;
        Budget memory budget = record.budget;
        uint64 units = 0;
        uint64 crystals = 0;
        for (uint256 k = 0; k < tiers.length; ++k) {
            Prize memory prize = prizes[uint8(tiers[k])];
            if (prize.kind == PrizeKind.Stones) units += prize.amount;
            else if (prize.kind == PrizeKind.Crystals) crystals += prize.amount;
            bool voucher = prize.kind == PrizeKind.Voucher;
            if (voucher) _DESK.grantVouchers(account, prize.item, 1);
            if (terms.worstVoucher && !voucher) ++budget.vouchersLeft;
        }
        budget.unitsLeft += terms.worstUnits * uint64(tiers.length) - units; // at most 10 boxes of at most the budget
        budget.pending -= uint32(tiers.length); // they were pending
        record.budget = budget;
        if (crystals != 0) _crystals[account].won += crystals;
        if (units != 0) _pay(account, vehicle, units);
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
        if (season == 0 || season > seasonCount) revert MineBox_UnknownSeason(season);
        return _seasons[season];
    }

    /// @dev The drop of this block; 0 before genesis.
    function _dropNow() private view returns (uint256) {
        return block.timestamp < _GENESIS ? 0 : (block.timestamp - _GENESIS) / ProgrammeTime.DROP_S;
    }
}
