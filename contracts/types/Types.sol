// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice One version of the programme's numbers. Two storage words.
/// @dev The defaults and the version that holds for each use are in docs/protocol.md, section 1.
struct RuleSet {
    /// Metres that count per vehicle and day driven.
    uint32 dailyCapM;
    /// Days in the effective-mileage window, ending with the settled day.
    uint16 windowDays;
    /// Upper bound of units (1e-9 stone) issued per metre of the window.
    uint64 maxUnitsPerMetre;
    /// Seconds between settling a day and the first credit from it.
    uint32 challengeWindowS;
    /// Seconds of notice before anything becomes worse for owners.
    uint32 noticeS;
    /// Days between a vehicle's pairing and its owner's first order.
    uint16 redemptionDelayDays;
    /// Oldest reading, in seconds before the start of the drop that takes it.
    uint32 readingMaxAgeS;
    /// Seconds after the end of its drop by which a receipted reading is anchored.
    uint32 receiptDeadlineS;
    /// Seconds an owner has to object to a fulfilment, and an arbiter to decide.
    uint32 objectionS;
    /// Longest fulfilment deadline an item may have, in seconds.
    uint32 maxFulfilmentS;
    /// Days between two pushes of credits.
    uint16 pushIntervalDays;
    /// Crystals that one day's settlement may add.
    uint32 maxCrystalsPerDay;
    /// Vehicles that may be registered in one day.
    uint32 maxRegistrationsPerDay;
}

/// @notice Intent of an owner to consent. EIP-712 struct in the domain of ConsentRegistry.
struct ConsentGrant {
    address account;
    address recipient;
    uint16 purpose;
    uint64 categories;
    uint40 expires;
    uint32 notice;
    uint40 version;
    uint40 deadline;
    bytes32 recordHash;
}

/// @notice Intent of an owner to withdraw a consent. It has no deadline: a withdrawal never comes too late.
struct ConsentWithdrawal {
    address account;
    address recipient;
    uint16 purpose;
    uint40 version;
}

/// @notice One period of consent as it stands in storage: one word.
struct Consent {
    uint64 categories;
    uint40 granted;
    uint40 expires;
    uint40 revoked;
    uint32 notice;
    uint40 version;
}

/// @notice A vehicle and its device key (P-256), as the manufacturer registers it.
struct VehicleRegistration {
    bytes32 vehicle;
    bytes32 keyX;
    bytes32 keyY;
}

/// @notice Who owns a vehicle's data, and where its release stands: one word.
struct Pairing {
    address account;
    uint40 since;
    uint40 until;
    ReleaseState release;
}

/// @notice Where a release that the manufacturer asked for stands.
enum ReleaseState {
    None,
    Requested,
    Contested
}

/// @notice A device key and when it held: `from` inclusive, `until` exclusive, 0 = still.
struct DeviceKey {
    bytes32 x;
    bytes32 y;
    uint40 from;
    uint40 until;
}

/// @notice Intent of an owner to pair a vehicle. The device signs the same digest.
struct VehiclePairing {
    bytes32 vehicle;
    address account;
    uint40 deadline;
}

/// @notice Intent of an owner to release a vehicle.
struct VehicleRelease {
    bytes32 vehicle;
    address account;
    uint40 deadline;
}

/// @notice The leaf of kind 5: what one account has earned up to and including one day.
struct StonesLeaf {
    uint40 index;
    address account;
    /// Units of 1e-9 stone, cumulative.
    uint64 stones;
    /// Whole crystals, cumulative.
    uint64 crystals;
    bytes32 prefix;
    bytes32 headAward;
    bytes32 salt;
}

/// @notice The sums and roots of one settled day. Four storage words; a credit reads the first two.
struct DaySettlement {
    bytes32 stonesRoot;
    /// Units settled to all accounts, cumulative.
    uint64 totalStones;
    /// Metres counted, cumulative.
    uint64 totalMetres;
    uint40 accounts;
    /// First second of crediting.
    uint40 creditableAt;
    bytes32 metresRoot;
    /// Metres that the vehicles paired so far could have counted, cumulative.
    uint64 capSum;
    /// Crystals awarded, cumulative.
    uint64 totalCrystals;
}

/// @notice The four running sums of one account: one word.
struct StoneAccount {
    uint64 mined;
    uint64 received;
    uint64 out;
    uint64 reserved;
}

/// @notice An upgrade, service or good. Two storage words.
struct Item {
    bytes32 sku;
    /// Units of 1e-9 stone, a multiple of 1e6 (a thousandth of a stone).
    uint64 price;
    uint32 stock;
    uint40 opensAt;
    uint40 closesAt;
    uint32 fulfilmentS;
    /// Days since the vehicle was paired; at listing at least the rules' redemptionDelayDays of that day.
    uint16 minDaysPaired;
    /// Highest registration rank that may order, 0 = every vehicle.
    uint32 maxRank;
}

/// @notice Intent of an owner to order. Its EIP-712 digest is the order's id, so it can be used once.
struct OrderIntent {
    address account;
    uint32 item;
    bytes32 vehicle;
    uint64 maxPrice;
    uint64 nonce;
    uint40 deadline;
}

/// @notice Intent of an owner to accept what was delivered.
struct OrderAcceptance {
    bytes32 order;
    uint40 deadline;
}

/// @notice Intent of an owner to object to what was delivered.
struct OrderObjection {
    bytes32 order;
    bytes32 reasonHash;
    uint40 deadline;
}

/// @notice Where an order stands.
enum OrderStatus {
    None,
    Placed,
    Fulfilled,
    Objected,
    Completed,
    Cancelled,
    Refunded
}

/// @notice An order as views give it.
struct Order {
    address account;
    OrderStatus status;
    /// End of the present state's time: to fulfil, to object or to decide.
    uint40 deadline;
    /// Units of 1e-9 stone, the price of the block that placed it.
    uint64 price;
}
