// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMineBox} from "../../../contracts/interfaces/IMineBox.sol";
import {IRedemptionDesk} from "../../../contracts/interfaces/IRedemptionDesk.sol";
import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {BoxPlay, Season, SeasonTerms} from "../../../contracts/types/Types.sol";
import {Invariants} from "./Invariants.sol";
import {BoxHandler} from "./handlers/BoxHandler.sol";
import {RandomTerms} from "./handlers/RandomTerms.sol";
import {SeasonHandler} from "./handlers/SeasonHandler.sol";

/// @dev What the mine box takes, holds and gives. That each box wins what was drawn, once, with its guarantee, is checked where
/// the handler opens it.
contract BoxesTest is Invariants {
    uint256 private constant _POOL = 90_000_000e9;

    BoxHandler private _handler;
    IMineBox private _box;
    IStoneLedger private _ledger;
    IRedemptionDesk private _desk;

    function setUp() external {
        _handler = new BoxHandler();
        (_box, _ledger, _desk) = _handler.parts();
        target(address(_handler), _handler.handlers());
    }

    function invariant_whenAnythingHappened_boxesGiveWhatSeasonsPromise() external view {
        checkAll();
    }

    function checkAll() internal view override {
        _checkCounts();
        _checkSeasons();
        _checkSeeds();
        _checkPeople();
        _checkCrystals();
    }

    /// @dev Boxes requested = opened + pending, for each account and for all seasons.
    function _checkCounts() private view {
        (uint256 requested, uint256 opened, uint256 pending) = (0, 0, 0);
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            BoxPlay memory play = _box.playOf(account);
            assert(play.boxes == _handler.requestedBoxes(account));
            assert(play.boxes == _handler.openedBoxes(account) + play.pending);
            requested += play.boxes;
            opened += _handler.openedBoxes(account);
            pending += play.pending;
        }
        for (uint24 season = 1; season <= _box.seasonCount(); ++season) {
            SeasonHandler.Course memory course = _handler.courseOf(season);
            assert(_box.seasonOf(season).pending == course.requested - course.opened);
            requested -= course.requested;
            opened -= course.opened;
            pending -= _box.seasonOf(season).pending;
        }
        assert(requested == 0 && opened == 0 && pending == 0);
    }

    /// @dev What a season gave and holds for its open requests never passes what it may give, and the rest is left; what all of
    /// them promise is what they gave and may still give.
    function _checkSeasons() private view {
        (uint256 promised, uint256 given) = (0, 0);
        for (uint24 season = 1; season <= _box.seasonCount(); ++season) {
            SeasonHandler.Course memory course = _handler.courseOf(season);
            _checkSeason(_box.seasonOf(season), course, _handler.termsOf(season));
            promised += course.closed ? course.unitsGiven : _handler.termsOf(season).budget;
            given += course.unitsGiven;
        }
        assert(_box.promised() == promised);
        assert(given <= promised && promised <= _POOL);
    }

    function _checkSeason(
        Season memory season,
        SeasonHandler.Course memory course,
        SeasonTerms memory terms
    ) private pure {
        (uint64 worstUnits, bool worstVoucher) = RandomTerms.worstOf(terms);
        uint256 units = course.unitsGiven + uint256(season.pending) * worstUnits;
        uint256 vouchers = course.vouchersGiven + (worstVoucher ? season.pending : 0);
        assert(units <= terms.budget && vouchers <= terms.vouchers);
        assert(season.budgetLeft == (course.closed ? 0 : terms.budget - units));
        assert(season.vouchersLeft == terms.vouchers - vouchers);
        assert(season.linksLeft == terms.links - course.drops.length);
        assert(season.firstDrop == course.firstDrop && season.endDrop == course.endDrop);
        assert(season.forced == (course.forcedFrom != 0) && season.forcedFrom == course.forcedFrom);
        bytes32 tip = terms.tip;
        if (course.revealed != 0) tip = RandomTerms.linkOf(course.seed, terms.links, course.revealed - 1);
        assert(season.tip == tip);
    }

    /// @dev The seed of a block stays what it was at first.
    function _checkSeeds() private view {
        for (uint256 i = 0; i < _handler.seededCount(); ++i) {
            uint256 blockNumber = _handler.seeded(i);
            assert(_box.seedOf(blockNumber) == _handler.firstSeedOf(blockNumber));
        }
    }

    /// @dev What a person's accounts were credited and won, less what they spent, is what they have, in each currency.
    function _checkPeople() private view {
        uint256 count = _handler.accountCount();
        uint256[] memory crystals = new uint256[](count);
        uint256[] memory units = new uint256[](count);
        uint256[] memory vouchers = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            address account = _handler.accounts(i);
            uint256 person = _handler.placeOfPerson(i);
            crystals[person] += _box.playOf(account).crystals + _handler.crystalsSpent(account);
            units[person] += _ledger.balanceOf(account) + _box.claimableOf(account);
            for (uint32 item = 1; item <= RandomTerms.ITEMS; ++item) {
                vouchers[person] += _desk.vouchersOf(account, item);
            }
        }
        for (uint256 i = 0; i < count; ++i) {
            address account = _handler.accounts(i);
            uint256 person = _handler.placeOfPerson(i);
            crystals[person] -= _handler.provenCrystals(account) + _handler.crystalsWon(account);
            units[person] -= _handler.unitsWon(account);
            for (uint32 item = 1; item <= RandomTerms.ITEMS; ++item) {
                vouchers[person] -= _handler.vouchersWon(account, item);
            }
        }
        for (uint256 i = 0; i < count; ++i) assert(crystals[i] == 0 && units[i] == 0 && vouchers[i] == 0);
    }

    /// @dev Crystals credited = Σ of the largest proven leaves ≤ the largest total of any day used; prizes are those that were won.
    function _checkCrystals() private view {
        (uint256 credited, uint256 won, uint256 waiting) = (0, 0, 0);
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            assert(_box.creditedOf(account) == _handler.provenCrystals(account));
            credited += _box.creditedOf(account);
            won += _handler.unitsWon(account);
            waiting += _box.claimableOf(account);
        }
        assert(_box.creditedCrystals() == credited);
        assert(credited <= _handler.largestUsedTotal());
        assert(_ledger.issuedDrawn() + waiting == won);
    }
}
