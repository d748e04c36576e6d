// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDropAnchor} from "./interfaces/IDropAnchor.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";

/// @title DropAnchor: see IDropAnchor
/// @dev The EIP-712 domain is for receipts and file manifests, which are signed off chain and never verified here.
contract DropAnchor is IDropAnchor, Pausable, EIP712 {
    uint256 private constant _MAX_DROPS_A_CALL = 7 * ProgrammeTime.DROPS_PER_DAY;
    uint256 private constant _STANDBY_AFTER_S = 7 days;

    uint256 private immutable _GENESIS;
    IStoneLedger private immutable _LEDGER;

    uint64 private _nextDrop;
    /// @dev Slots of drops in [_nextDrop, _staleBelow) may hold roots that were superseded.
    uint64 private _staleBelow;
    mapping(uint256 drop => bytes32) private _roots;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules, for genesis.
    /// @param ledger The StoneLedger, whose settled days cannot be superseded.
    constructor(
        address authority,
        IRules rules,
        IStoneLedger ledger
    ) AccessManaged(authority) EIP712("Cairn DropAnchor", "1") {
        _GENESIS = rules.genesis();
        _LEDGER = ledger;
    }

    /// @inheritdoc IDropAnchor
    function anchorDrops(
        uint256 firstDrop,
        bytes32[] calldata roots,
        bytes32 dataDigest
    ) external restricted whenRunning {
        _anchorNext(firstDrop, roots, dataDigest);
    }

    /// @inheritdoc IDropAnchor
    function anchorDropsAsStandby(
        uint256 firstDrop,
        bytes32[] calldata roots,
        bytes32 dataDigest
    ) external restricted whenRunning {
        uint256 allowedFrom = ProgrammeTime.dropEnd(_GENESIS, _nextDrop) + _STANDBY_AFTER_S;
        if (block.timestamp < allowedFrom) revert DropAnchor_StandbyTooEarly(_nextDrop, allowedFrom);
        _anchorNext(firstDrop, roots, dataDigest);
    }

    /// @inheritdoc IDropAnchor
    function supersede(
        uint256 firstDrop,
        bytes32[] calldata roots,
        bytes32 dataDigest
    ) external restricted whenRunning {
        uint64 next = _nextDrop;
        if (firstDrop >= next) revert DropAnchor_NotAnchored(firstDrop, next);
        uint256 firstUnsettled = _LEDGER.settledDays() * ProgrammeTime.DROPS_PER_DAY;
        if (firstDrop < firstUnsettled) revert DropAnchor_Settled(firstDrop, firstUnsettled);
        if (next > _staleBelow) _staleBelow = next;
        emit DropsSuperseded(firstDrop, next);
        _anchor(firstDrop, roots, dataDigest);
    }

    /// @inheritdoc IDropAnchor
    function nextDrop() external view returns (uint256) {
        return _nextDrop;
    }

    /// @inheritdoc IDropAnchor
    function rootOf(uint256 drop) external view returns (bytes32) {
        if (drop >= _nextDrop) revert DropAnchor_NotAnchored(drop, _nextDrop);
        return _roots[drop];
    }

    function _anchorNext(uint256 firstDrop, bytes32[] calldata roots, bytes32 dataDigest) private {
        if (firstDrop != _nextDrop) revert DropAnchor_NotNext(firstDrop, _nextDrop);
        _anchor(firstDrop, roots, dataDigest);
    }

    function _anchor(uint256 firstDrop, bytes32[] calldata roots, bytes32 dataDigest) private {
        uint256 count = roots.length;
        if (count == 0 || count > _MAX_DROPS_A_CALL) revert DropAnchor_InvalidCount(count);
        uint256 last = firstDrop + count - 1;
        uint256 endsAt = ProgrammeTime.dropEnd(_GENESIS, last);
        if (block.timestamp < endsAt) revert DropAnchor_NotOver(last, endsAt, block.timestamp);
        uint256 staleBelow = _staleBelow;
        for (uint256 i = 0; i < count; ++i) {
            // An empty drop's slot is left alone, unless a superseded root may stand in it.
            if (roots[i] != 0 || firstDrop + i < staleBelow) _roots[firstDrop + i] = roots[i];
        }
        _nextDrop = uint64(last + 1); // a drop is 600 s of block time, so it stays far below 2^64
        emit DropsAnchored(firstDrop, roots, dataDigest);
    }
}
