import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { privateKeyToAccount } from "viem/accounts";
import { lowerHex, signingDomain, workshopRecordDigest } from "../../src/protocol/index.ts";
import {
  checkDelivery,
  type DeliveryFile,
  evidenceHashOf,
  parseDelivery,
  signerOfDelivery,
} from "../../src/sdk/index.ts";
import { assertThrowsCode } from "../support/assertions.ts";
import { ENTITLEMENT, makerKey } from "../support/deliveries.ts";
import { DEPLOYMENT, filled, leavesOf, withAltered } from "./support.ts";

const PLACE = { chainId: DEPLOYMENT.chainId, redemptionDesk: DEPLOYMENT.contracts.redemptionDesk };

function entitlementFile(): DeliveryFile {
  const unsigned = { type: "cairn.entitlement/1", ...PLACE, entitlement: ENTITLEMENT } as const;
  const key = makerKey(1);
  const digest = evidenceHashOf(DEPLOYMENT, { ...unsigned, signature: "0x", key: key.publicKey });
  return { ...unsigned, signature: key.signDigest(digest), key: key.publicKey };
}

async function recordFile(): Promise<DeliveryFile> {
  const { order, vehicle, sku } = ENTITLEMENT;
  const record = { order, vehicle, sku, work: filled(0x66), doneAt: 1_800_000_000 };
  const workshop = privateKeyToAccount(filled(0x77));
  const hash = workshopRecordDigest(signingDomain(DEPLOYMENT, "WorkshopRecord"), record);
  const signature = await workshop.sign({ hash });
  return {
    type: "cairn.workshop-record/1",
    ...PLACE,
    record,
    signature,
    workshop: lowerHex(workshop.address),
  };
}

const FILES = { entitlement: entitlementFile(), record: await recordFile() };

describe("a delivery", () => {
  for (const [name, file] of Object.entries(FILES)) {
    const { vehicle, sku } = ENTITLEMENT;
    const facts = { deployment: DEPLOYMENT, vehicle, sku, evidenceHash: evidenceHashOf(DEPLOYMENT, file) };
    const trusted = signerOfDelivery(file);

    test(`given a genuine ${name}, every check passes, after JSON too`, () => {
      const read = parseDelivery(JSON.parse(JSON.stringify(file)));
      assert.deepEqual(read, file);
      assert.deepEqual(
        checkDelivery(read, facts, trusted).filter(({ ok }) => !ok),
        [],
      );
    });

    for (const path of leavesOf(file)) {
      test(`given the ${name} with another ${path.join(".")}, it is refused or a check fails`, () => {
        const altered = withAltered(file, path, (found) =>
          typeof found === "number" ? found + 1 : flipped(String(found)),
        );
        const parsed = attempt(() => parseDelivery(altered));
        if (parsed !== undefined) assert.ok(checkDelivery(parsed, facts, trusted).some(({ ok }) => !ok));
      });
    }

    test(`given that the order was not fulfilled with the ${name}, that check fails alone`, () => {
      const other = { ...facts, evidenceHash: undefined };
      assert.deepEqual(
        checkDelivery(file, other, trusted).flatMap(({ check, ok }) => (ok ? [] : [check])),
        ["evidence"],
      );
    });
  }

  test("given something else, it is no delivery", () => {
    for (const value of [null, [], {}, { type: "cairn.contribution/1" }, { ...FILES.entitlement, entitlement: null }]) {
      assertThrowsCode(() => parseDelivery(value), "EVIDENCE_INVALID");
    }
  });
});

/** Text with its last character changed. */
function flipped(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith("1") ? "2" : "1"}`;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
