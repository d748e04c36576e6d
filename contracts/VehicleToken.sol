// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMineBox} from "./interfaces/IMineBox.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {IERC5192, IVehicleToken} from "./interfaces/IVehicleToken.sol";
import {CarDrawing} from "./libraries/CarDrawing.sol";
import {BoxPlay, CarTraits, Pairing, StoneAccount} from "./types/Types.sol";

/// @title VehicleToken: see IVehicleToken
contract VehicleToken is IVehicleToken, ERC721 {
    /// @dev What stays with a car whichever account it is with: one word.
    struct Car {
        /// Bit n: season n.
        uint248 badges;
        /// The level that the account before a move had reached.
        uint8 leastLevel;
    }

    /// @dev The angel round: the first vehicles by order of registration.
    uint256 private constant _ANGEL_RANK = 3_000;
    uint256 private constant _UNITS_PER_STONE = 1e9;
    /// @dev Stones of level 1; each further level takes twice as many.
    uint256 private constant _FIRST_LEVEL_STONES = 100;
    uint256 private constant _HIGHEST_LEVEL = 9;
    /// @dev Badges are bits of a word, so later seasons leave none.
    uint256 private constant _LAST_BADGE = 247;

    IVehicleRegistry private immutable _VEHICLES;
    IStoneLedger private immutable _LEDGER;
    IMineBox private immutable _BOX;

    mapping(uint256 tokenId => Car) private _cars;

    /// @param vehicles The VehicleRegistry, for who holds a vehicle.
    /// @param ledger The StoneLedger, for the level.
    /// @param box The MineBox, for the badges.
    constructor(IVehicleRegistry vehicles, IStoneLedger ledger, IMineBox box) ERC721("Cairn Vehicle", "CAIRN") {
        _VEHICLES = vehicles;
        _LEDGER = ledger;
        _BOX = box;
    }

    /// @inheritdoc IVehicleToken
    function syncToken(bytes32 vehicle) external {
        uint256 tokenId = uint256(vehicle);
        address owner = _ownerOf(tokenId);
        address holder = _holderOf(vehicle);
        bool follows = owner != holder;
        if (follows) _follow(tokenId, owner, holder);
        bool earns = holder != address(0) && _earnBadge(tokenId, holder);
        if (!follows && !earns) revert VehicleToken_InSync(tokenId);
    }

    /// @inheritdoc IERC721Metadata
    function tokenURI(uint256 tokenId) public view override(ERC721, IERC721Metadata) returns (string memory) {
        return CarDrawing.tokenUri(tokenId, traitsOf(tokenId));
    }

    /// @inheritdoc IVehicleToken
    function traitsOf(uint256 tokenId) public view returns (CarTraits memory) {
        address owner = _requireOwned(tokenId);
        Car memory car = _cars[tokenId];
        return
            CarTraits({
                level: uint8(Math.max(_levelOf(owner), car.leastLevel)), // both at most 9
                angel: _VEHICLES.rankOf(bytes32(tokenId)) <= _ANGEL_RANK,
                badges: car.badges
            });
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) public view returns (bool) {
        _requireOwned(tokenId);
        return true;
    }

    /// @inheritdoc IERC721
    function approve(address, uint256 tokenId) public pure override(ERC721, IERC721) {
        revert VehicleToken_Locked(tokenId);
    }

    /// @inheritdoc IERC721
    function setApprovalForAll(address operator, bool) public pure override(ERC721, IERC721) {
        revert VehicleToken_NoOperators(operator);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev Every transfer comes through here, whoever asks for it; syncToken goes past it.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address) {
        if (locked(tokenId)) revert VehicleToken_Locked(tokenId);
        return super._update(to, tokenId, auth);
    }

    /// @dev Makes, moves or ends the token. A contract that holds a vehicle is not asked: it signed the pairing.
    function _follow(uint256 tokenId, address owner, address holder) private {
        if (holder == address(0)) delete _cars[tokenId];
        else if (owner != address(0)) _keepEarned(tokenId, owner);
        super._update(holder, tokenId, address(0));
        if (owner == address(0)) emit Locked(tokenId);
    }

    /// @dev A moved account takes along neither what it has spent nor its season, so the car does.
    function _keepEarned(uint256 tokenId, address owner) private {
        _earnBadge(tokenId, owner);
        Car storage car = _cars[tokenId];
        car.leastLevel = uint8(Math.max(_levelOf(owner), car.leastLevel)); // both at most 9
    }

    /// @dev Adds the badge of the account's last season if it opened boxes in it, and the car has none yet.
    function _earnBadge(uint256 tokenId, address account) private returns (bool) {
        BoxPlay memory play = _BOX.playOf(account);
        if (play.seasonBoxes <= play.pending || play.season > _LAST_BADGE) return false;
        Car storage car = _cars[tokenId];
        uint248 badge = uint248(1 << play.season); // at most bit 247
        if (car.badges & badge != 0) return false;
        car.badges |= badge;
        emit BadgeEarned(tokenId, play.season);
        return true;
    }

    /// @dev 0 when nobody holds the vehicle.
    function _holderOf(bytes32 vehicle) private view returns (address) {
        Pairing memory pairing = _VEHICLES.pairingOf(vehicle);
        return pairing.until == 0 ? pairing.account : address(0);
    }

    function _levelOf(address account) private view returns (uint256) {
        StoneAccount memory record = _LEDGER.stonesOf(account);
        uint256 stones = (uint256(record.mined) + record.received) / _UNITS_PER_STONE;
        if (stones < _FIRST_LEVEL_STONES) return 0;
        return Math.min(1 + Math.log2(stones / _FIRST_LEVEL_STONES), _HIGHEST_LEVEL);
    }
}
