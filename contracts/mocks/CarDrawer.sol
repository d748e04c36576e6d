// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CarDrawing} from "../libraries/CarDrawing.sol";
import {CarTraits} from "../types/Types.sol";

/// @title CarDrawing made callable for any traits, for tests and for example pictures. Never deployed by a programme.
contract CarDrawer {
    function draw(uint256 tokenId, CarTraits calldata traits) external pure returns (string memory) {
        return string(CarDrawing.svg(tokenId, traits));
    }

    function describe(uint256 tokenId, CarTraits calldata traits) external pure returns (string memory) {
        return CarDrawing.tokenUri(tokenId, traits);
    }
}
