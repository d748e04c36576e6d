// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccountMove, Recovery, RecoveryCancellation} from "../../../../contracts/types/Types.sol";
import {one} from "../Signing.sol";
import {timeNow, vm, waitUntil} from "../Vm.sol";
import {VehicleHandler} from "./VehicleHandler.sol";

/// @dev Accounts move by both signatures or by recovery, and what belongs to them follows.
abstract contract MoveHandler is VehicleHandler {
    mapping(address account => uint256) private _arrivedAt;

    function moveBySignatures(uint256 seed) external counted {
        moveToNew(personAt(seed), seed);
    }

    /// @dev So often that four pointers do not lead from the first account to the last.
    function moveFar(uint256 seed) external counted {
        farFrom(seed);
    }

    /// @dev To a new account, or to that of somebody else.
    function announceRecovery(uint256 seed) external counted {
        _announce(personAt(seed), seed);
    }

    /// @dev By the account itself, by its signature, or by the recovery role.
    function cancelRecovery(uint256 seed) external counted {
        address account = _announced(seed);
        Recovery memory recovery = moves.recoveryOf(account);
        if (seed % 3 == 0) {
            vm.prank(account);
            moves.cancelRecovery();
        } else if (seed % 3 == 1) {
            moves.withdrawRecovery(account);
        } else {
            RecoveryCancellation[] memory list = new RecoveryCancellation[](1);
            list[0] = RecoveryCancellation(account, recovery.number, uint40(timeNow()));
            bytes32 typehash = keccak256("RecoveryCancellation(address account,uint64 recovery,uint40 deadline)");
            moves.cancelRecoveries(list, one(sign(account, address(moves), keccak256(abi.encode(typehash, list[0])))));
        }
        assert(moves.recoveryOf(account).number == 0);
    }

    function executeRecovery(uint256 seed) external counted {
        address account = _announced(seed);
        Recovery memory recovery = moves.recoveryOf(account);
        // The other end may have moved since; then this one will never be carried out.
        if (movedTo[recovery.to] != address(0)) {
            moves.withdrawRecovery(account);
            _announce(account, seed);
            recovery = moves.recoveryOf(account);
        }
        waitUntil(recovery.executableAt);
        moves.executeRecovery(account);
        _noteMove(account, recovery.to);
    }

    function shortenForward(uint256 seed) external counted {
        address account = _movedTwice(seed);
        moves.shortenForward(account);
        assert(personOf(moves.forwardOf(account).to) == personOf(account));
    }

    function followVehicle(uint256 seed) external counted {
        for (uint256 i = 0; i < vehicleCount(); ++i) {
            bytes32 vehicle = vehicleAt((i + (seed % vehicleCount())) % vehicleCount());
            if (isBehind(vehicle)) return follow(vehicle);
        }
        address person = personAt(seed);
        vehicleFor(person);
        vehicleFor(moveToNew(person, seed));
    }

    function currentOf(address account) external view returns (address) {
        return moves.currentOf(account);
    }

    /// @dev An account that has moved, made from nothing if there is none.
    function movedAccount(uint256 seed) internal returns (address) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[(i + (seed % accounts.length)) % accounts.length];
            if (movedTo[account] != address(0)) return account;
        }
        address person = personAt(seed);
        moveToNew(person, seed);
        return person;
    }

    /// @return account From which four pointers do not lead to the person.
    function farFrom(uint256 seed) internal returns (address account) {
        account = personAt(seed);
        address last = account;
        for (uint256 i = 0; i < 5; ++i) last = moveToNew(last, seed);
    }

    function moveToNew(address account, uint256 seed) internal returns (address to) {
        waitToMove(account);
        to = newAccount();
        AccountMove memory move = AccountMove(account, to, uint40(timeNow()));
        bytes32 structHash = _hashMove(move);
        bytes memory targetSignature = sign(to, address(moves), structHash);
        if (seed & 64 == 0) {
            vm.prank(account);
            moves.moveAccount(move, targetSignature);
        } else {
            AccountMove[] memory list = new AccountMove[](1);
            list[0] = move;
            moves.moveAccounts(list, one(sign(account, address(moves), structHash)), one(targetSignature));
        }
        _noteMove(account, to);
    }

    /// @dev An account that was itself moved to moves on after a year.
    function waitToMove(address account) internal {
        if (_arrivedAt[account] != 0) waitUntil(_arrivedAt[account] + 365 days);
    }

    function _announce(address account, uint256 seed) private {
        if (moves.recoveryOf(account).number != 0) moves.withdrawRecovery(account);
        address other = people[(seed >> 8) % PEOPLE];
        address to = seed & 192 == 0 && other != account ? other : newAccount();
        ensureRunning(address(moves));
        AccountMove memory move = AccountMove(account, to, uint40(timeNow()));
        bytes memory targetSignature = sign(to, address(moves), _hashMove(move));
        moves.announceRecovery(move, targetSignature, uint8(1 + ((seed >> 16) % 4)), bytes32(seed));
    }

    function _hashMove(AccountMove memory move) private pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("AccountMove(address account,address to,uint40 deadline)"), move));
    }

    /// @dev A person whose recovery is announced.
    function _announced(uint256 seed) private returns (address account) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            account = people[(i + (seed % PEOPLE)) % PEOPLE];
            if (moves.recoveryOf(account).number != 0) return account;
        }
        _announce(account, seed);
    }

    /// @dev An account with two moves between it and its person.
    function _movedTwice(uint256 seed) private returns (address account) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            account = accounts[(i + (seed % accounts.length)) % accounts.length];
            address next = moves.forwardOf(account).to;
            if (next != address(0) && movedTo[next] != address(0)) return account;
        }
        account = movedAccount(seed);
        moveToNew(personOf(account), seed);
    }

    /// @dev Two people become one when one is moved to the other; a newcomer takes the free place.
    function _noteMove(address account, address to) private {
        assert(moves.forwardOf(account).to == to);
        movedTo[account] = to;
        _arrivedAt[to] = timeNow();
        (worth[to], worth[account]) = (worth[to] + worth[account], 0);
        (vouchersWorth[to], vouchersWorth[account]) = (vouchersWorth[to] + vouchersWorth[account], 0);
        bool toOther = false;
        for (uint256 i = 0; i < PEOPLE; ++i) if (people[i] == to) toOther = true;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (people[i] != account) continue;
            people[i] = toOther ? newAccount() : to;
            if (toOther) pairFor(i);
        }
    }
}
