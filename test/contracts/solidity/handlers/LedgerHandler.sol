// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {StoneMigration} from "../../../../contracts/types/Types.sol";
import {one} from "../Signing.sol";
import {timeNow, vm, waitUntil, within} from "../Vm.sol";
import {DayHandler} from "./DayHandler.sol";

/// @dev What else changes balances: prizes, what flows on from moved accounts, and migration to a successor.
abstract contract LedgerHandler is DayHandler {
    uint256 private constant _DRAWING_POOL = 90_000_000e9;

    uint256 public drawn;
    uint256 public migrated;
    mapping(address successor => mapping(address account => uint256)) private _migratedTo;

    /// @dev In place of the mine box, for any account; one in eight is so large that the pool does not last.
    function issuePrize(uint256 seed) external {
        address account = accounts[seed % accounts.length];
        uint64 units = uint64(within(seed >> 64, 1, seed & 0x700 == 0 ? 40_000_000e9 : 2_000e9));
        if (_issuePrize(account, units)) ++done[msg.sig];
    }

    /// @dev Brings on what stands with an account in the middle of a long chain.
    function flowOn(uint256 seed) external counted {
        address account = _stranded(seed);
        uint256 before = ledger.balanceOf(account);
        if (seed & 64 == 0) reach(account);
        assert(ledger.flowOn(account) == before);
        stranded[account] = false;
        if (before != 0) noteArrival(account);
    }

    function announceSuccessor(uint256 seed) external counted {
        _announceSuccessor(seed);
    }

    /// @dev Whoever has anything available takes it to the successor.
    function migrate(uint256 seed) external counted {
        if (ledger.successor() == address(0)) _announceSuccessor(seed);
        waitUntil(ledger.migratableFrom());
        address person = personWith(1, seed);
        uint64 units = uint64(ledger.availableOf(person));
        address successor = ledger.successor();
        uint64 before = ledger.migratedTo(successor, person);
        StoneMigration memory migration = StoneMigration(person, successor, before, uint40(timeNow()));
        if (seed & 64 == 0) {
            vm.prank(person);
            ledger.migrateStones(migration);
        } else {
            _migrateSigned(migration);
        }
        _migratedTo[successor][person] += units;
        assert(ledger.migratedTo(successor, person) == _migratedTo[successor][person]);
        worth[person] -= units;
        migrated += units;
    }

    /// @dev Anybody who has so many units available; if nobody has, days are settled and credited first.
    function personWith(uint256 units, uint256 seed) internal returns (address person) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            person = people[(i + (seed % PEOPLE)) % PEOPLE];
            if (ledger.availableOf(person) >= units) return person;
        }
        return earn(units);
    }

    function _issuePrize(address account, uint64 units) private returns (bool) {
        vm.prank(address(box));
        try ledger.issuePrize(account, units) {
            drawn += units;
            worth[personOf(account)] += units;
            noteArrival(account);
            return true;
        } catch (bytes memory problem) {
            requireAboveSettled(problem);
            assert(drawn + units > _DRAWING_POOL);
            return false;
        }
    }

    /// @dev An account that has moved, and with which units stand if there is one.
    function _stranded(uint256 seed) private returns (address account) {
        for (uint256 i = 0; i < accounts.length; ++i) if (stranded[accounts[i]]) return accounts[i];
        if (seed & 1 == 0) return movedAccount(seed);
        account = farFrom(seed);
        if (!_issuePrize(account, 1)) return account;
        return moves.currentOf(account);
    }

    function _announceSuccessor(uint256 seed) private {
        ledger.announceSuccessor(address(uint160(0x5cc0 + (seed % 2))));
    }

    function _migrateSigned(StoneMigration memory migration) private {
        bytes32 typehash = keccak256(
            "StoneMigration(address account,address successor,uint64 migrated,uint40 deadline)"
        );
        bytes32 structHash = keccak256(abi.encode(typehash, migration));
        StoneMigration[] memory list = new StoneMigration[](1);
        list[0] = migration;
        ledger.migrateStonesOf(list, one(sign(migration.account, address(ledger), structHash)));
    }
}
