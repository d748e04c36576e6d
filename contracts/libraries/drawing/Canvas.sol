// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accumulators} from "@openzeppelin/contracts/utils/structs/Accumulators.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title An SVG in the making: text in the order in which it is painted
/// @dev It is joined once, at the end: joined bit by bit it would be copied over and over.
library Canvas {
    using Accumulators for Accumulators.Accumulator;

    function add(Accumulators.Accumulator memory canvas, string memory text) internal pure {
        canvas.push(bytes(text));
    }

    /// @dev Text and the number that it leads to.
    function add(Accumulators.Accumulator memory canvas, string memory text, uint256 number) internal pure {
        add(canvas, text);
        add(canvas, Strings.toString(number));
    }

    /// @dev Text and the colour that it leads to; the hue, in degrees, may pass the full circle.
    function add(
        Accumulators.Accumulator memory canvas,
        string memory text,
        uint256 hue,
        uint256 saturation,
        uint256 lightness
    ) internal pure {
        add(canvas, text);
        add(canvas, "hsl(", hue % 360);
        add(canvas, ",", saturation);
        add(canvas, "%,", lightness);
        add(canvas, "%)");
    }
}
