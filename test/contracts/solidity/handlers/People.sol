// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IPausable} from "../../../../contracts/interfaces/IPausable.sol";
import {Programme} from "../Programme.sol";
import {digestFor, signatureOf} from "../Signing.sol";
import {timeNow, vm} from "../Vm.sol";

/// @dev The people of a programme and the accounts that each has had: whoever moves leaves an account behind, and the last one
/// stands for the person. Keeps what each person may hold, whichever of the accounts it lies with.
abstract contract People is Programme {
    uint256 public constant PEOPLE = 4;
    uint256 private constant _FIRST_KEY = 0xacc0;

    /// @dev Who stands for each person now.
    address[4] public people;
    /// @dev Every account there has been; its place is the index of its leaf.
    address[] public accounts;
    mapping(address account => uint256) private _keyOf;
    mapping(address account => address) public movedTo;

    /// @dev Units that a person may hold: mined and won, less what was spent and migrated.
    mapping(address person => uint256) public worth;
    /// @dev Vouchers given to a person, less those used up.
    mapping(address person => uint256) public vouchersWorth;
    /// @dev How often each handler did what it is for.
    mapping(bytes4 handler => uint256) public done;

    modifier counted() {
        _;
        ++done[msg.sig];
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    /// @dev The last account of the moves that begin with this one.
    function personOf(address account) public view returns (address person) {
        person = account;
        while (movedTo[person] != address(0)) person = movedTo[person];
    }

    /// @dev The place, among all accounts, of the person that the account at `i` belongs to.
    function placeOfPerson(uint256 i) external view returns (uint256) {
        return indexOf(personOf(accounts[i]));
    }

    function newAccount() internal returns (address account) {
        uint256 key = _FIRST_KEY + accounts.length;
        account = vm.addr(key);
        _keyOf[account] = key;
        accounts.push(account);
    }

    function indexOf(address account) internal view returns (uint256) {
        return _keyOf[account] - _FIRST_KEY;
    }

    function personAt(uint256 seed) internal view returns (address) {
        return people[seed % PEOPLE];
    }

    function sign(address account, address target, bytes32 structHash) internal view returns (bytes memory) {
        return signatureOf(_keyOf[account], digestFor(target, structHash));
    }

    /// @dev The accounts from which four pointers do not lead to the person can be brought nearer by anybody.
    function reach(address account) internal {
        while (moves.currentOf(account) != personOf(account)) moves.shortenForward(account);
    }

    /// @dev A paused contract is resumed when its duty is wanted; until then its owners' side goes on.
    function ensureRunning(address part) internal {
        if (timeNow() < IPausable(part).pausedUntil()) IPausable(part).resume();
    }
}
