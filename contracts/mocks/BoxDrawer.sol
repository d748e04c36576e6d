// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BoxDraws} from "../libraries/BoxDraws.sol";
import {BoxTerms} from "../libraries/BoxWords.sol";
import {BoxPlay, Prize} from "../types/Types.sol";

/// @title What the mine box draws inside, made callable for the shared vectors and the odds. Never deployed by a programme.
contract BoxDrawer {
    /// @notice A request, and the guarantee that it is opened under.
    struct Opening {
        bytes32 seed;
        address account;
        uint96 salt;
        uint64 firstBox;
        uint256 count;
        uint16 guarantee;
        uint8 guaranteedTier;
        uint16 misses;
    }

    function seedOf(bytes32 link, bytes32 blockHash) external pure returns (bytes32) {
        return BoxDraws.seedOf(link, blockHash);
    }

    function tierOf(Prize[] calldata prizes, bytes32 outcome) external pure returns (uint256) {
        return BoxDraws.tierOf(BoxDraws.oddsOf(prizes), outcome);
    }

    /// @return tiers What each box wins.
    /// @return misses How many boxes in a row were below the guaranteed tier at the end.
    function open(
        Prize[] calldata prizes,
        Opening calldata opening
    ) external pure returns (uint256[] memory tiers, uint16 misses) {
        BoxDraws.Odds memory odds = BoxDraws.oddsOf(prizes);
        BoxPlay memory play;
        play.misses = opening.misses;
        BoxTerms memory terms;
        (terms.guarantee, terms.guaranteedTier) = (opening.guarantee, opening.guaranteedTier);
        tiers = new uint256[](opening.count);
        for (uint256 k = 0; k < tiers.length; ++k) {
            bytes32 outcome = BoxDraws.outcomeOf(opening.seed, opening.salt, opening.account, opening.firstBox + k);
            tiers[k] = BoxDraws.winOf(BoxDraws.tierOf(odds, outcome), play, terms);
        }
        misses = play.misses;
    }

    /// @return counts How often each tier is drawn, without a guarantee, in `draws` boxes numbered from 0.
    function countDraws(
        Prize[] calldata prizes,
        bytes32 seed,
        uint256 draws
    ) external pure returns (uint256[] memory counts) {
        BoxDraws.Odds memory odds = BoxDraws.oddsOf(prizes);
        counts = new uint256[](prizes.length);
        for (uint256 number = 0; number < draws; ++number) {
            ++counts[BoxDraws.tierOf(odds, BoxDraws.outcomeOf(seed, 0, address(0), number))];
        }
    }
}
