import type { Hex } from "../../protocol/codec/bytes.ts";
import type { ContractName } from "../../protocol/codec/deployment.ts";
import type { RuleSet } from "./rule-set.ts";

/** What the contracts of a programme are built with, besides each other's addresses. */
export interface Construction {
  /** Holds every power until the setup has given the roles away. */
  readonly deployer: string;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** The recipient that consents for mining name. */
  readonly operator: string;
  readonly rules: RuleSet;
}

/** Arguments of every contract's constructor, in the order of CONTRACTS: the addresses follow from that order. */
export type ConstructorArguments = Readonly<Record<ContractName, readonly unknown[]>>;

/**
 * The arguments with which the contracts of a programme are built. Those that know each other take addresses at which
 * nothing may stand yet.
 * @param at Where each contract stands, or will.
 */
export function constructorArguments(
  at: Readonly<Record<ContractName, Hex | string>>,
  { deployer, genesis, operator, rules }: Construction,
): ConstructorArguments {
  const verifiers = { p256: at.p256Verifier, webAuthn: at.webAuthnVerifier };
  const partners = {
    rules: at.rules,
    vehicles: at.vehicleRegistry,
    anchor: at.dropAnchor,
    ledger: at.stoneLedger,
    desk: at.redemptionDesk,
    milestones: at.milestones,
    moves: at.accountMoves,
    box: at.mineBox,
    catalogue: at.catalogue,
  };
  const only = (...names: (keyof typeof partners)[]) => Object.fromEntries(names.map((name) => [name, partners[name]]));
  return {
    accessManager: [deployer],
    p256Verifier: [],
    webAuthnVerifier: [],
    rules: [at.accessManager, genesis, operator, rules],
    consentRegistry: [verifiers, at.rules],
    vehicleRegistry: [at.accessManager, verifiers, at.rules, at.accountMoves],
    dropAnchor: [at.accessManager, at.rules, at.stoneLedger],
    stoneLedger: [at.accessManager, verifiers, only("rules", "vehicles", "anchor", "desk", "box", "moves")],
    redemptionDesk: [
      at.accessManager,
      verifiers,
      only("rules", "vehicles", "ledger", "milestones", "moves", "box", "catalogue"),
    ],
    catalogue: [at.accessManager, at.rules, at.stoneLedger, at.redemptionDesk],
    accountMoves: [at.accessManager, verifiers, at.stoneLedger],
    milestones: [at.accessManager, at.rules, at.accountMoves],
    mineBox: [at.accessManager, verifiers, only("rules", "vehicles", "ledger", "desk", "catalogue", "moves")],
    taskBook: [at.accessManager, at.rules],
    exclusions: [at.accessManager, verifiers, at.rules, at.accountMoves],
    polls: [at.accessManager, at.rules],
    benefitRounds: [at.accessManager, verifiers, at.rules, at.stoneLedger, at.accountMoves],
    vehicleToken: [at.vehicleRegistry, at.stoneLedger, at.mineBox],
  };
}
