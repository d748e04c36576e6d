// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accumulators} from "@openzeppelin/contracts/utils/structs/Accumulators.sol";
import {Canvas} from "./Canvas.sol";

/// @title A virtual car from the side: what every car has, and what comes with the levels
/// @dev What has no fill has the colour of the paint, and what is `currentColor` that of lamps and lines.
library CarBody {
    using Canvas for Accumulators.Accumulator;

    /// @dev From which level on a car has what.
    uint256 private constant _COLOURED_LINES = 2;
    uint256 private constant _ALLOY_RIMS = 3;
    uint256 private constant _SPOILER = 4;
    uint256 private constant _DARK_ROOF = 5;
    uint256 private constant _FINE_RIMS = 6;
    uint256 private constant _BEAM = 6;
    uint256 private constant _LIDAR = 7;
    uint256 private constant _UNDERGLOW = 8;
    uint256 private constant _GOLD = 9;

    /// @dev The whole car, from the ground up.
    function addCar(Accumulators.Accumulator memory canvas, uint256 tokenId, uint256 level, bool angel) internal pure {
        _openPainted(canvas, tokenId, level);
        _addGround(canvas, level);
        _addShell(canvas, level);
        _addWindows(canvas, level);
        _addSides(canvas, level, angel);
        _addWheels(canvas, level);
        canvas.add("</g>");
    }

    /// @dev Every car has a hue of its own; lamps and lines have the opposite one, and are golden at last.
    function _openPainted(Accumulators.Accumulator memory canvas, uint256 tokenId, uint256 level) private pure {
        (uint256 hue, uint256 saturation, uint256 lightness) = _paintOf(level);
        hue += 336 + (uint8(tokenId >> 8) % 49); // 24 degrees either way
        canvas.add('<g color="', level < _GOLD ? hue + 180 : 46, 90, 62);
        canvas.add('" fill="', hue, saturation, lightness);
        canvas.add(
            '"><linearGradient id="gloss" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".5"/><stop offset=".4" '
            'stop-color="#fff" stop-opacity=".04"/><stop offset=".6" stop-opacity=".1"/><stop offset="1" '
            'stop-opacity=".5"/></linearGradient><linearGradient id="glass" x2="0" y2="1"><stop stop-color="#5f7486"/>'
            '<stop offset="1" stop-color="#101820"/></linearGradient><linearGradient id="beam"><stop '
            'stop-color="#fff6d8" stop-opacity=".5"/><stop offset="1" stop-color="#fff6d8" stop-opacity="0"/>'
            '</linearGradient><radialGradient id="glow"><stop stop-color="currentColor" stop-opacity=".9"/><stop '
            'offset="1" stop-color="currentColor" stop-opacity="0"/></radialGradient>'
        );
    }

    /// @dev Shadow and light on the road.
    function _addGround(Accumulators.Accumulator memory canvas, uint256 level) private pure {
        canvas.add('<ellipse cx="400" cy="420" rx="310" ry="18" fill="url(#shade)"/>');
        if (level >= _UNDERGLOW) canvas.add('<ellipse cx="400" cy="418" rx="290" ry="30" fill="url(#glow)"/>');
        if (level >= _BEAM) canvas.add('<path d="M652,306L800,262V432L662,322Z" fill="url(#beam)"/>');
    }

    /// @dev The spoiler, the wheel arches, and the body: painted, then lit from above.
    function _addShell(Accumulators.Accumulator memory canvas, uint256 level) private pure {
        if (level >= _SPOILER) {
            canvas.add(
                '<path d="M137,300L132,285C156,272 186,266 216,262L196,274C170,281 150,288 146,298Z" stroke="#000" '
                'stroke-opacity=".5" stroke-width="2"/>'
            );
        }
        canvas.add(
            '<path d="M186,398A56,56 0 1 1 290,398ZM508,398A56,56 0 1 1 612,398Z" fill="#08090a"/><path id="shell" '
            'd="M146,398C133,388 126,350 131,322C133,306 139,297 152,290C166,284 178,280 190,274C238,244 286,221 '
            "350,217C428,213 484,236 534,272C586,277 634,288 656,306C668,317 674,338 674,362C674,384 668,397 652,398"
            'H609A54,54 0 1 0 511,398H287A54,54 0 1 0 189,398Z"/><use href="#shell" fill="url(#gloss)"/>'
        );
    }

    /// @dev Roof and windows with what they reflect, and what stands on the roof.
    function _addWindows(Accumulators.Accumulator memory canvas, uint256 level) private pure {
        if (level >= _DARK_ROOF) {
            canvas.add(
                '<path d="M190,274C238,244 286,221 350,217C428,213 484,236 534,272L505,274C462,245 416,227 352,229'
                'C300,231 258,246 218,272Z" fill="#0d1014" fill-opacity=".82"/>'
            );
        }
        canvas.add(
            '<path d="M218,272C258,246 300,231 352,229C416,227 462,245 505,274C420,272 310,272 218,272Z" '
            'fill="url(#glass)"/><path d="M300,244L262,271H330L372,229 352,229C334,230 318,236 300,244Z" fill="#fff" '
            'fill-opacity=".13"/><path d="M366,227L374,274" stroke="#0a0c0f" stroke-width="7"/><path d="M152,289'
            'C166,283 178,279 190,273C238,243 286,220 350,216C428,212 484,235 534,271" fill="none" stroke="#fff" '
            'stroke-opacity=".4" stroke-width="2"/>'
        );
        if (level >= _LIDAR) {
            canvas.add(
                '<path d="M398,219C404,203 452,205 466,228Z" fill="#23282f"/><path d="M436,210C450,211 458,217 463,226'
                'L446,222Z" fill="#7fe9ff"/><path d="M404,212C412,205 440,205 452,212" fill="none" stroke="#fff" '
                'stroke-opacity=".4" stroke-width="2"/>'
            );
        }
    }

    /// @dev Shoulder, handles, doors, mirror, skirt, lamps, and lines in gold and in colour.
    function _addSides(Accumulators.Accumulator memory canvas, uint256 level, bool angel) private pure {
        canvas.add(
            '<path d="M148,302C260,284 520,284 648,312C520,298 270,298 148,302Z" fill="#fff" fill-opacity=".38"/><path '
            'd="M318,304h30M446,304h30" stroke="#fff" stroke-opacity=".55" stroke-width="4" stroke-linecap="round"/>'
            '<path d="M374,276C380,310 378,340 372,366M250,276C244,300 262,318 284,342M498,276C510,300 512,326 506,346" '
            'fill="none" stroke="#000" stroke-opacity=".6" stroke-width="2"/>'
        );
        if (angel) {
            canvas.add(
                '<path d="M148,312C260,296 520,296 650,322" fill="none" stroke="url(#gold)" stroke-width="3.5"/>'
            );
        }
        canvas.add(
            '<path d="M486,266C494,260 508,262 510,272L490,276Z" stroke="#000" stroke-opacity=".5"/><path d="M287,398'
            'C291,390 292,384 292,376C360,366 440,366 506,376C506,384 508,392 511,398Z" fill="#0d0f12" '
            'fill-opacity=".75"/><path d="M146,398C138,392 132,378 130,362L185,374C184,384 186,392 189,398ZM609,398'
            'C613,390 614,380 613,372L674,360C674,384 668,397 652,398Z" fill="#0d0f12" fill-opacity=".55"/><path '
            'd="M622,298C640,302 652,308 660,318L650,320C640,312 630,308 614,304Z" fill="#f6fbff"/><path d="M131,322'
            'C133,308 138,300 148,294L160,298C150,302 142,310 140,322Z" fill="#ff3b3b"/>'
        );
        if (level >= _COLOURED_LINES) {
            canvas.add(
                '<path d="M298,382C360,373 440,373 500,382M618,308C636,312 648,318 658,330" fill="none" '
                'stroke="currentColor" stroke-width="3" stroke-linecap="round"/>'
            );
        }
    }

    /// @dev Both wheels are one drawing.
    function _addWheels(Accumulators.Accumulator memory canvas, uint256 level) private pure {
        canvas.add(
            '<g id="wheel" fill="none" transform="translate(238 376)"><circle r="47" fill="#000"/><circle r="45" '
            'fill="#15171a"/><circle r="34" fill="#2b2f34"/>'
        );
        if (level < _ALLOY_RIMS) {
            canvas.add(
                '<circle r="32" fill="#b9bfc6" stroke="#8a9098" stroke-width="3"/><circle r="20" stroke="#6d737a" '
                'stroke-width="10" stroke-dasharray="8 12.944"/>'
            );
        } else {
            _addAlloyRim(canvas, level);
        }
        canvas.add('<circle r="7" fill="#e8ebee"/><circle r="4" fill="#3a3f45"/></g><use href="#wheel" x="322"/>');
    }

    /// @dev The spokes are dashes of a broad circle, 5, then 10, then 12 golden ones.
    function _addAlloyRim(Accumulators.Accumulator memory canvas, uint256 level) private pure {
        canvas.add(level < _GOLD ? '<g stroke="#d5dae0' : '<g stroke="url(#gold)');
        canvas.add('"><circle r="33" stroke-width="3"/><circle r="16" stroke-width="32" stroke-dasharray="');
        if (level < _FINE_RIMS) canvas.add("5.5 14.606");
        else canvas.add(level < _GOLD ? "3 7.053" : "4 4.378");
        canvas.add('"/></g>');
    }

    /// @dev From bare stone to a night sky, by level.
    function _paintOf(uint256 level) private pure returns (uint256 hue, uint256 saturation, uint256 lightness) {
        uint16[3][10] memory paints = [
            [uint16(215), 7, 58],
            [uint16(36), 26, 58],
            [uint16(105), 20, 44],
            [uint16(176), 48, 36],
            [uint16(212), 68, 44],
            [uint16(248), 50, 50],
            [uint16(286), 46, 44],
            [uint16(346), 68, 42],
            [uint16(22), 82, 48],
            [uint16(266), 46, 28]
        ];
        return (paints[level][0], paints[level][1], paints[level][2]);
    }
}
