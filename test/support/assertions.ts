import assert from "node:assert/strict";
import { CairnError, type ErrorCode } from "../../src/protocol/errors.ts";

/** Asserts that an action throws a CairnError with this code. @returns The error, for its details. */
export function assertThrowsCode(action: () => unknown, code: ErrorCode): CairnError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof CairnError, `expected a CairnError, got ${String(error)}`);
    assert.equal(error.code, code);
    return error;
  }
  return assert.fail(`expected ${code}, but nothing was thrown`);
}
