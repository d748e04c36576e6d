// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IBenefitRounds} from "./interfaces/IBenefitRounds.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {DaySettlement, Round, RoundLeaf, RoundTerms} from "./types/Types.sol";

/// @title BenefitRounds: see IBenefitRounds
contract BenefitRounds is IBenefitRounds, Pausable, ReentrancyGuard {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    uint256 private constant _LEAST_OPEN_S = 30 days;
    uint256 private constant _MOST_OPEN_S = 400 days;

    IRules private immutable _RULES;
    IStoneLedger private immutable _LEDGER;
    IAccountMoves private immutable _MOVES;

    /// @inheritdoc IBenefitRounds
    uint32 public roundCount;
    mapping(uint32 round => Round) private _rounds;
    mapping(uint32 round => BitMaps.BitMap) private _claimed;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules, for the challenge window.
    /// @param ledger The StoneLedger, for settled days.
    /// @param moves The AccountMoves.
    constructor(address authority, IRules rules, IStoneLedger ledger, IAccountMoves moves) AccessManaged(authority) {
        _RULES = rules;
        _LEDGER = ledger;
        _MOVES = moves;
    }

    /// @inheritdoc IBenefitRounds
    function openRound(RoundTerms calldata terms) external restricted whenRunning nonReentrant returns (uint32 round) {
        uint256 claimableFrom = block.timestamp + _RULES.rulesAt(_RULES.dayOf(block.timestamp)).challengeWindowS;
        _requireValid(terms, claimableFrom);
        round = ++roundCount;
        _rounds[round] = Round({
            token: terms.token,
            totalWeight: terms.totalWeight,
            accounts: terms.accounts,
            amount: terms.amount,
            left: terms.amount,
            funder: msg.sender,
            claimableFrom: uint40(claimableFrom), // 40 bits last until the year 36,812
            deadline: terms.deadline,
            root: terms.root
        });
        emit RoundOpened(round, msg.sender, uint40(claimableFrom), terms); // as above
        _takeIn(IERC20(terms.token), terms.amount);
    }

    /// @inheritdoc IBenefitRounds
    function cancelRound(uint32 round) external restricted nonReentrant {
        Round storage record = _rounds[round];
        bool isCancellable = block.timestamp < record.claimableFrom && record.deadline != 0;
        if (!isCancellable) revert BenefitRounds_NotCancellable(round);
        record.deadline = 0;
        emit RoundCancelled(round);
        _giveBack(round);
    }

    /// @inheritdoc IBenefitRounds
    function claim(uint32 round, RoundLeaf calldata leaf, bytes32[] calldata proof) external nonReentrant {
        Round storage record = _rounds[round];
        Round memory known = record;
        // The deadline is 0 when the round is unknown or cancelled.
        bool isOpen = block.timestamp >= known.claimableFrom && block.timestamp <= known.deadline;
        if (!isOpen) revert BenefitRounds_NotClaimable(round);
        bool isProven =
            leaf.index < known.accounts && Leaves.rootOf(Leaves.hashRound(round, leaf), proof) == known.root;
        if (!isProven) revert BenefitRounds_InvalidProof(round, leaf.index);
        if (_claimed[round].get(leaf.index)) revert BenefitRounds_AlreadyClaimed(round, leaf.index);
        uint256 share = (uint256(known.amount) * leaf.weight) / known.totalWeight;
        if (share > known.left) revert BenefitRounds_AboveAmount(round, share, known.left);
        _claimed[round].set(leaf.index);
        record.left = uint128(known.left - share); // below 2^128, as left was
        address to = _receiverOf(leaf.account);
        emit BenefitClaimed(round, leaf.account, to, uint128(share)); // at most left
        IERC20(known.token).safeTransfer(to, share);
    }

    /// @inheritdoc IBenefitRounds
    function returnRest(uint32 round) external nonReentrant {
        Round storage record = _rounds[round];
        if (block.timestamp <= record.deadline || record.left == 0) revert BenefitRounds_NothingToReturn(round);
        emit RestReturned(round, record.left);
        _giveBack(round);
    }

    /// @inheritdoc IBenefitRounds
    function roundOf(uint32 round) external view returns (Round memory) {
        return _rounds[round];
    }

    /// @inheritdoc IBenefitRounds
    function isClaimed(uint32 round, uint40 index) external view returns (bool) {
        return _claimed[round].get(index);
    }

    /// @dev Behind more pointers than are followed stands an account whose key may be a thief's: it is paid nothing.
    function _receiverOf(address account) private view returns (address to) {
        to = _MOVES.currentOf(account);
        if (to != account && _MOVES.forwardOf(to).to != address(0)) revert BenefitRounds_MovedTooOften(account);
    }

    /// @dev All that is left goes back; then nothing can be claimed, cancelled or returned again.
    function _giveBack(uint32 round) private {
        Round storage record = _rounds[round];
        uint256 amount = record.left;
        record.left = 0;
        IERC20(record.token).safeTransfer(record.funder, amount);
    }

    function _takeIn(IERC20 token, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert BenefitRounds_WrongAmount(received, amount);
    }

    function _requireValid(RoundTerms calldata terms, uint256 claimableFrom) private view {
        if (terms.amount == 0) revert BenefitRounds_InvalidTerms("amount", 0);
        if (terms.accounts == 0) revert BenefitRounds_InvalidTerms("accounts", 0);
        if (terms.root == 0) revert BenefitRounds_InvalidTerms("root", 0);
        if (terms.contentHash == 0) revert BenefitRounds_InvalidTerms("contentHash", 0);
        bool inTime = terms.deadline >= claimableFrom + _LEAST_OPEN_S && terms.deadline <= claimableFrom + _MOST_OPEN_S;
        if (!inTime) revert BenefitRounds_InvalidTerms("deadline", terms.deadline);
        if (terms.day >= _LEDGER.settledDays()) revert BenefitRounds_DayNotFinal(terms.day);
        DaySettlement memory settlement = _LEDGER.settlementOf(terms.day);
        if (block.timestamp < settlement.creditableAt) revert BenefitRounds_DayNotFinal(terms.day);
        uint256 most = uint256(settlement.totalStones) + _LEDGER.issuedDrawn();
        if (terms.totalWeight == 0 || terms.totalWeight > most) {
            revert BenefitRounds_InvalidTerms("totalWeight", terms.totalWeight);
        }
    }
}
