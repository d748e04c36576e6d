// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title An ERC-20 token that everybody can mint and that misbehaves as told, for tests. Never deployed by a programme.
contract OddToken is IERC20 {
    enum Manner {
        Honest,
        /// Each transfer loses a hundredth on its way.
        TakesFee,
        /// A transfer moves nothing and says so.
        ReturnsFalse,
        /// A transfer is made and answers nothing, as some old tokens do.
        ReturnsNothing,
        /// Before each transfer it makes a call of its own.
        Reenters
    }

    uint256 private constant _HUNDRED = 100;

    /// @inheritdoc IERC20
    uint256 public totalSupply;
    /// @notice What its own call answered.
    bytes public answer;
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address account => bool) public isBlocked;
    Manner private _manner;
    address private _target;
    bytes private _data;

    error Blocked(address account);

    function behave(Manner manner) external {
        _manner = manner;
    }

    /// @notice Sets the call that it makes before each transfer.
    function plan(address target, bytes calldata data) external {
        _target = target;
        _data = data;
        _manner = Manner.Reenters;
    }

    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function mint(address to, uint256 amount) external {
        totalSupply += amount;
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _transfer(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _transfer(from, to, amount);
    }

    function _transfer(address from, address to, uint256 amount) private returns (bool) {
        if (isBlocked[to]) revert Blocked(to);
        if (_manner == Manner.ReturnsFalse) return false;
        if (_manner == Manner.Reenters) (, answer) = _target.call(_data);
        uint256 lost = _manner == Manner.TakesFee ? amount / _HUNDRED : 0;
        balanceOf[from] -= amount;
        balanceOf[to] += amount - lost;
        totalSupply -= lost;
        emit Transfer(from, to, amount - lost);
        if (_manner == Manner.ReturnsNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return true;
    }
}
