// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Accumulators} from "@openzeppelin/contracts/utils/structs/Accumulators.sol";
import {Canvas} from "./Canvas.sol";

/// @title What a virtual car's drawing says in signs: the angel round, seasons, the level
library CarHonours {
    using Canvas for Accumulators.Accumulator;

    /// @dev Badges that fit beside the level; the others are counted.
    uint256 private constant _BADGES_SHOWN = 8;
    uint256 private constant _FIRST_BADGE_X = 52;
    uint256 private constant _BADGE_STEP = 44;
    /// @dev Degrees between the colours of two seasons: neighbours differ well.
    uint256 private constant _SEASON_TURN = 67;

    /// @dev The emblem of the angel round: a star with wings and halo.
    function addEmblem(Accumulators.Accumulator memory canvas) internal pure {
        canvas.add(
            '<g transform="translate(84 72)" fill="url(#gold)"><path d="M22,6C48,2 62-12 66-30C52-24 36-22 22-12ZM22,14'
            "C42,14 54,6 60-6C48-4 34-4 22,2ZM-22,6C-48,2-62-12-66-30C-52-24-36-22-22-12ZM-22,14C-42,14-54,6-60-6"
            'C-48-4-34-4-22,2Z"/><circle r="24" fill="#171b22"/><path d="M0-15L4-5 15-4 7,3 9,14 0,8-9,14-7,3-15-4-4-5Z"/>'
            '<g fill="none" stroke="url(#gold)" stroke-width="4"><circle r="24"/><ellipse cy="-36" rx="19" ry="5"/></g></g>'
        );
    }

    /// @dev The latest seasons' badges, the newest first, and how many more there are.
    function addBadges(Accumulators.Accumulator memory canvas, uint256 seasons) internal pure {
        canvas.add('<g font-size="15" font-weight="700" text-anchor="middle" fill="#fff">');
        for (uint256 shown = 0; seasons != 0 && shown < _BADGES_SHOWN; ++shown) {
            uint256 season = Math.log2(seasons);
            seasons ^= 1 << season;
            _addBadge(canvas, season, _FIRST_BADGE_X + _BADGE_STEP * shown);
        }
        if (seasons != 0) {
            canvas.add('<text x="406" y="471">+', count(seasons));
            canvas.add("</text>");
        }
        canvas.add("</g>");
    }

    /// @dev The level in words and as a row of nine marks.
    function addLevel(Accumulators.Accumulator memory canvas, uint256 level) internal pure {
        canvas.add(
            '<text x="772" y="462" fill="#fff" text-anchor="end" font-size="22" font-weight="700">LEVEL ',
            level
        );
        canvas.add(
            '</text><g stroke="#fff" stroke-width="6" stroke-dasharray="14 6"><path d="M598,477h180" '
            'stroke-opacity=".25"/><path d="M598,477h',
            20 * level
        );
        canvas.add('"/></g>');
    }

    /// @dev How many seasons a mask holds.
    function count(uint256 seasons) internal pure returns (uint256 sum) {
        for (; seasons != 0; seasons &= seasons - 1) ++sum;
    }

    /// @dev A cut stone with the season's number.
    function _addBadge(Accumulators.Accumulator memory canvas, uint256 season, uint256 x) private pure {
        canvas.add('<g transform="translate(', x);
        canvas.add(
            ' 466)"><path d="M-18,0L-9-17H9L18,0 9,17H-9Z" stroke="url(#gold)" stroke-width="2" fill="',
            _SEASON_TURN * season,
            62,
            42
        );
        canvas.add('"/><path d="M-18,0L-9-17H9L18,0Z" fill-opacity=".22"/><text y="5">', season);
        canvas.add("</text></g>");
    }
}
