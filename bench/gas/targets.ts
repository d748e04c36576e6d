/** A peer's figure that was measured elsewhere. */
interface Quoted {
  readonly peer: string;
  readonly gasPerItem: number;
  /** The public repository, or the project, whose published contracts were measured. */
  readonly project: string;
  /** What ours does in this operation and the peer does not. */
  readonly omits?: string;
}

/** What an operation is held to. All gas is of whole transactions, per item, the base of 21,000 included. */
export interface Target {
  readonly operation: string;
  /** The operation is this share of a measured one: so many items stand in that one's transaction. */
  readonly partOf?: { readonly operation: string; readonly items: number };
  /** The operation takes one transaction of each of these, with as many items. */
  readonly sumOf?: readonly string[];
  /** A bare probe without checks. */
  readonly floor?: number;
  /** What ours must not exceed. */
  readonly limit?: number;
  readonly quoted?: readonly Quoted[];
}

/** The measured operations of ours whose transactions make up this one. */
export function operationsOf({ operation, partOf, sumOf }: Target): readonly string[] {
  return sumOf ?? [partOf?.operation ?? operation];
}

/** What a batch of payments leaves out. */
export const PAYER_DECIDES =
  "the payer says who gets how much: no proof, no account credited once for each day, no bound on what is issued";

const sacd = (gasPerItem: number): Quoted => ({ peer: "DIMO SACD", gasPerItem, project: "DIMO-Network/sacd" });
const vana = (gasPerItem: number, peer = "Vana"): Quoted => ({
  peer,
  gasPerItem,
  project: "vana-com/vana-smart-contracts",
});
const dimoRewards = (gasPerItem: number): Quoted => ({
  peer: "DIMO, batch of 50",
  gasPerItem,
  project: "DIMO-Network/dimo-rewards-contract",
  omits: PAYER_DECIDES,
});
const morpho = (gasPerItem: number): Quoted => ({
  peer: "Morpho URD",
  gasPerItem,
  project: "morpho-org/universal-rewards-distributor",
});
const merkl = (gasPerItem: number): Quoted => ({ peer: "Merkl", gasPerItem, project: "AngleProtocol/merkl-contracts" });

/** Dearest per contribution when it has a slot of its own; a drop shares one among its readings. */
const NEW_SLOT = 22_100;

const VANA_CONTRIBUTION = vana(181_886 + 444_236, "Vana, both steps");

const NUMBER_ALONE = "the box: it brings a random number, and no owner's request, prize, guarantee or budget";

const BOX_PEERS: readonly Quoted[] = [
  {
    peer: "drand BLS, proof alone",
    gasPerItem: 130_768,
    project: "drand",
    omits: NUMBER_ALONE,
  },
  { peer: "Witnet VRF", gasPerItem: 150_715, project: "witnet/vrf-solidity", omits: NUMBER_ALONE },
  { peer: "Chainlink, at least", gasPerItem: 273_557, project: "Chainlink VRF", omits: NUMBER_ALONE },
];

/** In the order of the report. */
export const TARGETS: readonly Target[] = [
  {
    operation: "consent grant, first",
    floor: 30_020,
    limit: 38_000,
    quoted: [sacd(152_504), vana(560_219)],
  },
  { operation: "consent grant, again", quoted: [sacd(58_742)] },
  {
    operation: "consent withdrawal",
    floor: 12_000,
    limit: 17_000,
    quoted: [sacd(52_428), vana(93_079)],
  },
  { operation: "drop anchored alone, 10 readings a drop", limit: 75_000 },
  { operation: "drops anchored together, 10 readings a drop", limit: 37_000 },
  { operation: "drop anchored alone, 100,000 readings a drop", limit: 75_000 },
  { operation: "drops anchored together, 100,000 readings a drop", limit: 37_000 },
  {
    operation: "contribution recorded, 10 readings a drop",
    partOf: { operation: "drops anchored together, 10 readings a drop", items: 60 },
    floor: NEW_SLOT / 10,
    quoted: [VANA_CONTRIBUTION],
  },
  {
    operation: "contribution recorded, 100,000 readings a drop",
    partOf: { operation: "drops anchored together, 100,000 readings a drop", items: 600_000 },
    floor: NEW_SLOT / 100_000,
    quoted: [VANA_CONTRIBUTION],
  },
  {
    operation: "credits pushed, first",
    floor: 24_650,
    limit: 28_000,
    quoted: [dimoRewards(59_030)],
  },
  {
    operation: "credits pushed, again",
    floor: 7_550,
    limit: 12_000,
    quoted: [dimoRewards(24_488)],
  },
  {
    operation: "credit by proof, depth 17, first",
    floor: 62_603,
    limit: 75_000,
    quoted: [morpho(96_386), merkl(162_267)],
  },
  {
    operation: "credit by proof, depth 17, again",
    floor: 45_545,
    limit: 58_000,
    quoted: [morpho(62_172), merkl(91_094)],
  },
  { operation: "order with credit, first", limit: 130_000 },
  { operation: "order with credit, again", limit: 100_000 },
  { operation: "order without credit", floor: 52_519, limit: 80_000 },
  { operation: "benefit claimed by proof, depth 17, first" },
  { operation: "benefit claimed by proof, depth 17, again" },
  { operation: "benefit claimed by signature, depth 17, first" },
  { operation: "benefit claimed by signature, depth 17, again" },
  {
    operation: "box opened, first",
    sumOf: ["box requested, first", "box opened after its request, first"],
    limit: 75_000,
    quoted: BOX_PEERS,
  },
  {
    operation: "box opened, again",
    sumOf: ["box requested, again", "box opened after its request, again"],
    floor: 28_700,
    limit: 45_000,
    quoted: BOX_PEERS,
  },
];
