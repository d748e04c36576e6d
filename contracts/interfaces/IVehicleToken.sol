// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {CarTraits} from "../types/Types.sol";

/// @title ERC-5192: a token that says whether it is locked
interface IERC5192 {
    /// @notice The token is locked.
    event Locked(uint256 tokenId);
    /// @notice The token is no longer locked. Never emitted here.
    event Unlocked(uint256 tokenId);

    /// @notice Whether the token is locked. Reverts when there is no such token.
    function locked(uint256 tokenId) external view returns (bool);
}

/// @title VehicleToken: the owner's virtual car, drawn on chain
/// @notice A token per vehicle, with the vehicle's id as its number. It belongs to whoever the VehicleRegistry says holds the
/// vehicle, and nobody can transfer it or let others do so: anybody may bring it in line with the registry (syncToken). Until
/// somebody does, it shows how things stood before.
/// The drawing shows what everybody can see on the chain already, and coarsely: a level by the stones that the holder ever
/// got, the angel round, badges of the seasons in which the holder opened boxes. Never kilometres.
/// Level and badges stay with the car when its account moves, and end with the pairing: a vehicle that is paired anew has a
/// new id and another token.
interface IVehicleToken is IERC721Metadata, IERC5192 {
    /// @notice The holder opened boxes in a season, and the car bears its badge from now on.
    event BadgeEarned(uint256 indexed tokenId, uint24 indexed season);

    /// @notice A vehicle's token goes with the vehicle only.
    error VehicleToken_Locked(uint256 tokenId);
    /// @notice Nobody acts for an owner here: there is nothing to be done.
    error VehicleToken_NoOperators(address operator);
    /// @notice There is nothing to bring in line.
    error VehicleToken_InSync(uint256 tokenId);

    /// @notice Brings a token in line with the registry: makes it for the vehicle's holder, moves it after the vehicle followed
    /// a moved account, ends it with the pairing, and adds the badge of the holder's last season. Anyone.
    /// @dev The MineBox knows an account's last season only: a badge that nobody asked for is lost once the holder requests a box
    /// of a later season. The last season counts even if the vehicle was paired after it.
    function syncToken(bytes32 vehicle) external;

    /// @notice What the drawing shows. Reverts when there is no such token.
    function traitsOf(uint256 tokenId) external view returns (CarTraits memory);
}
