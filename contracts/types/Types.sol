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

/// @notice The two ERC-7913 verifiers that a programme knows, for P-256 keys and for passkeys.
struct Verifiers {
    address p256;
    address webAuthn;
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

/// @notice Intent of an owner to contest a release that the manufacturer asked for.
struct ReleaseContest {
    bytes32 vehicle;
    address account;
    uint40 deadline;
}

/// @notice Intent to move an account. Both accounts sign the same digest.
struct AccountMove {
    address account;
    address to;
    uint40 deadline;
}

/// @notice Intent of an account's owner against an announced recovery of it.
struct RecoveryCancellation {
    address account;
    /// Number of the announced recovery, so that it cancels no later one.
    uint64 recovery;
    uint40 deadline;
}

/// @notice Where an account moved: one word, all zero when it did not.
struct Forward {
    address to;
    uint40 movedAt;
}

/// @notice A move announced by the recovery role, all zero when there is none.
struct Recovery {
    address to;
    uint40 executableAt;
    /// Why, by a code of docs/protocol.md, section 2.
    uint8 reason;
    uint64 number;
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

/// @notice The four running sums of one account, and whether it moved: one word.
struct StoneAccount {
    uint64 mined;
    uint64 received;
    uint64 out;
    /// 2^56 units are 72 million stones: what one account may have in open orders.
    uint56 reserved;
    bool moved;
}

/// @notice Intent of an owner to move what is available to the announced successor of the ledger.
struct StoneMigration {
    address account;
    address successor;
    /// Units that migrated before: used once.
    uint64 migrated;
    uint40 deadline;
}

/// @notice An upgrade, service or good.
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
    /// Milestone that the account must have reached, 0 = none.
    uint16 milestone;
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

/// @notice Intent of an owner to order by a voucher. Its EIP-712 digest is the order's id, so it can be used once.
struct VoucherOrder {
    address account;
    uint32 item;
    bytes32 vehicle;
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
    /// Units of 1e-9 stone, the price of the block that placed it; 0 when a voucher paid.
    uint64 price;
}

/// @notice What a tier of a season's prize table gives.
enum PrizeKind {
    Nothing,
    Stones,
    Crystals,
    Voucher
}

/// @notice A tier of a season's prize table; tier 0 is the best. One storage word.
struct Prize {
    PrizeKind kind;
    /// Its share of the sum of all weights.
    uint32 weight;
    /// Units of 1e-9 stone, or crystals; 0 for a voucher.
    uint64 amount;
    /// The item that a voucher is for; 0 otherwise.
    uint32 item;
}

/// @notice The terms of a season, fixed before it starts.
struct SeasonTerms {
    /// The season takes requests in the drops [firstDrop, endDrop).
    uint40 firstDrop;
    uint40 endDrop;
    /// Crystals per box.
    uint32 price;
    /// After this many boxes in a row below the guaranteed tier the next is at least of that tier.
    uint16 guarantee;
    uint8 guaranteedTier;
    /// Boxes per account.
    uint16 maxBoxes;
    /// Units of stone that it may give.
    uint64 budget;
    /// Vouchers that it may give.
    uint32 vouchers;
    /// Links of the operator's hash chain: drops that can have requests.
    uint32 links;
    /// The end of that chain: keccak256 of the first link to be revealed.
    bytes32 tip;
    Prize[] prizes;
}

/// @notice A season as views give it.
struct Season {
    uint40 firstDrop;
    uint40 endDrop;
    uint32 price;
    uint16 guarantee;
    uint8 guaranteedTier;
    uint16 maxBoxes;
    /// Whether a reveal was late: it takes no more requests, and its open boxes take the guaranteed tier.
    bool forced;
    /// First drop whose boxes take the guaranteed tier, when forced.
    uint40 forcedFrom;
    /// Units of stone, vouchers and links that are neither given nor held for open requests.
    uint64 budgetLeft;
    uint32 vouchersLeft;
    uint32 linksLeft;
    /// Boxes requested and not opened.
    uint32 pending;
    bytes32 tip;
}

/// @notice Intent of an owner, or of somebody without a car, to request boxes.
struct BoxRequest {
    address account;
    uint24 season;
    /// Boxes that the account requested before, over all seasons: used once.
    uint64 boxes;
    uint8 count;
    /// Chosen by the account, so that the outcome is also its own.
    uint96 salt;
    uint40 deadline;
}

/// @notice What one account plays with: its crystals, its request that is not opened, and its course through a season. One
/// word (see BoxWords), so that request and opening touch no other of the account.
struct BoxPlay {
    uint96 salt;
    uint40 requestBlock;
    /// The season of its last request.
    uint24 season;
    /// Boxes requested and not opened, 0 when none.
    uint8 pending;
    /// Whether the account's owner is attested to be an adult.
    bool adult;
    /// Boxes in a row below the guaranteed tier.
    uint16 misses;
    /// Boxes of this season.
    uint16 seasonBoxes;
    /// Boxes requested over all seasons.
    uint24 boxes;
    /// Crystals that it has.
    uint40 crystals;
}

/// @notice What the drawing of a virtual car shows.
struct CarTraits {
    /// 0 to 9, by the stones of a lifetime.
    uint8 level;
    /// Whether the car is of the angel round.
    bool angel;
    /// Bit n: the holder opened boxes in season n.
    uint256 badges;
}

/// @notice From when until when a key signs; until 0 = open, from 0 = never.
struct KeyInterval {
    uint40 from;
    uint40 until;
}

/// @notice What a task gives and how often; the text with its hash names it (docs/protocol.md 13.1). Two storage words.
struct TaskTerms {
    /// Crystals for one award.
    uint32 crystals;
    /// Awards of one account on one day.
    uint16 perDay;
    uint32 fromDay;
    /// First day on which it is not awarded any more, 0 = open.
    uint32 untilDay;
    bytes32 contentHash;
}

/// @notice A time in which an account's readings do not count: one word.
struct Exclusion {
    uint32 number;
    uint8 reason;
    /// 0 never, 1 stands, 2 appealed, 3 upheld, 4 ended early.
    uint8 state;
    uint32 fromDay;
    /// First day that counts again, as it stands; an appeal that is not decided in time ends it earlier.
    uint32 untilDay;
    /// Last second in which an appeal can be decided, 0 = not appealed.
    uint40 decideBy;
}

/// @notice Intent of an owner to appeal against an exclusion. EIP-712 struct in the domain of Exclusions.
struct ExclusionAppeal {
    address account;
    uint32 exclusion;
    /// Hash of what the owner says to it.
    bytes32 statementHash;
    uint40 deadline;
}

/// @notice The question of a poll and who decides it; the text with its hash has the options. Two storage words.
struct PollTerms {
    bytes32 contentHash;
    /// Options are numbered 0 … options - 1.
    uint8 options;
    /// 0: one account with a vehicle, one vote. 1: by the stones settled at the end of snapshotDay, in units.
    uint8 weighting;
    uint32 snapshotDay;
    /// Votes are cast in [opensAt, closesAt).
    uint40 opensAt;
    uint40 closesAt;
}

/// @notice The leaf of kind 6: one counted vote.
struct VoteLeaf {
    uint40 index;
    /// EIP-712 digest of the vote.
    bytes32 voteDigest;
    address account;
    uint8 option;
    uint64 weight;
    bytes32 salt;
}

/// @notice What became of a poll.
struct PollResult {
    bytes32 root;
    uint32 voters;
    /// First second in which it stands, 0 = no result.
    uint40 countsFrom;
}

/// @notice What a benefit round gives, and to whom. `amount` is in the token's smallest unit.
struct RoundTerms {
    address token;
    uint128 amount;
    /// Settled day by whose stones it is shared.
    uint32 day;
    /// Leaves of the tree.
    uint40 accounts;
    /// Sum of all leaves' weights, units of 1e-9 stone.
    uint64 totalWeight;
    /// Last second of claiming.
    uint40 deadline;
    bytes32 root;
    bytes32 contentHash;
}

/// @notice A benefit round as it stands.
struct Round {
    address token;
    uint64 totalWeight;
    uint40 accounts;
    uint128 amount;
    /// Of the amount, what is not paid out or returned.
    uint128 left;
    address funder;
    uint40 claimableFrom;
    /// Last second of claiming, 0 = cancelled.
    uint40 deadline;
    bytes32 root;
}

/// @notice Intent to have a part of a benefit round paid out. `account` is the one that stands for the leaf's account.
struct BenefitClaim {
    address account;
    uint32 round;
    uint40 index;
    address to;
    uint40 deadline;
}

/// @notice The leaf of kind 7: an account's part of a benefit round.
struct RoundLeaf {
    uint40 index;
    address account;
    uint64 weight;
    bytes32 salt;
}
