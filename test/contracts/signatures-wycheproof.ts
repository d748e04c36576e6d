import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Hex } from "../../src/protocol/index.ts";
import { addressOf } from "../support/contracts.ts";
import { accountOf, kind2 } from "../support/contracts-signers.ts";
import { type P256Vector, p256Vectors } from "../support/wycheproof.ts";
import { ethers, load, programme, seeded } from "./fixture.ts";

/** Vectors of one eth_call: each may cost two verifications. */
const A_CALL = 66;

const VECTORS = p256Vectors();
/** Those that are as contracts take signatures: OpenZeppelin's P256 refuses s in the high half, so that nobody can malleate. */
const isLow = ({ signature, normalised }: P256Vector) => signature === normalised;

interface Trial {
  readonly vector: P256Vector;
  readonly signature: Hex;
}

async function deploy() {
  const p = await programme();
  return { p, lens: await ethers.deployContract("SignatureLens") };
}

/** Titles of the trials that the contracts' library takes as signatures of kind 2. */
async function takenByLibrary(trials: readonly Trial[]): Promise<string[]> {
  const { p, lens } = await load(deploy);
  const [verifier, webAuthnVerifier] = [addressOf(p.p256Verifier), addressOf(p.webAuthnVerifier)];
  const taken: string[] = [];
  for (let from = 0; from < trials.length; from += A_CALL) {
    const some = trials.slice(from, from + A_CALL);
    const keys = some.map(({ vector }) => ({ verifier, ...vector.key }));
    const verdicts = await lens.areValid(
      keys.map(accountOf),
      some.map(({ vector }) => vector.hash),
      some.map(({ signature }, i) => kind2(keys[i] as (typeof keys)[0], signature)),
      verifier,
      webAuthnVerifier,
    );
    taken.push(...some.filter((_, i) => verdicts[i]).map(({ vector }) => vector.title));
  }
  return taken;
}

/** Titles of the trials that the verifier contract takes. */
async function takenByVerifier(trials: readonly Trial[]): Promise<string[]> {
  const { p256Verifier } = await programme();
  const yes = p256Verifier.interface.getFunction("verify").selector;
  const answers = await Promise.all(
    trials.map(({ vector: { key, hash }, signature }) =>
      p256Verifier.verify(ethers.concat([key.x, key.y]), hash, signature),
    ),
  );
  return trials.filter((_, i) => answers[i] === yes).map(({ vector }) => vector.title);
}

const asTheyAre = VECTORS.map((vector) => ({ vector, signature: vector.signature }));
const normalised = VECTORS.flatMap((vector) =>
  vector.normalised === undefined ? [] : [{ vector, signature: vector.normalised }],
);

function titlesOf(vectors: readonly P256Vector[]): string[] {
  return vectors.map(({ title }) => title);
}

describe("Wycheproof: P-256 on the chain", () => {
  for (const [title, taken] of [
    ["as signatures of kind 2", takenByLibrary],
    ["asked of the verifier", takenByVerifier],
  ] as const) {
    it(`given the vectors as they are, ${title}, exactly the valid ones with a low s are taken`, async () => {
      const expected = VECTORS.filter((vector) => vector.isValid && isLow(vector));
      expect(await taken(asTheyAre)).to.deep.equal(titlesOf(expected));
    });

    it(`given the vectors with s brought into the low half, ${title}, exactly the valid ones are taken`, async () => {
      expect(await taken(normalised)).to.deep.equal(titlesOf(VECTORS.filter(({ isValid }) => isValid)));
    });
  }

  it("given their public keys, each can be a device's", async () => {
    const { vehicleRegistry, roles } = await programme();
    const points = new Map(VECTORS.map(({ key }) => [key.x + key.y, key]));
    const registrations = [...points.values()].map(({ x, y }, i) => ({
      vehicle: seeded(`wycheproof ${i}`),
      keyX: x,
      keyY: y,
    }));
    const manufacturer = roles.manufacturer as HardhatEthersSigner;
    const registering = vehicleRegistry.connect(manufacturer).registerVehicles(registrations);
    const receipt = await (await registering).wait();
    expect(receipt?.logs.length).to.equal(points.size);
  });
});
