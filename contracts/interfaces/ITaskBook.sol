// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {TaskTerms} from "../types/Types.sol";

/// @title TaskBook: what can be done for crystals, and who says that it was done
/// @notice A task gives a fixed number of crystals, so often per account and day, on the days for which it was defined. That an
/// account did it is an EIP-712 TaskAward, signed by a task key in this contract's domain; awards become leaves of the drops
/// and crystals of the days' leaves (docs/protocol.md 6.1, 13.1).
/// @dev A stolen task key can award what it likes within the tasks' limits and maxCrystalsPerDay of the rules.
interface ITaskBook {
    /// @notice A task is defined. Its terms never change; it can only end earlier.
    event TaskDefined(uint32 indexed task, TaskTerms terms);
    /// @notice A task is not awarded from `untilDay` on.
    event TaskEnded(uint32 indexed task, uint32 untilDay);
    /// @notice The key signs awards made in [from, until); until 0 = open.
    event TaskKeySet(address indexed key, uint40 from, uint40 until);

    /// @notice A term of the task is out of bounds. `name` is the field.
    error TaskBook_InvalidTerms(bytes32 name, uint256 value);
    /// @notice No such task.
    error TaskBook_UnknownTask(uint32 task);
    /// @notice The task cannot end on this day: it has not come, or the task ends no later anyway.
    error TaskBook_InvalidEnd(uint32 task, uint32 untilDay);
    /// @notice A task that has begun ends with the notice of the rules.
    error TaskBook_NeedsNotice(uint32 task, uint256 noticeEndsAt);
    /// @notice Nobody has the zero address.
    error TaskBook_ZeroAddress();
    /// @notice The interval holds no second.
    error TaskBook_EmptyInterval(uint40 from, uint40 until);
    /// @notice Awards that the key signed would lose their signer.
    error TaskBook_KeyHeld(address key, uint40 from, uint40 until);

    /// @notice Defines a task from a day that has not begun. Role: RULES.
    /// @param terms 1 to 1,000,000 crystals; 1 to 1,000 awards per account and day; untilDay above fromDay, or 0; a text.
    /// @return task Its number, counted from 1.
    function defineTask(TaskTerms calldata terms) external returns (uint32 task);

    /// @notice Ends a task earlier, with noticeS once it has begun. Role: RULES.
    function endTask(uint32 task, uint32 untilDay) external;

    /// @notice Says from when until when a key signs awards. What lies in the past cannot be taken from it. Role: RULES.
    function setTaskKey(address key, uint40 from, uint40 until) external;

    /// @notice How many tasks are defined.
    function taskCount() external view returns (uint32);

    /// @notice A task's terms, all zero when unknown.
    function termsOf(uint32 task) external view returns (TaskTerms memory);

    /// @notice Whether the key signs awards at a time.
    function isTaskKey(address key, uint256 time) external view returns (bool);
}
