// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Emission} from "../../../contracts/libraries/Emission.sol";
import {ProgrammeTime} from "../../../contracts/libraries/ProgrammeTime.sol";
import {within} from "./Vm.sol";

contract EmissionTest {
    uint256 private constant _POOL = 210_000_000e9;
    uint256 private constant _LAST_DROP = 39 * 210_000;

    /// @dev The rule itself: each drop's reward by its own era.
    function _reward(uint256 drop) private pure returns (uint256) {
        return 500e9 >> (drop / 210_000);
    }

    function testFuzz_whenSomeDropsPass_theClosedFormGrowsByTheirRewards(uint256 from, uint256 count) external pure {
        from = within(from, 0, _LAST_DROP + 1_000);
        count = within(count, 0, 300);
        uint256 sum = 0;
        for (uint256 drop = from; drop < from + count; ++drop) sum += _reward(drop);
        assert(Emission.emittedBefore(from + count) - Emission.emittedBefore(from) == sum);
    }

    function testFuzz_whenAnEraEnds_theClosedFormGrowsByBothRewards(
        uint256 era,
        uint256 before,
        uint256 past
    ) external pure {
        uint256 end = within(era, 1, 40) * 210_000;
        uint256 from = end - within(before, 0, 150);
        uint256 to = end + within(past, 0, 150);
        uint256 sum = 0;
        for (uint256 drop = from; drop < to; ++drop) sum += _reward(drop);
        assert(Emission.emittedBefore(to) - Emission.emittedBefore(from) == sum);
    }

    function testFuzz_givenAnyDrop_thePoolIsNeverPassed(uint256 drop) external pure {
        assert(Emission.emittedBefore(drop) < _POOL);
    }

    function test_givenNoDrop_nothingIsEmitted() external pure {
        assert(Emission.emittedBefore(0) == 0);
    }

    function testFuzz_givenAnyMoment_itsDayHoldsIt(uint256 genesis, uint256 time) external pure {
        genesis = within(genesis, 0, type(uint40).max);
        time = within(time, 0, type(uint40).max);
        uint256 day = ProgrammeTime.dayOf(genesis, time);
        if (time < genesis) {
            assert(day == 0);
        } else {
            assert(ProgrammeTime.dayStart(genesis, day) <= time && time < ProgrammeTime.dayStart(genesis, day + 1));
        }
    }
}
