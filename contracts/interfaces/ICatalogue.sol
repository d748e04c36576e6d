// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Item} from "../types/Types.sol";

/// @title Catalogue: what stones can be redeemed for, and how that may change
/// @notice An item can be made better for owners at any time, and worse only by an announcement with noticeS of the rules. A SKU
/// is one item for ever: a successor with the same SKU is a change of it, so that no new listing goes round the notice.
/// @dev The terms stand in the RedemptionDesk, where every order reads them; this contract says what may be written there. It
/// does not know which SKUs are alike: a worse item under another name is for the auditor and the public to see.
interface ICatalogue {
    /// @notice An item can be ordered.
    event ItemListed(uint32 indexed item, Item terms);
    /// @notice An item's terms became better for owners, or what was announced.
    event ItemChanged(uint32 indexed item, Item terms);
    /// @notice From `from` on, for 7 days, anyone may put these terms in place; `stock` is the most that is left then.
    event ItemChangeAnnounced(uint32 indexed item, Item terms, uint40 from);
    /// @notice The announced change will not come.
    event ItemChangeWithdrawn(uint32 indexed item);

    /// @notice The terms are empty or beyond the rules. `name` is the field.
    error Catalogue_InvalidTerms(bytes32 name, uint256 value);
    /// @notice The SKU is listed already: a successor with the same SKU is a change of that item.
    error Catalogue_SkuListed(bytes32 sku, uint32 item);
    /// @notice The change is worse for owners, which needs notice. `name` is the field.
    error Catalogue_NeedsNotice(bytes32 name);
    /// @notice No change is announced (`from` is 0), its notice is not over, or it lapsed 7 days after it.
    error Catalogue_NotAnnounced(uint32 item, uint40 from);
    /// @notice The end of mining is announced: the item's window stands until then.
    error Catalogue_MustStayOpen(uint256 openUntil);

    /// @notice Lists an item. Role: CATALOGUE.
    /// @return item Its number, counted from 1.
    function listItem(Item calldata terms) external returns (uint32 item);

    /// @notice Makes an item's terms better: lower price, more stock, wider window, weaker conditions. Role: CATALOGUE.
    function changeItem(uint32 item, Item calldata terms) external;

    /// @notice Announces terms that may be worse for owners, with noticeS of the rules; a new announcement replaces the last.
    /// Delisting is a window that closes. Once the end of mining is announced, no window can be shortened until 24 months
    /// after it. Role: CATALOGUE.
    function announceItemChange(uint32 item, Item calldata terms) external;

    /// @notice Takes an announcement back. Role: CATALOGUE.
    function withdrawItemChange(uint32 item) external;

    /// @notice Puts announced terms in place, within 7 days after their notice. Anyone.
    function applyItemChange(uint32 item) external;

    /// @notice How many items were listed; their numbers are 1 … itemCount.
    function itemCount() external view returns (uint32);

    /// @notice The item with a SKU, 0 when it is not listed.
    function itemOfSku(bytes32 sku) external view returns (uint32);

    /// @notice The announced change of an item and the first second in which it can be applied; all zero when there is none.
    function announcementOf(uint32 item) external view returns (Item memory terms, uint40 from);
}
