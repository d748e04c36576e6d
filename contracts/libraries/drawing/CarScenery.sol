// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accumulators} from "@openzeppelin/contracts/utils/structs/Accumulators.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Canvas} from "./Canvas.sol";

/// @title What surrounds a virtual car: the valley, the road, and a cairn beside it
/// @dev Bits of the token's number make the difference between two cars of one level.
library CarScenery {
    using Canvas for Accumulators.Accumulator;

    /// @dev Every third level it is another time of the day: morning, day, dusk, and night at the highest.
    uint256 private constant _LEVELS_A_SCENE = 3;
    uint256 private constant _HIGHEST_LEVEL = 9;
    uint256 private constant _STARS = 24;
    uint256 private constant _GROUND_Y = 388;

    /// @dev Sky, hills and road. Every car has a tint of its own.
    function addValley(Accumulators.Accumulator memory canvas, uint256 tokenId, uint256 level) internal pure {
        uint256 scene = level / _LEVELS_A_SCENE;
        uint256 tint = 340 + (uint8(tokenId >> 16) % 41); // 20 degrees either way
        _addSky(canvas, scene, tint);
        if (level == _HIGHEST_LEVEL) _addNight(canvas, tokenId);
        _addSun(canvas, scene, 240 + (uint256(uint8(tokenId >> 24)) * 3) / 2);
        _addHills(canvas, scene, tint);
        _addRoad(canvas, scene);
    }

    /// @dev A pile of stones, one more with each level, and a star on top of the highest.
    function addCairn(Accumulators.Accumulator memory canvas, uint256 tokenId, uint256 level) internal pure {
        canvas.add(
            '<radialGradient id="rock" cx=".35" cy=".25" r=".9"><stop stop-color="#fff" stop-opacity=".55"/><stop '
            'offset=".45" stop-color="#fff" stop-opacity=".05"/><stop offset="1" stop-opacity=".45"/></radialGradient>'
            '<ellipse cx="728" cy="388" rx="62" ry="9" fill="url(#shade)"/>'
        );
        uint256 y = _GROUND_Y;
        for (uint256 i = 0; i <= level; ++i) {
            uint256 height = i < 9 ? 15 - i : 6;
            y -= height;
            _addStone(canvas, tokenId >> (40 + 12 * i), 52 - 4 * i, height, y);
            y -= height - 2; // they lie close on each other
        }
        if (level < _HIGHEST_LEVEL) return;
        canvas.add('<path d="M728,', y - 26);
        canvas.add('l5,15 15,5-15,5-5,15-5-15-15-5 15-5Z" fill="url(#gold)"/>');
    }

    /// @param bits Twelve bits that shape it.
    function _addStone(
        Accumulators.Accumulator memory canvas,
        uint256 bits,
        uint256 width,
        uint256 height,
        uint256 y
    ) private pure {
        canvas.add('<g transform="translate(', 725 + ((bits >> 2) & 7));
        canvas.add(" ", y);
        canvas.add(") rotate(");
        canvas.add(Strings.toStringSigned(int256((bits >> 5) & 7) - 3)); // at most 4
        canvas.add(") scale(", width - (bits & 3));
        canvas.add(" ", height);
        canvas.add(')"><circle r="1" fill="', 24 + 12 * ((bits >> 8) & 3), 9, 44 + 6 * ((bits >> 10) & 3));
        canvas.add('"/><circle r="1" fill="url(#rock)"/></g>');
    }

    function _addSky(Accumulators.Accumulator memory canvas, uint256 scene, uint256 tint) private pure {
        uint16[3][4] memory tops = [
            [uint16(205), 30, 78],
            [uint16(205), 62, 58],
            [uint16(255), 42, 34],
            [uint16(228), 52, 10]
        ];
        uint16[3][4] memory horizons = [
            [uint16(30), 45, 90],
            [uint16(195), 70, 84],
            [uint16(18), 82, 70],
            [uint16(262), 46, 30]
        ];
        uint16[3] memory top = tops[scene];
        uint16[3] memory horizon = horizons[scene];
        canvas.add(
            '<linearGradient id="sky" gradientUnits="userSpaceOnUse" x2="0" y2="500"><stop stop-color="',
            tint + top[0],
            top[1],
            top[2]
        );
        canvas.add('"/><stop offset="1" stop-color="', tint + horizon[0], horizon[1], horizon[2]);
        canvas.add('"/></linearGradient><path d="M0,0H800V500H0Z" fill="url(#sky)"/>');
    }

    /// @dev Stars and northern lights.
    function _addNight(Accumulators.Accumulator memory canvas, uint256 tokenId) private pure {
        canvas.add('<path stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-opacity=".7" d="');
        for (uint256 i = 0; i < _STARS; ++i) {
            uint256 bits = uint8(tokenId >> (32 + 8 * i));
            canvas.add("M", (157 * i + 3 * bits) % 800);
            canvas.add(",", 12 + ((67 * i + bits) % 190));
            canvas.add("h0");
        }
        canvas.add(
            '"/><path d="M0,170C160,60 300,190 460,96S700,60 800,120V30C660,10 560,70 420,40S140,40 0,90Z" '
            'fill="#4ee69a" fill-opacity=".2"/><path d="M0,210C200,120 340,220 520,130S720,120 800,160V90C680,80 '
            '560,120 420,86S160,110 0,130Z" fill="#52d0f0" fill-opacity=".16"/>'
        );
    }

    /// @dev The sun, or the moon at night, with its halo.
    function _addSun(Accumulators.Accumulator memory canvas, uint256 scene, uint256 x) private pure {
        uint8[2][4] memory places = [[uint8(150), 34], [uint8(96), 30], [uint8(210), 46], [uint8(90), 26]];
        canvas.add('<g transform="translate(', x);
        canvas.add(" ", places[scene][0]);
        canvas.add(") scale(", places[scene][1]);
        canvas.add(')" fill="#fff0c8"><circle r="2" fill-opacity=".2"/><circle r="1"/></g>');
    }

    /// @dev One translucent colour, the denser the more hills stand behind each other. Behind the peaks is sky, not sun.
    function _addHills(Accumulators.Accumulator memory canvas, uint256 scene, uint256 tint) private pure {
        uint16[3][4] memory hills = [
            [uint16(180), 18, 42],
            [uint16(160), 34, 34],
            [uint16(276), 40, 24],
            [uint16(244), 50, 9]
        ];
        uint16[3] memory hill = hills[scene];
        canvas.add(
            '<use href="#peaks" fill="url(#sky)"/><g fill-opacity=".5" fill="',
            tint + hill[0],
            hill[1],
            hill[2]
        );
        canvas.add(
            '"><path id="peaks" d="M0,300L70,226 128,262 214,168 262,214 318,178 404,268 470,206 540,252 628,160 690,226 '
            '742,196 800,248V400H0Z"/><path d="M214,168L198,181 212,190 222,183 238,194 262,214ZM628,160L610,181 626,192 '
            '640,184 656,198 690,226Z" fill="#fff"/><path d="M0,340C60,300 110,270 170,292S280,330 350,296 480,262 560,300 '
            '700,330 800,276V400H0Z"/><path d="M0,372C120,330 240,356 360,350S620,330 800,352V400H0Z"/></g>'
        );
    }

    /// @dev The road darkens with the day.
    function _addRoad(Accumulators.Accumulator memory canvas, uint256 scene) private pure {
        canvas.add(
            '<linearGradient id="road" x2="0" y2="1"><stop stop-color="#83878f"/><stop offset="1" stop-color="#555961"/>'
            '</linearGradient><path d="M0,384H800V500H0Z" fill="url(#road)"/><path d="M0,384H800V500H0Z" fill-opacity=".',
            1 + 2 * scene
        );
        canvas.add(
            '"/><path d="M0,385H800" stroke="#fff" stroke-opacity=".35" stroke-width="3"/><path d="M-10,438H810" '
            'stroke="#fff" stroke-opacity=".5" stroke-width="5" stroke-dasharray="56 40"/>'
        );
    }
}
