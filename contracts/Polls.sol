// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IPolls} from "./interfaces/IPolls.sol";
import {IRules} from "./interfaces/IRules.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {PollResult, PollTerms, VoteLeaf} from "./types/Types.sol";

/// @title Polls: see IPolls
contract Polls is IPolls, Pausable, EIP712 {
    uint256 private constant _LEAST_OPTIONS = 2;
    uint256 private constant _MOST_OPTIONS = 64;
    uint256 private constant _LAST_WEIGHTING = 1;
    uint256 private constant _MAX_OPEN_S = 90 days;

    IRules private immutable _RULES;

    /// @inheritdoc IPolls
    uint32 public pollCount;
    mapping(uint32 poll => PollTerms) private _terms;
    mapping(uint32 poll => PollResult) private _results;
    mapping(uint32 poll => uint64[]) private _tallies;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules, for days and the challenge window.
    constructor(address authority, IRules rules) AccessManaged(authority) EIP712("Cairn Polls", "1") {
        _RULES = rules;
    }

    /// @inheritdoc IPolls
    function openPoll(PollTerms calldata terms) external restricted whenRunning returns (uint32 poll) {
        _requireValid(terms);
        poll = ++pollCount;
        _terms[poll] = terms;
        emit PollOpened(poll, terms);
    }

    /// @inheritdoc IPolls
    function publishResult(
        uint32 poll,
        bytes32 root,
        uint64[] calldata tallies,
        uint32 voters,
        bytes32 dataDigest
    ) external restricted whenRunning {
        PollTerms memory terms = _terms[poll];
        if (terms.options == 0) revert Polls_UnknownPoll(poll);
        if (block.timestamp < terms.closesAt) revert Polls_NotClosed(poll, terms.closesAt);
        if (_results[poll].countsFrom != 0) revert Polls_HasResult(poll);
        if (!_agree(terms, root, tallies, voters)) revert Polls_InvalidResult(poll);
        uint256 window = _RULES.rulesAt(_RULES.dayOf(block.timestamp)).challengeWindowS;
        uint40 countsFrom = uint40(block.timestamp + window); // 40 bits last until the year 36,812
        _results[poll] = PollResult(root, voters, countsFrom);
        _tallies[poll] = tallies;
        emit ResultPublished(poll, root, tallies, voters, countsFrom, dataDigest);
    }

    /// @inheritdoc IPolls
    function vetoResult(uint32 poll) external restricted {
        // Without a result it is 0 and counts as past too.
        if (block.timestamp >= _results[poll].countsFrom) revert Polls_NotVetoable(poll);
        delete _results[poll];
        delete _tallies[poll];
        emit ResultVetoed(poll);
    }

    /// @inheritdoc IPolls
    function termsOf(uint32 poll) external view returns (PollTerms memory) {
        return _terms[poll];
    }

    /// @inheritdoc IPolls
    function resultOf(uint32 poll) external view returns (PollResult memory) {
        return _results[poll];
    }

    /// @inheritdoc IPolls
    function talliesOf(uint32 poll) external view returns (uint64[] memory) {
        return _tallies[poll];
    }

    /// @inheritdoc IPolls
    function isCounted(uint32 poll, VoteLeaf calldata leaf, bytes32[] calldata proof) external view returns (bool) {
        bytes32 root = _results[poll].root;
        return root != 0 && Leaves.rootOf(Leaves.hashVote(poll, leaf), proof) == root;
    }

    function _requireValid(PollTerms calldata terms) private view {
        if (terms.contentHash == 0) revert Polls_InvalidTerms("contentHash", 0);
        if (terms.options < _LEAST_OPTIONS || terms.options > _MOST_OPTIONS) {
            revert Polls_InvalidTerms("options", terms.options);
        }
        if (terms.weighting > _LAST_WEIGHTING) revert Polls_InvalidTerms("weighting", terms.weighting);
        if (terms.opensAt <= block.timestamp) revert Polls_InvalidTerms("opensAt", terms.opensAt);
        if (terms.closesAt <= terms.opensAt || terms.closesAt > terms.opensAt + _MAX_OPEN_S) {
            revert Polls_InvalidTerms("closesAt", terms.closesAt);
        }
        // Who could still drive for a weight while the poll is open would decide it.
        bool isDayValid =
            terms.weighting == 0 ? terms.snapshotDay == 0 : terms.snapshotDay < _RULES.dayOf(terms.opensAt);
        if (!isDayValid) revert Polls_InvalidTerms("snapshotDay", terms.snapshotDay);
    }

    /// @dev Whether a result can be one of the poll: each vote weighs 1, or at least 1 when stones weigh.
    function _agree(
        PollTerms memory terms,
        bytes32 root,
        uint64[] calldata tallies,
        uint32 voters
    ) private pure returns (bool) {
        if (tallies.length != terms.options || (root == 0) != (voters == 0)) return false;
        uint256 weights = 0;
        for (uint256 i = 0; i < tallies.length; ++i) weights += tallies[i];
        return terms.weighting == 0 || voters == 0 ? weights == voters : weights >= voters;
    }
}
