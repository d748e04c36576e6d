// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IMilestones} from "./interfaces/IMilestones.sol";
import {IRules} from "./interfaces/IRules.sol";
import {Pausable} from "./libraries/Pausable.sol";

/// @title Milestones: see IMilestones
contract Milestones is IMilestones, Pausable {
    IRules private immutable _RULES;
    IAccountMoves private immutable _MOVES;

    /// @inheritdoc IMilestones
    uint16 public milestoneCount;
    /// @inheritdoc IMilestones
    mapping(uint16 milestone => mapping(address account => uint40)) public countsFrom;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules, for the challenge window.
    /// @param moves The AccountMoves.
    constructor(address authority, IRules rules, IAccountMoves moves) AccessManaged(authority) {
        _RULES = rules;
        _MOVES = moves;
    }

    /// @inheritdoc IMilestones
    function defineMilestone(bytes32 contentHash) external restricted whenRunning returns (uint16 milestone) {
        milestone = ++milestoneCount;
        emit MilestoneDefined(milestone, contentHash);
    }

    /// @inheritdoc IMilestones
    function attestMilestone(uint16 milestone, address[] calldata accounts) external restricted whenRunning {
        if (milestone == 0 || milestone > milestoneCount) revert Milestones_Unknown(milestone);
        uint256 window = _RULES.rulesAt(_RULES.dayOf(block.timestamp)).challengeWindowS;
        uint40 from = uint40(block.timestamp + window); // 40 bits last until the year 36,812
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            if (countsFrom[milestone][account] != 0) revert Milestones_AlreadyAttested(milestone, account);
            countsFrom[milestone][account] = from;
            emit MilestoneAttested(milestone, account, from);
        }
    }

    /// @inheritdoc IMilestones
    function revokeAttestation(uint16 milestone, address account) external restricted {
        // Not attested, it is 0 and counts as past too.
        if (block.timestamp >= countsFrom[milestone][account]) revert Milestones_NotRevocable(milestone, account);
        delete countsFrom[milestone][account];
        emit AttestationRevoked(milestone, account);
    }

    /// @inheritdoc IMilestones
    function followMove(uint16 milestone, address account) external {
        address current = _MOVES.currentOf(account);
        uint40 from = countsFrom[milestone][account];
        // Only what counts follows, so that the guardian has one place to look at.
        bool follows = current != account && isReached(milestone, account) && countsFrom[milestone][current] == 0;
        if (!follows) revert Milestones_NothingToFollow(milestone, account);
        countsFrom[milestone][current] = from;
        emit MilestoneAttested(milestone, current, from);
    }

    /// @inheritdoc IMilestones
    function isReached(uint16 milestone, address account) public view returns (bool) {
        uint40 from = countsFrom[milestone][account];
        return from != 0 && from <= block.timestamp;
    }
}
