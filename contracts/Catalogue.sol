// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IRedemptionDesk} from "./interfaces/IRedemptionDesk.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {Prices} from "./libraries/Prices.sol";
import {Item, RuleSet} from "./types/Types.sol";

/// @title Catalogue: see ICatalogue
contract Catalogue is ICatalogue, Pausable {
    /// @dev Announced terms and the first second in which they can be applied.
    struct Announcement {
        Item terms;
        uint40 from;
    }

    /// @dev After the notice an announced change is applied in this time, or not at all: nobody keeps one in reserve.
    uint256 private constant _APPLY_WITHIN_S = 7 days;
    /// @dev 24 months, in which items stay open after mining has ended.
    uint256 private constant _OPEN_AFTER_MINING_S = 730 days;

    IRules private immutable _RULES;
    IStoneLedger private immutable _LEDGER;
    IRedemptionDesk private immutable _DESK;

    /// @inheritdoc ICatalogue
    uint32 public itemCount;
    /// @inheritdoc ICatalogue
    mapping(bytes32 sku => uint32) public itemOfSku;
    mapping(uint32 item => Announcement) private _announcements;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules, for the notice and the bounds of terms.
    /// @param ledger The StoneLedger, for the end of mining.
    /// @param desk The RedemptionDesk that must know this contract as its catalogue.
    constructor(address authority, IRules rules, IStoneLedger ledger, IRedemptionDesk desk) AccessManaged(authority) {
        _RULES = rules;
        _LEDGER = ledger;
        _DESK = desk;
    }

    /// @inheritdoc ICatalogue
    function listItem(Item calldata terms) external restricted whenRunning returns (uint32 item) {
        RuleSet memory rules = _rulesNow();
        _requireValid(terms, rules.maxFulfilmentS, rules.redemptionDelayDays);
        uint32 standing = itemOfSku[terms.sku];
        if (standing != 0) revert Catalogue_SkuListed(terms.sku, standing);
        item = ++itemCount;
        itemOfSku[terms.sku] = item;
        emit ItemListed(item, terms);
        _DESK.setItem(item, terms);
    }

    /// @inheritdoc ICatalogue
    function changeItem(uint32 item, Item calldata terms) external restricted whenRunning {
        Item memory old = _DESK.itemOf(item);
        _requireSuccessor(old, terms);
        _requireNoWorse("price", terms.price <= old.price);
        _requireNoWorse("stock", terms.stock >= old.stock);
        _requireNoWorse("opensAt", terms.opensAt <= old.opensAt);
        _requireNoWorse("closesAt", terms.closesAt >= old.closesAt);
        _requireNoWorse("fulfilmentS", terms.fulfilmentS <= old.fulfilmentS);
        _requireNoWorse("minDaysPaired", terms.minDaysPaired <= old.minDaysPaired);
        _requireNoWorse("maxRank", terms.maxRank == 0 || (old.maxRank != 0 && terms.maxRank >= old.maxRank));
        _requireNoWorse("milestone", terms.milestone == 0 || terms.milestone == old.milestone);
        emit ItemChanged(item, terms);
        _DESK.setItem(item, terms);
    }

    /// @inheritdoc ICatalogue
    function announceItemChange(uint32 item, Item calldata terms) external restricted whenRunning {
        Item memory old = _DESK.itemOf(item);
        _requireSuccessor(old, terms);
        _requireOpenAfterMining(old, terms);
        uint40 from = uint40(block.timestamp + _rulesNow().noticeS); // 40 bits last until the year 36,812
        _announcements[item] = Announcement(terms, from);
        emit ItemChangeAnnounced(item, terms, from);
    }

    /// @inheritdoc ICatalogue
    function withdrawItemChange(uint32 item) external restricted {
        if (_announcements[item].from == 0) revert Catalogue_NotAnnounced(item, 0);
        delete _announcements[item];
        emit ItemChangeWithdrawn(item);
    }

    /// @inheritdoc ICatalogue
    function applyItemChange(uint32 item) external {
        Announcement memory announced = _announcements[item];
        uint256 from = announced.from;
        if (from == 0 || block.timestamp < from || block.timestamp >= from + _APPLY_WITHIN_S) {
            revert Catalogue_NotAnnounced(item, announced.from);
        }
        Item memory old = _DESK.itemOf(item);
        // An end of mining may have been announced since.
        _requireOpenAfterMining(old, announced.terms);
        delete _announcements[item];
        // What was sold since is not there again.
        if (old.stock < announced.terms.stock) announced.terms.stock = old.stock;
        emit ItemChanged(item, announced.terms);
        _DESK.setItem(item, announced.terms);
    }

    /// @inheritdoc ICatalogue
    function announcementOf(uint32 item) external view returns (Item memory terms, uint40 from) {
        Announcement memory announced = _announcements[item];
        return (announced.terms, announced.from);
    }

    /// @dev New terms of an item: of the same SKU, and valid. Rules that became stricter after the listing do not stand in the way.
    function _requireSuccessor(Item memory old, Item calldata terms) private view {
        RuleSet memory rules = _rulesNow();
        _requireValid(
            terms,
            Math.max(old.fulfilmentS, rules.maxFulfilmentS),
            Math.min(old.minDaysPaired, rules.redemptionDelayDays)
        );
        _requireTerm("sku", uint256(terms.sku), terms.sku == old.sku);
    }

    /// @dev Once the end of mining is announced, no window is shortened until 24 months after it.
    function _requireOpenAfterMining(Item memory old, Item memory terms) private view {
        uint256 endsAt = _LEDGER.miningEndsAt();
        if (endsAt == 0) return;
        uint256 openUntil = Math.min(old.closesAt, endsAt + _OPEN_AFTER_MINING_S);
        if (terms.opensAt > old.opensAt || terms.closesAt < openUntil) revert Catalogue_MustStayOpen(openUntil);
    }

    function _rulesNow() private view returns (RuleSet memory) {
        return _RULES.rulesAt(_RULES.dayOf(block.timestamp));
    }

    function _requireValid(Item calldata terms, uint256 mostFulfilmentS, uint256 leastDaysPaired) private pure {
        _requireTerm("sku", uint256(terms.sku), terms.sku != 0);
        _requireTerm("price", terms.price, Prices.isValid(terms.price));
        _requireTerm("closesAt", terms.closesAt, terms.closesAt > terms.opensAt);
        bool bounded = terms.fulfilmentS != 0 && terms.fulfilmentS <= mostFulfilmentS;
        _requireTerm("fulfilmentS", terms.fulfilmentS, bounded);
        _requireTerm("minDaysPaired", terms.minDaysPaired, terms.minDaysPaired >= leastDaysPaired);
    }

    function _requireTerm(bytes32 name, uint256 value, bool valid) private pure {
        if (!valid) revert Catalogue_InvalidTerms(name, value);
    }

    function _requireNoWorse(bytes32 name, bool noWorse) private pure {
        if (!noWorse) revert Catalogue_NeedsNotice(name);
    }
}
