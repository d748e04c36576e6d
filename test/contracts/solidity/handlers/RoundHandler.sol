// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IBenefitRounds} from "../../../../contracts/interfaces/IBenefitRounds.sol";
import {Leaves} from "../../../../contracts/libraries/Leaves.sol";
import {OddToken} from "../../../../contracts/mocks/OddToken.sol";
import {BenefitClaim, Round, RoundLeaf, RoundTerms} from "../../../../contracts/types/Types.sol";
import {one} from "../Signing.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {LeafTree} from "./LeafTree.sol";
import {MoveHandler} from "./MoveHandler.sol";

/// @dev Rounds are paid in, in two tokens, cancelled, claimed and returned, while accounts move. Some trees promise more than
/// the amount, and some claims are made twice.
contract RoundHandler is MoveHandler {
    using LeafTree for bytes32[];

    uint64 private constant _STONES = 10_000;
    uint128 private constant _MOST = 1_000_000;

    OddToken[2] public tokens;
    /// @dev By round, counted from 1.
    RoundLeaf[][] private _leaves;
    mapping(uint32 round => uint256) public amountOf;
    mapping(uint32 round => uint256) public paid;
    mapping(uint32 round => uint256) public returned;
    mapping(uint32 round => mapping(uint256 index => uint256)) public payments;
    mapping(OddToken token => mapping(address account => uint256)) public received;

    constructor() {
        deployProgramme(testRules());
        for (uint256 i = 0; i < PEOPLE; ++i) people[i] = newAccount();
        for (uint256 i = 0; i < PEOPLE; ++i) pairFor(i);
        anchorThrough(0);
        ledger.settleDay(0, bytes32(uint256(1)), 0, uint40(PEOPLE), _STONES, 0, uint64(CAP_M), 0);
        waitUntil(timeNow() + 3_600);
        for (uint256 i = 0; i < tokens.length; ++i) {
            tokens[i] = new OddToken();
            tokens[i].mint(address(this), type(uint128).max);
            tokens[i].approve(address(rounds), type(uint256).max);
        }
        _leaves.push();
    }

    function open(uint256 seed) external counted {
        _open(seed);
    }

    function cancel(uint256 seed) external counted {
        uint32 round = _open(seed);
        if (seed & 1 == 0) waitUntil(rounds.roundOf(round).claimableFrom - 1);
        rounds.cancelRound(round);
        if (seed & 2 == 0) _returnRest(round);
    }

    /// @dev Once, and not twice. A part for which too little is left is refused; then one of a new round is claimed.
    function claim(uint256 seed) external {
        (uint32 round, uint256 place) = _claimable(seed);
        bool isPaid = _claim(round, place, seed);
        if (!isPaid) {
            (round, place) = (_open(seed), 0);
            isPaid = _claim(round, place, seed);
        }
        if (!isPaid) return;
        _expectRefused(round, place, IBenefitRounds.BenefitRounds_AlreadyClaimed.selector);
        ++done[msg.sig];
    }

    /// @dev Parts whose weights are beyond the round's total, until nothing of its amount is left for one.
    function claimAll(uint256 seed) external {
        (uint32 round, ) = _claimable(seed);
        if (_claimEach(round, seed) || _claimEach(_open(seed), seed)) ++done[msg.sig];
    }

    /// @dev Of a round of which nothing is left, it is refused.
    function returnRest(uint256 seed) external {
        (uint32 round, uint256 place) = _claimable(seed);
        Round memory record = rounds.roundOf(round);
        waitUntil(uint256(record.deadline) + 1);
        record = rounds.roundOf(round);
        if (record.left == 0) {
            try rounds.returnRest(round) {
                assert(false);
            } catch (bytes memory problem) {
                assert(bytes4(problem) == IBenefitRounds.BenefitRounds_NothingToReturn.selector);
            }
        } else {
            _returnRest(round);
            ++done[msg.sig];
        }
        _expectRefused(round, place, IBenefitRounds.BenefitRounds_NotClaimable.selector);
    }

    function wait_(uint256 seed) external counted {
        waitUntil(timeNow() + within(seed, 1, 10 days));
    }

    function roundCount() external view returns (uint32) {
        return rounds.roundCount();
    }

    function roundOf(uint32 round) external view returns (Round memory) {
        return rounds.roundOf(round);
    }

    function partsOf(uint32 round) external view returns (uint256) {
        return _leaves[round].length;
    }

    function isClaimed(uint32 round, uint256 index) external view returns (bool) {
        return rounds.isClaimed(round, uint40(index));
    }

    function holder() external view returns (address) {
        return address(rounds);
    }

    /// @dev The selectors of everything that parties do.
    function handlers() external pure returns (bytes4[] memory list) {
        bytes4[10] memory all = [
            this.open.selector,
            this.cancel.selector,
            this.claim.selector,
            this.claimAll.selector,
            this.returnRest.selector,
            this.wait_.selector,
            this.moveBySignatures.selector,
            this.moveFar.selector,
            this.announceRecovery.selector,
            this.executeRecovery.selector
        ];
        list = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) list[i] = all[i];
    }

    /// @dev A round over some accounts; on one in three the weights together are more than its total.
    function _open(uint256 seed) private returns (uint32 round) {
        round = rounds.roundCount() + 1;
        uint256 parts = within(seed >> 8, 1, 6);
        uint64 total = 0;
        RoundLeaf[] storage leaves = _leaves.push();
        for (uint256 i = 0; i < parts; ++i) {
            address account = accounts[(i + (seed >> 16)) % accounts.length];
            uint64 weight = uint64(within(uint256(keccak256(abi.encode(seed, i))), 0, _STONES / parts));
            leaves.push(RoundLeaf(uint40(i), account, weight, bytes32(seed ^ i)));
            total += weight;
        }
        if (total == 0) total = 1;
        if (seed % 3 == 0) total = uint64(within(seed >> 32, 1, total));
        OddToken token = tokens[(seed >> 4) & 1];
        uint128 amount = uint128(within(seed >> 64, 1, _MOST));
        uint256 claimableFrom = timeNow() + 3_600;
        assert(
            rounds.openRound(
                RoundTerms({
                    token: address(token),
                    amount: amount,
                    day: 0,
                    accounts: uint40(parts),
                    totalWeight: total,
                    deadline: uint40(claimableFrom + within(seed >> 96, 30 days, 400 days)),
                    root: _nodesOf(round).root(),
                    contentHash: bytes32(seed | 1)
                })
            ) == round
        );
        amountOf[round] = amount;
    }

    /// @dev A round that can be claimed now or soon, and a part of it that is not claimed.
    function _claimable(uint256 seed) private returns (uint32 round, uint256 place) {
        uint32 count = rounds.roundCount();
        for (uint256 i = 0; i < count; ++i) {
            round = uint32(1 + ((i + (seed >> 8)) % count));
            if (timeNow() > rounds.roundOf(round).deadline) continue;
            uint256 parts = _leaves[round].length;
            for (uint256 k = 0; k < parts; ++k) {
                place = (k + (seed >> 40)) % parts;
                if (!rounds.isClaimed(round, uint40(place))) return (round, place);
            }
        }
        return (_open(seed), 0);
    }

    function _returnRest(uint32 round) private {
        returned[round] = rounds.roundOf(round).left;
        rounds.returnRest(round);
    }

    /// @return isAnyPaid Whether enough was left for one.
    function _claimEach(uint32 round, uint256 seed) private returns (bool isAnyPaid) {
        for (uint256 place = 0; place < _leaves[round].length; ++place) {
            if (!rounds.isClaimed(round, uint40(place)) && _claim(round, place, seed)) isAnyPaid = true;
        }
    }

    /// @dev By the person's own transaction or by signature, to the person or to somebody else.
    /// @return Whether enough was left.
    function _claim(uint32 round, uint256 place, uint256 seed) private returns (bool) {
        waitUntil(rounds.roundOf(round).claimableFrom);
        RoundLeaf memory leaf = _leaves[round][place];
        Round memory record = rounds.roundOf(round);
        uint256 share = (amountOf[round] * leaf.weight) / record.totalWeight;
        if (share > record.left) {
            _expectRefused(round, place, IBenefitRounds.BenefitRounds_AboveAmount.selector);
            return false;
        }
        if (moves.currentOf(leaf.account) != personOf(leaf.account)) {
            _expectRefused(round, place, IBenefitRounds.BenefitRounds_MovedTooOften.selector);
            reach(leaf.account);
        }
        address to = seed & 2 == 0 ? personOf(leaf.account) : accounts[(seed >> 96) % accounts.length];
        if (seed & 1 == 0) _claimBenefit(round, place, to);
        else _claimBySignature(round, place, to);
        assert(rounds.isClaimed(round, uint40(place)));
        paid[round] += share;
        ++payments[round][place];
        received[OddToken(record.token)][to] += share;
        return true;
    }

    function _claimBenefit(uint32 round, uint256 place, address to) private {
        RoundLeaf memory leaf = _leaves[round][place];
        bytes32[] memory proof = _nodesOf(round).proof(place);
        address person = personOf(leaf.account);
        vm.prank(person);
        rounds.claimBenefit(BenefitClaim(person, round, leaf.index, to, 0), leaf, proof);
    }

    function _claimBySignature(uint32 round, uint256 place, address to) private {
        (BenefitClaim[] memory intents, RoundLeaf[] memory leaves) = (new BenefitClaim[](1), new RoundLeaf[](1));
        bytes32[][] memory proofs = new bytes32[][](1);
        (leaves[0], proofs[0]) = (_leaves[round][place], _nodesOf(round).proof(place));
        address person = personOf(leaves[0].account);
        intents[0] = BenefitClaim(person, round, leaves[0].index, to, uint40(timeNow()));
        bytes32 typehash = keccak256(
            "BenefitClaim(address account,uint32 round,uint40 index,address to,uint40 deadline)"
        );
        bytes memory signature = sign(person, address(rounds), keccak256(abi.encode(typehash, intents[0])));
        rounds.claimBenefits(intents, leaves, proofs, one(signature));
    }

    function _expectRefused(uint32 round, uint256 place, bytes4 reason) private {
        RoundLeaf memory leaf = _leaves[round][place];
        bytes32[] memory proof = _nodesOf(round).proof(place);
        BenefitClaim memory intent = BenefitClaim(personOf(leaf.account), round, leaf.index, address(this), 0);
        vm.prank(intent.account);
        try rounds.claimBenefit(intent, leaf, proof) {
            assert(false);
        } catch (bytes memory problem) {
            assert(bytes4(problem) == reason);
        }
    }

    function _nodesOf(uint32 round) private view returns (bytes32[] memory) {
        bytes32[] memory hashes = new bytes32[](_leaves[round].length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = keccak256(bytes.concat(keccak256(abi.encode(Leaves.ROUND, round, _leaves[round][i]))));
        }
        return hashes.grow();
    }
}
