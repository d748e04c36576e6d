import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDeployConfig } from "../../scripts/deployment/config.ts";
import { fitsGenesis, parseGenesis, resolveGenesis } from "../../scripts/deployment/genesis.ts";
import { DEFAULT_RULES } from "../../src/chain/write/rule-set.ts";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { DAY_S } from "../../src/protocol/index.ts";
import { assertThrowsCode } from "../support/assertions.ts";
import { exampleConfig } from "./support.ts";

const VALID = exampleConfig();
const { maxUnitsPerMetre, ...OTHER_RULES } = DEFAULT_RULES;
const RULES = { ...OTHER_RULES, maxUnitsPerMetre: Number(maxUnitsPerMetre) };
const roles = (changed: Record<string, unknown>) => ({ ...VALID, roles: { ...VALID.roles, ...changed } });

describe("a configuration", () => {
  test("when it is the example, every role has an address in lower case and the rules are the published ones", () => {
    const config = parseDeployConfig(VALID);
    assert.deepEqual(Object.keys(config.roles), Object.keys(ROLES));
    assert.equal(config.roles.admin, VALID.roles.admin?.toLowerCase());
    assert.equal(config.rules, DEFAULT_RULES);
  });

  test("when it names every rule, these are taken", () => {
    const { rules } = parseDeployConfig({ ...VALID, rules: { ...RULES, noticeS: 0, windowDays: 7 } });
    assert.deepEqual(rules, { ...DEFAULT_RULES, noticeS: 0, windowDays: 7 });
  });

  test("when it has no delay of the admin, that is the challenge window", () => {
    const { adminDelayS: _, ...rest } = VALID;
    assert.equal(parseDeployConfig(rest).adminDelayS, DEFAULT_RULES.challengeWindowS);
  });

  const { recovery: _, ...withoutRecovery } = VALID.roles;
  const wrong: readonly (readonly [title: string, config: unknown, field: string])[] = [
    ["it is no object", [], "the configuration"],
    ["a field is unknown", { ...VALID, chain: 1 }, "chain"],
    ["the receipt key is missing", { ...VALID, receiptKey: undefined }, "receiptKey"],
    ["a role is missing", { ...VALID, roles: withoutRecovery }, "roles.recovery"],
    ["a role is unknown", roles({ owner: VALID.operator }), "roles.owner"],
    ["a role is no address", roles({ relayer: "0x12" }), "roles.relayer"],
    ["a role is the zero address", roles({ relayer: `0x${"00".repeat(20)}` }), "roles.relayer"],
    ["a checksum is wrong", roles({ admin: VALID.roles.admin?.replace("C8", "c8") }), "roles.admin"],
    ["guardian and admin are one", roles({ guardian: VALID.roles.admin }), "roles.guardian"],
    ["two duties differ in capitals only", roles({ standby: VALID.roles.relayer?.toLowerCase() }), "roles.standby"],
    ["the receipt key is the relayer's", { ...VALID, receiptKey: VALID.roles.relayer }, "receiptKey"],
    ["the rules are another word", { ...VALID, rules: "default" }, "rules"],
    ["a rule is missing", { ...VALID, rules: { ...RULES, noticeS: undefined } }, "rules.noticeS"],
    ["a rule is unknown", { ...VALID, rules: { ...RULES, dropS: 600 } }, "rules.dropS"],
    ["a rule is zero that the contract refuses", { ...VALID, rules: { ...RULES, windowDays: 0 } }, "rules.windowDays"],
    ["a rule is too large", { ...VALID, rules: { ...RULES, windowDays: 65_536 } }, "rules.windowDays"],
    [
      "a vetoed day would wait too long",
      { ...VALID, rules: { ...RULES, challengeWindowS: 90 * DAY_S + 1 } },
      "rules.challengeWindowS",
    ],
    ["the admin acts later than the window", { ...VALID, adminDelayS: 86_401 }, "adminDelayS"],
    ["the admin acts at once", { ...VALID, adminDelayS: 0 }, "adminDelayS"],
    ["there is no notice", { ...VALID, notices: [] }, "notices"],
    ["a notice is zero", { ...VALID, notices: [`0x${"00".repeat(32)}`] }, "notices[0]"],
    ["the genesis is no midnight anywhere", { ...VALID, genesis: 1_800_000_600 }, "genesis"],
    ["the genesis is a word of another form", { ...VALID, genesis: "next midnight" }, "genesis"],
    ["the genesis is farther from UTC than any clock", { ...VALID, genesis: "next midnight at +15:00" }, "genesis"],
  ];
  for (const [title, config, field] of wrong) {
    test(`when ${title}, throws CONFIG_INVALID that names it`, () => {
      const { details } = assertThrowsCode(() => parseDeployConfig(config), "CONFIG_INVALID");
      assert.equal(details.field, field);
    });
  }
});

describe("genesis", () => {
  const noon = Date.UTC(2027, 0, 15, 12) / 1_000;

  for (const [text, midnight] of [
    ["next midnight at +08:00", Date.UTC(2027, 0, 15, 16)],
    ["next midnight at +14:00", Date.UTC(2027, 0, 16, 10)],
    ["next midnight at -03:30", Date.UTC(2027, 0, 16, 3, 30)],
  ] as const) {
    test(`given noon UTC, when it is the ${text}, it is the next such midnight`, () => {
      assert.equal(resolveGenesis(parseGenesis(text), noon), midnight / 1_000);
      assert.ok(fitsGenesis(text, midnight / 1_000));
      assert.ok(!fitsGenesis(text, midnight / 1_000 + 3_600));
    });
  }

  test("when the chain's time is a midnight, the next one is a day later", () => {
    const midnight = Date.UTC(2027, 0, 15) / 1_000;
    assert.equal(resolveGenesis("next midnight at +00:00", midnight), midnight + DAY_S);
  });

  test("when it has begun less than a day ago, it is taken", () => {
    assert.equal(resolveGenesis(noon - DAY_S, noon), noon - DAY_S);
  });

  for (const [title, genesis] of [
    ["it has begun more than a day ago", noon - DAY_S - 900],
    ["it is more than a year ahead", noon + 367 * DAY_S],
    ["it is in milliseconds", noon * 1_000],
  ] as const) {
    test(`when ${title}, throws CONFIG_INVALID`, () => {
      assertThrowsCode(() => resolveGenesis(genesis, noon), "CONFIG_INVALID");
    });
  }
});
