import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { normaliseP256 } from "../../src/protocol/index.ts";
import {
  type ContributionCheck,
  checkContribution,
  checkDayProof,
  parseContributionFile,
} from "../../src/sdk/index.ts";
import { filled, genuineContribution, genuineDayProof, leavesOf, withAltered } from "./support.ts";

const { file, facts } = await genuineContribution();
const dayProof = genuineDayProof();
/** What these say stands on its own: it is part of the reading and receipt that are proved, or it names the format. */
const FORMAT = "type";

function failed(checks: readonly ContributionCheck[]): string[] {
  return checks.filter(({ ok }) => !ok).map(({ check }) => check);
}

/** Another value of the same form. `nudge` is not 0. */
function alter(found: unknown, nudge: number): unknown {
  if (typeof found === "number") return found + 1 + (nudge % 1_000);
  if (typeof found === "bigint") return found + 1n + BigInt(nudge % 1_000);
  const text = String(found);
  const at = 2 + (nudge % (text.length - 2));
  const digit = ((Number.parseInt(text[at] as string, 16) + 1 + (nudge % 15)) % 16).toString(16);
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
}

describe("checkContribution", () => {
  test("when nothing was changed, every check passes", () => {
    assert.deepEqual(failed(checkContribution(file, facts)), []);
  });

  // The receipt's deadline and signature are judged through the address that the signature recovers to, below.
  const fields = leavesOf(file).filter(([first]) => first !== FORMAT && first !== "receiptSignature");
  for (const path of fields.filter((field) => field.join() !== "receipt,deadline")) {
    test(`when ${path.join(".")} is changed, a check fails`, () => {
      fc.assert(
        fc.property(fc.nat({ max: 100_000 }), (nudge) => {
          const changed = withAltered(file, path, (found) => alter(found, nudge));
          assert.notDeepEqual(failed(checkContribution(changed, facts)), []);
        }),
        { numRuns: 8 },
      );
    });
  }

  test("when the drop is not anchored, only the root on the chain is missing", () => {
    assert.deepEqual(failed(checkContribution(file, { ...facts, root: undefined })), ["chain-root"]);
  });

  test("when the drop was anchored anew with another root, the root is named", () => {
    const checks = checkContribution(file, { ...facts, root: filled(0xdd) });
    const found = checks.find(({ check }) => check === "chain-root");
    assert.deepEqual(found, { check: "chain-root", ok: false, expected: filled(0xdd), actual: file.root });
  });

  test("when the vehicle had no device key, the device's signature fails", () => {
    assert.deepEqual(failed(checkContribution(file, { ...facts, deviceKey: undefined })), ["device-signature"]);
  });

  test("when somebody else signed the receipt, that address is named", () => {
    const stranger = filled(0x77, 20);
    const checks = checkContribution(file, { ...facts, receiptSigner: stranger, isReceiptKey: false });
    const found = checks.find(({ check }) => check === "receipt-signature");
    assert.equal(found?.actual, `by ${stranger}`);
  });

  test("when the device's signature has its s in the high half, it is not the one in the leaf", () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = BigInt(`0x${file.readingSignature.slice(66)}`);
    const high = `${file.readingSignature.slice(0, 66)}${(order - s).toString(16).padStart(64, "0")}` as const;
    assert.equal(normaliseP256(high as `0x${string}`), file.readingSignature);
    const checks = checkContribution({ ...file, readingSignature: high as `0x${string}` }, facts);
    assert.deepEqual(failed(checks), ["device-signature", "signature-hash"]);
  });
});

describe("checkDayProof", () => {
  test("when nothing was changed, every check passes", () => {
    assert.deepEqual(failed(checkDayProof(dayProof.file, dayProof.facts)), []);
  });

  // The day chooses the roots that it is compared with: what it says is proved by them.
  const fields = leavesOf(dayProof.file).filter(([first]) => first !== FORMAT && first !== "day");
  for (const path of fields) {
    test(`when ${path.join(".")} is changed, a check fails`, () => {
      fc.assert(
        fc.property(fc.nat({ max: 100_000 }), (nudge) => {
          const changed = withAltered(dayProof.file, path, (found) => alter(found, nudge));
          assert.notDeepEqual(failed(checkDayProof(changed, dayProof.facts)), []);
        }),
        { numRuns: 8 },
      );
    });
  }

  test("when the day is not settled, both roots on the chain are missing", () => {
    const checks = checkDayProof(dayProof.file, { ...dayProof.facts, settlement: undefined });
    assert.deepEqual(failed(checks), ["stones-root", "metres-root"]);
  });
});

describe("parseContributionFile", () => {
  const asJson = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part)));

  test("when a contribution went through JSON, it is read as it was", () => {
    assert.deepEqual(parseContributionFile(asJson(file)), file);
  });

  test("when a day proof went through JSON, it is read as it was", () => {
    assert.deepEqual(parseContributionFile(asJson(dayProof.file)), dayProof.file);
  });

  for (const genuine of [file, dayProof.file]) {
    for (const path of leavesOf(genuine)) {
      test(`when ${genuine.type} has nonsense at ${path.join(".")}, the error names the field`, () => {
        for (const nonsense of [null, undefined, "", "0x", -1, 1.5, {}, "zz"]) {
          const changed = withAltered(asJson(genuine), path, () => nonsense);
          assert.throws(
            () => parseContributionFile(changed),
            (error: { code?: string; details?: { field?: string } }) =>
              error.code === "EVIDENCE_INVALID" && error.details?.field === path.join("."),
          );
        }
      });
    }
  }

  test("when it is any JSON at all, it is read or refused as EVIDENCE_INVALID", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.throws(() => parseContributionFile(value), { code: "EVIDENCE_INVALID" });
      }),
    );
  });
});
