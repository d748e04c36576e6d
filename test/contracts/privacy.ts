import { expect } from "chai";
import { Interface, type JsonFragment, type ParamType } from "ethers";
import { describe, it } from "mocha";
import { ABIS } from "../../src/chain/contracts.ts";

/** What tells how far, how fast or where somebody drove. */
const TELLING =
  /metre|kilomet|mileage|odometer|distance|driven|speed|latitude|longitude|location|position|place|route|trip/i;
/** Names of metres and kilometres by their units: `countedM`. */
const IN_UNITS = /[a-z](M|Km)$/;
/** Terms of the rules, the same for everybody. */
const RULES: ReadonlySet<string> = new Set(["dailyCapM", "maxUnitsPerMetre"]);

interface Entry {
  readonly name: string;
  readonly fields: readonly ParamType[];
}

function tells(name: string): boolean {
  return !RULES.has(name) && (TELLING.test(name) || IN_UNITS.test(name));
}

/** A parameter and, when it is a struct or an array of them, all that it is made of. */
function flatten(type: ParamType): ParamType[] {
  const inner = type.arrayChildren === null ? (type.components ?? []) : [type.arrayChildren];
  return [type, ...inner.flatMap(flatten)];
}

/** Everything that a contract takes, returns, logs or refuses with. */
function entries(): Entry[] {
  return Object.entries(ABIS).flatMap(([contract, abi]) =>
    new Interface(abi as readonly JsonFragment[]).fragments.map((fragment) => {
      const outputs: readonly ParamType[] = "outputs" in fragment ? (fragment.outputs as ParamType[]) : [];
      const name = "name" in fragment ? String(fragment.name) : fragment.type;
      return { name: `${contract}.${name}`, fields: [...fragment.inputs, ...outputs].flatMap(flatten) };
    }),
  );
}

describe("Privacy: what the chain can tell of a drive", () => {
  const telling = entries().filter(({ fields }) => fields.some(({ name }) => tells(name)));

  it("given all contracts, metres stand in a day's settlement only", () => {
    expect(telling.map(({ name }) => name).sort()).to.deep.equal([
      "stoneLedger.DaySettled",
      "stoneLedger.settleDay",
      "stoneLedger.settleDayAsStandby",
      "stoneLedger.settlementOf",
    ]);
  });

  it("given a day's settlement, nothing in it names an account or a vehicle", () => {
    const naming = telling.flatMap(({ name, fields }) =>
      fields
        .filter((field) => field.type.startsWith("address") || /account$|owner|vehicle$/i.test(field.name))
        .map((field) => `${name}: ${field.name}`),
    );
    expect(naming).to.deep.equal([]);
  });
});
