import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createEntitlements, deviceKeyFromSecret, type SwitchedOn } from "../../device/index.ts";
import { CairnError, entitlementDigest, type Hex, signingDomain } from "../../protocol/index.ts";
import type { EntitlementFile } from "../../sdk/index.ts";
import { toJsonFile } from "../files.ts";
import { hashOf } from "./hash.ts";
import type { World } from "./world.ts";

/** What is delivered. */
interface Delivery {
  readonly order: Hex;
  readonly vehicle: Hex;
  readonly sku: Hex;
  /** Chain time, unix seconds. */
  readonly issuedAt: number;
}

/** Delivers software orders: the manufacturer signs entitlements, and the cars switch on what they verify offline. */
export class Upgrades {
  readonly #world: World;
  readonly #documentsDir: string;
  readonly #key;
  #switchedOn = 0;

  /** @param documentsDir Where the auditor finds what was delivered. */
  constructor(world: World, seed: string, documentsDir: string) {
    this.#world = world;
    this.#documentsDir = documentsDir;
    this.#key = deviceKeyFromSecret(hashOf(`${seed} entitlements`));
  }

  /** Functions that cars have switched on. */
  get switchedOn(): number {
    return this.#switchedOn;
  }

  /** Signs an entitlement and hands it to the car. @returns The evidence of the order's fulfilment. */
  deliver(entitlement: Delivery): Hex {
    const { deployment } = this.#world;
    const domain = signingDomain(deployment, "Entitlement");
    const digest = entitlementDigest(domain, entitlement);
    const signed = { entitlement, signature: this.#key.signDigest(digest) };
    this.#switchOn(signed);
    const file: EntitlementFile = {
      ...{ type: "cairn.entitlement/1", ...signed, key: this.#key.publicKey },
      ...{ chainId: deployment.chainId, redemptionDesk: deployment.contracts.redemptionDesk },
    };
    mkdirSync(this.#documentsDir, { recursive: true });
    toJsonFile(join(this.#documentsDir, `${digest}.json`), file);
    return digest;
  }

  #switchOn(signed: { entitlement: Delivery; signature: Hex }): void {
    const kept: SwitchedOn[] = [];
    const car = createEntitlements({
      vehicle: signed.entitlement.vehicle,
      domain: signingDomain(this.#world.deployment, "Entitlement"),
      keys: [{ ...this.#key.publicKey, from: 0, until: 0 }],
      skus: [signed.entitlement.sku],
      storage: { load: () => kept, add: (entry) => kept.push(entry) },
    });
    const outcome = car.switchOn(signed);
    if (!outcome.on) throw new CairnError("UNEXPECTED", `the car refused what it was sold: ${outcome.refusal}`);
    this.#switchedOn++;
  }
}
