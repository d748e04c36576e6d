import { type Address, getAddress, isAddress } from "viem";
import { rulesAbi } from "../../src/chain/generated/rules.ts";
import type { Setup } from "../../src/chain/write/deploy.ts";
import { DEFAULT_RULES, type RuleSet } from "../../src/chain/write/rule-set.ts";
import { ROLES, type Role } from "../../src/protocol/codec/roles.ts";
import { CairnError, DAY_S, type Hex, lowerHex } from "../../src/protocol/index.ts";
import { type Genesis, parseGenesis } from "./genesis.ts";

/** What a programme is deployed with: the content of the file that `npm run deploy` takes. */
export interface DeployConfig extends Setup {
  readonly genesis: Genesis;
  /** The recipient that consents for mining name. */
  readonly operator: Hex;
  readonly rules: RuleSet;
}

type Fields = Readonly<Record<string, unknown>>;

const FIELDS = ["roles", "receiptKey", "operator", "genesis", "rules", "notices", "adminDelayS"] as const;
const ROLE_NAMES = Object.keys(ROLES) as Role[];
const RULE_NAMES = Object.keys(DEFAULT_RULES) as (keyof RuleSet)[];
/** Rules that may be 0; the contract refuses 0 for the others. */
const MAY_BE_ZERO: ReadonlySet<keyof RuleSet> = new Set([
  "noticeS",
  "redemptionDelayDays",
  "maxCrystalsPerDay",
  "maxRegistrationsPerDay",
]);
/** Rules, in seconds, that the contract takes up to {@link LONGEST_S} (docs/protocol.md 1.6). */
const BOUNDED: ReadonlySet<keyof RuleSet> = new Set(["noticeS", "challengeWindowS", "objectionS"]);
const LONGEST_S = 90 * DAY_S;

/**
 * Reads a configuration from parsed JSON.
 * @throws CONFIG_INVALID naming the first field that is missing, unknown or wrong.
 */
export function parseDeployConfig(value: unknown): DeployConfig {
  const fields = record(value, "the configuration");
  onlyKnown(fields, FIELDS, "");
  const rules = parseRules(given(fields, "rules"));
  const config = {
    roles: parseRoles(given(fields, "roles")),
    receiptKey: address(given(fields, "receiptKey"), "receiptKey"),
    operator: address(given(fields, "operator"), "operator"),
    genesis: parseGenesis(given(fields, "genesis")),
    rules,
    notices: parseNotices(given(fields, "notices")),
    adminDelayS: whole(fields.adminDelayS ?? rules.challengeWindowS, "adminDelayS", {
      least: 1,
      most: rules.challengeWindowS,
    }),
  };
  assertDistinct(dutiesOf(config));
  return config;
}

/** The addresses that each have a duty of their own, by their field in the configuration. */
export function dutiesOf({ roles, receiptKey }: Pick<Setup, "roles" | "receiptKey">): [field: string, address: Hex][] {
  return [...ROLE_NAMES.map((role): [string, Hex] => [`roles.${role}`, roles[role]]), ["receiptKey", receiptKey]];
}

/** A stolen key must open one duty only, and a duty that watches another must not be the same person. */
function assertDistinct(duties: readonly (readonly [field: string, address: Hex])[]): void {
  const fieldOf = new Map<Hex, string>();
  for (const [field, who] of duties) {
    const other = fieldOf.get(who);
    if (other !== undefined) invalid(field, `another address than ${other}: one key, one duty`);
    fieldOf.set(who, field);
  }
}

function parseRoles(value: unknown): Record<Role, Hex> {
  const roles = record(value, "roles");
  onlyKnown(roles, ROLE_NAMES, "roles.");
  const entries = ROLE_NAMES.map((role) => [role, address(given(roles, role, "roles."), `roles.${role}`)]);
  return Object.fromEntries(entries) as Record<Role, Hex>;
}

function parseRules(value: unknown): RuleSet {
  if (value === "published") return DEFAULT_RULES;
  if (typeof value === "string") return invalid("rules", `"published" or an object with every rule`);
  const rules = record(value, "rules");
  onlyKnown(rules, RULE_NAMES, "rules.");
  const entries = RULE_NAMES.map((name) => {
    const range = { least: MAY_BE_ZERO.has(name) ? 0 : 1, most: largest(name) };
    const number = whole(given(rules, name, "rules."), `rules.${name}`, range);
    return [name, typeof DEFAULT_RULES[name] === "bigint" ? BigInt(number) : number];
  });
  return Object.fromEntries(entries) as unknown as RuleSet;
}

/** The largest number that the contract takes for a rule, as far as JSON holds it exactly. */
function largest(rule: keyof RuleSet): number {
  if (BOUNDED.has(rule)) return LONGEST_S;
  const inputs = rulesAbi.flatMap((entry) => (entry.type === "constructor" ? entry.inputs : []));
  const components = inputs.flatMap((input) => ("components" in input ? input.components : []));
  const bits = Number(components.find(({ name }) => name === rule)?.type.slice("uint".length));
  return Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER);
}

function parseNotices(value: unknown): Hex[] {
  // Without a notice nobody can consent.
  if (!Array.isArray(value) || value.length === 0) return invalid("notices", "a list of at least one hash");
  return value.map((hash, i) => {
    const wellFormed = typeof hash === "string" && /^0x[0-9a-fA-F]{64}$/.test(hash) && BigInt(hash) !== 0n;
    return wellFormed ? lowerHex(hash) : invalid(`notices[${i}]`, "32 bytes of hex that are not all zero");
  });
}

function address(value: unknown, field: string): Hex {
  if (typeof value !== "string" || !isAddress(value, { strict: false })) return invalid(field, "an address");
  const lower = lowerHex(value);
  // Capitals are a checksum (ERC-55): they tell a typing error.
  if (/[A-F]/.test(value) && getAddress(lower) !== (value as Address)) {
    return invalid(field, "an address with a right checksum");
  }
  return BigInt(lower) === 0n ? invalid(field, "an address other than zero") : lower;
}

function whole(value: unknown, field: string, range: { least: number; most: number }): number {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= range.least && value <= range.most;
  return fits ? value : invalid(field, `a whole number from ${range.least} to ${range.most}`);
}

function record(value: unknown, field: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid(field, "an object");
  return value as Fields;
}

function given(fields: Fields, name: string, path = ""): unknown {
  if (fields[name] !== undefined) return fields[name];
  throw new CairnError("CONFIG_INVALID", `${path}${name} is missing`, { details: { field: `${path}${name}` } });
}

function onlyKnown(fields: Fields, known: readonly string[], path: string): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) invalid(`${path}${unknown}`, "a known field");
}

function invalid(field: string, wanted: string): never {
  throw new CairnError("CONFIG_INVALID", `${field} is not ${wanted}`, { details: { field } });
}
