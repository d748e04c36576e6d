// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BoxDraws} from "../../../contracts/libraries/BoxDraws.sol";
import {Leaves} from "../../../contracts/libraries/Leaves.sol";
import {Prices} from "../../../contracts/libraries/Prices.sol";
import {Prize, PrizeKind, StonesLeaf} from "../../../contracts/types/Types.sol";
import {within} from "./Vm.sol";

/// @dev Pure parts against their definitions.
contract LibrariesTest {
    uint256 private constant _ALL_STONES = 300_000_000e9;

    function rootOf(bytes32 leaf, bytes32[] calldata siblings) external pure returns (bytes32) {
        return Leaves.rootOf(leaf, siblings);
    }

    function hashOf(StonesLeaf calldata leaf) external pure returns (bytes32) {
        return Leaves.hash(leaf);
    }

    function testFuzz_givenAnyProof_itsRootIsOpenZeppelins(bytes32 leaf, bytes32[] memory siblings) external view {
        assert(this.rootOf(leaf, siblings) == MerkleProof.processProof(siblings, leaf));
    }

    /// @dev Random words are never equal, and seldom near each other.
    function testFuzz_givenSmallAndEqualWords_theirRootIsOpenZeppelins(uint8 leaf, uint8[] memory words) external view {
        bytes32[] memory siblings = new bytes32[](words.length);
        bytes32 node = bytes32(uint256(leaf % 4));
        for (uint256 i = 0; i < words.length; ++i) siblings[i] = words[i] % 2 == 0 ? node : bytes32(uint256(words[i]));
        assert(this.rootOf(node, siblings) == MerkleProof.processProof(siblings, node));
    }

    function testFuzz_givenAnyLeaf_itsHashIsThatOfItsEncoding(StonesLeaf memory leaf) external view {
        bytes memory encoded = abi.encode(Leaves.STONES, leaf);
        assert(this.hashOf(leaf) == keccak256(bytes.concat(keccak256(encoded))));
    }

    /// @dev The library reads the table from calldata.
    function tierOf(Prize[] calldata prizes, bytes32 outcome) external pure returns (uint256) {
        return BoxDraws.tierOf(BoxDraws.oddsOf(prizes), outcome);
    }

    /// @dev The tier in whose share of the weights the ticket lies.
    function testFuzz_givenAnyOutcome_itsTicketLiesInTheTiersShare(
        uint32[16] memory weights,
        uint8 tiers,
        bytes32 outcome
    ) external view {
        Prize[] memory prizes = new Prize[](within(tiers, 1, 16));
        uint256 total = 0;
        for (uint256 i = 0; i < prizes.length; ++i) {
            prizes[i] = Prize(PrizeKind.Nothing, uint32(within(weights[i], 1, 1 << 27)), 0, 0);
            total += prizes[i].weight;
        }
        uint256 tier = this.tierOf(prizes, outcome);
        assert(tier < prizes.length);
        uint256 before = 0;
        for (uint256 i = 0; i < tier; ++i) before += prizes[i].weight;
        uint256 ticket = uint256(outcome) % total;
        assert(before <= ticket && ticket < before + prizes[tier].weight);
    }

    function testFuzz_givenAnySteps_theyComeBackFromTheirPrice(uint40 steps) external pure {
        assert(Prices.toSteps(Prices.fromSteps(steps)) == steps);
    }

    function testFuzz_givenAPrice_itIsValidAndComesBackFromItsSteps(uint256 steps) external pure {
        uint64 price = uint64(within(steps, 1, _ALL_STONES / Prices.STEP) * Prices.STEP);
        assert(Prices.isValid(price));
        assert(Prices.fromSteps(Prices.toSteps(price)) == price);
    }

    function testFuzz_givenANumberThatIsNoPrice_itIsNotValid(uint64 number) external pure {
        bool price = number != 0 && number % Prices.STEP == 0 && number <= _ALL_STONES;
        assert(Prices.isValid(number) == price);
    }
}
