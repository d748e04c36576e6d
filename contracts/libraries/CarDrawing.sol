// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Accumulators} from "@openzeppelin/contracts/utils/structs/Accumulators.sol";
import {CarTraits} from "../types/Types.sol";
import {Canvas} from "./drawing/Canvas.sol";
import {CarBody} from "./drawing/CarBody.sol";
import {CarHonours} from "./drawing/CarHonours.sol";
import {CarScenery} from "./drawing/CarScenery.sol";

/// @title The virtual car as SVG, and the token's metadata as JSON
/// @dev Everything is made of numbers and of text that stands in the code, so nothing needs to be escaped.
library CarDrawing {
    using Accumulators for Accumulators.Accumulator;
    using Canvas for Accumulators.Accumulator;
    using CarBody for Accumulators.Accumulator;
    using CarHonours for Accumulators.Accumulator;
    using CarScenery for Accumulators.Accumulator;

    /// @dev ERC-721 metadata as a data URI (RFC 2397), with the drawing inside.
    function tokenUri(uint256 tokenId, CarTraits memory traits) internal pure returns (string memory) {
        Accumulators.Accumulator memory json = Accumulators.accumulator();
        json.add('{"name":"');
        json.add(_nameOf(tokenId));
        json.add(
            '","description":"The virtual car of a vehicle of the Cairn programme, drawn on chain. It goes with the vehicle '
            'and cannot be transferred.","image":"data:image/svg+xml;base64,'
        );
        json.add(Base64.encode(svg(tokenId, traits)));
        json.add('","attributes":[{"trait_type":"Level","max_value":9,"value":', traits.level);
        json.add('},{"trait_type":"Cohort","value":"');
        json.add(traits.angel ? "Angel round" : "General");
        json.add('"},{"trait_type":"Seasons","value":', CarHonours.count(traits.badges));
        json.add("}]}");
        return string.concat("data:application/json;base64,", Base64.encode(json.flatten()));
    }

    /// @dev The drawing: the valley, the cairn, the car, and its honours. The same for the same number and traits.
    function svg(uint256 tokenId, CarTraits memory traits) internal pure returns (bytes memory) {
        Accumulators.Accumulator memory canvas = Accumulators.accumulator();
        uint256 level = traits.level;
        canvas.add(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 500" role="img" font-family="system-ui,sans-serif">'
        );
        _addWords(canvas, tokenId, traits);
        _addGradients(canvas);
        canvas.addValley(tokenId, level);
        canvas.addCairn(tokenId, level);
        canvas.addCar(tokenId, level, traits.angel);
        if (traits.angel) canvas.addEmblem();
        canvas.addBadges(traits.badges);
        canvas.addLevel(level);
        canvas.add("</svg>");
        return canvas.flatten();
    }

    /// @dev The drawing for who does not see it.
    function _addWords(Accumulators.Accumulator memory canvas, uint256 tokenId, CarTraits memory traits) private pure {
        canvas.add("<title>");
        canvas.add(_nameOf(tokenId));
        canvas.add("</title><desc>A car on a road through a valley, beside a pile of stones. Level ", traits.level);
        canvas.add(" of 9");
        if (traits.angel) canvas.add(", angel round");
        canvas.add(", season badges: ", CarHonours.count(traits.badges));
        canvas.add(".</desc>");
    }

    /// @dev The gradients that several parts name.
    function _addGradients(Accumulators.Accumulator memory canvas) private pure {
        canvas.add(
            '<radialGradient id="shade"><stop stop-opacity=".55"/><stop offset=".6" stop-opacity=".4"/><stop offset="1" '
            'stop-opacity="0"/></radialGradient><linearGradient id="gold" x2="1" y2="1"><stop stop-color="#fff3b8"/><stop '
            'offset=".5" stop-color="#e2ab2d"/><stop offset="1" stop-color="#8d5f10"/></linearGradient>'
        );
    }

    /// @dev The first four bytes of the vehicle's id are enough to tell cars apart.
    function _nameOf(uint256 tokenId) private pure returns (string memory) {
        return string.concat("Cairn Vehicle ", Strings.toHexString(tokenId >> 224, 4));
    }
}
