// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IBenefitRounds} from "./interfaces/IBenefitRounds.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {BenefitClaim, DaySettlement, Round, RoundLeaf, RoundTerms, Verifiers} from "./types/Types.sol";

/// @title BenefitRounds: see IBenefitRounds
contract BenefitRounds is IBenefitRounds, Skippable, Pausable, ReentrancyGuard {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    bytes32 private constant _CLAIM_TYPEHASH = keccak256(
        "BenefitClaim(address account,uint32 round,uint40 index,address to,uint40 deadline)"
    );
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
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param rules The programme's Rules, for the challenge window.
    /// @param ledger The StoneLedger, for settled days.
    /// @param moves The AccountMoves.
    constructor(
        address authority,
        Verifiers memory verifiers,
        IRules rules,
        IStoneLedger ledger,
        IAccountMoves moves
    ) AccessManaged(authority) EIP712("Cairn BenefitRounds", "1") Skippable(verifiers) {
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
    function cancelRound(uint32 round) external restricted {
        Round storage record = _rounds[round];
        bool isCancellable = block.timestamp < record.claimableFrom && record.deadline != 0;
        if (!isCancellable) revert BenefitRounds_NotCancellable(round);
        record.deadline = 0;
        emit RoundCancelled(round);
    }

    /// @inheritdoc IBenefitRounds
    function claimBenefit(
        BenefitClaim calldata intent,
        RoundLeaf calldata leaf,
        bytes32[] calldata proof
    ) external nonReentrant {
        _requireCaller(intent.account);
        _raise(_problemOfClaim(intent, leaf, proof));
        _raise(_pay(intent, leaf));
    }

    /// @inheritdoc IBenefitRounds
    function claimBenefits(
        BenefitClaim[] calldata intents,
        RoundLeaf[] calldata leaves,
        bytes32[][] calldata proofs,
        bytes[] calldata signatures
    ) external nonReentrant {
        _requireSameLength(intents.length, leaves.length);
        _requireSameLength(intents.length, proofs.length);
        _requireSameLength(intents.length, signatures.length);
        for (uint256 i = 0; i < intents.length; ++i) {
            BenefitClaim calldata intent = intents[i];
            bytes memory problem = _problemOfDeadline(intent.deadline);
            if (problem.length == 0) problem = _problemOfClaim(intent, leaves[i], proofs[i]);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_CLAIM_TYPEHASH, intent)));
                problem = _problemOfSignature(intent.account, digest, signatures[i]);
            }
            if (problem.length == 0) problem = _pay(intent, leaves[i]);
            _skipped(i, intent.account, problem);
        }
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

    /// @dev Pays a part that nothing stands in the way of. Nothing has changed when the token refuses.
    function _pay(BenefitClaim calldata intent, RoundLeaf calldata leaf) private returns (bytes memory problem) {
        Round storage record = _rounds[intent.round];
        IERC20 token = IERC20(record.token);
        uint128 left = record.left;
        uint128 share = uint128(_shareOf(record, leaf)); // at most left
        _claimed[intent.round].set(leaf.index);
        record.left = left - share;
        if (token.trySafeTransfer(intent.to, share)) {
            emit BenefitClaimed(intent.round, leaf.account, intent.account, intent.to, share);
            return _none();
        }
        _claimed[intent.round].unset(leaf.index);
        record.left = left;
        return abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, token);
    }

    /// @dev All that is left goes back; then nothing can be claimed, cancelled or returned again.
    function _giveBack(uint32 round) private {
        Round storage record = _rounds[round];
        uint256 amount = record.left;
        record.left = 0;
        IERC20(record.token).safeTransfer(record.funder, amount);
    }

    function _problemOfClaim(
        BenefitClaim calldata intent,
        RoundLeaf calldata leaf,
        bytes32[] calldata proof
    ) private view returns (bytes memory) {
        (uint32 round, uint40 index) = (intent.round, intent.index);
        Round memory record = _rounds[round];
        // The deadline is 0 when the round is unknown or cancelled.
        bool isOpen = block.timestamp >= record.claimableFrom && block.timestamp <= record.deadline;
        if (!isOpen) return abi.encodeWithSelector(BenefitRounds_NotClaimable.selector, round);
        bool isProven =
            leaf.index == index &&
                index < record.accounts &&
                Leaves.rootOf(Leaves.hashRound(round, leaf), proof) == record.root;
        if (!isProven) return abi.encodeWithSelector(BenefitRounds_InvalidProof.selector, round, index);
        if (_claimed[round].get(index)) {
            return abi.encodeWithSelector(BenefitRounds_AlreadyClaimed.selector, round, index);
        }
        uint256 share = _shareOf(record, leaf);
        if (share > record.left) {
            return abi.encodeWithSelector(BenefitRounds_AboveAmount.selector, round, share, record.left);
        }
        if (intent.to == address(0)) return abi.encodeWithSelector(BenefitRounds_NoRecipient.selector);
        return _problemOfAccount(intent.account, leaf.account);
    }

    /// @dev Behind more pointers than are followed stands an account whose key may be a thief's: it is paid nothing.
    function _problemOfAccount(address account, address ofLeaf) private view returns (bytes memory) {
        address current = _MOVES.currentOf(ofLeaf);
        if (current != ofLeaf && _MOVES.forwardOf(current).to != address(0)) {
            return abi.encodeWithSelector(BenefitRounds_MovedTooOften.selector, ofLeaf);
        }
        if (current == account) return _none();
        return abi.encodeWithSelector(BenefitRounds_WrongAccount.selector, account, current);
    }

    function _shareOf(Round memory record, RoundLeaf calldata leaf) private pure returns (uint256) {
        return (uint256(record.amount) * leaf.weight) / record.totalWeight;
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
