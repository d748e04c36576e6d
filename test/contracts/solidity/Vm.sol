// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev The cheat codes of Hardhat's Solidity test runner that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function roll(uint256 blockNumber) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function getBlockNumber() external view returns (uint256);
    function warp(uint256 time) external;
    function prank(address caller) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signP256(uint256 key, bytes32 hash) external pure returns (bytes32 r, bytes32 s);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function getBlockTimestamp() external view returns (uint256);
    function getCode(string calldata artifact) external view returns (bytes memory);
    function getNonce(address account) external view returns (uint64);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev Brings any number into [least, most], each of them about as often.
function within(uint256 number, uint256 least, uint256 most) pure returns (uint256) {
    if (least == 0 && most == type(uint256).max) return number;
    return least + (number % (most - least + 1));
}

/// @dev The time after any warp: the optimizer may take block.timestamp for one number throughout a call.
function timeNow() view returns (uint256) {
    return vm.getBlockTimestamp();
}

/// @dev Lets time pass until `time`, if it is still to come.
function waitUntil(uint256 time) {
    if (timeNow() < time) vm.warp(time);
}
