import assert from "node:assert/strict";
import type { Hex } from "../../../src/protocol/index.ts";
import type { Stage } from "./stage.ts";

/** Has the relayer die at a failpoint while it carries an anchor, and leaves it dead. */
export async function dieAnchoring(stage: Stage, failpoint: string): Promise<void> {
  await stage.begin();
  await stage.drive(2);
  await stage.untilIdle();
  await stage.relayer.stop();
  await stage.relayer.start({ failpoints: `${failpoint}:kill` });
  await stage.endDropAndDie();
}

/** The newest row of the relayer's outbox that has a nonce, and the hashes of what was signed for it. */
export async function newestSigned(stage: Stage): Promise<{ nonce: number; state: string; hashes: Hex[] } | undefined> {
  const [row] = await stage.rows<{ id: number; nonce: number; state: string }>(
    "select id, nonce, state from outbox where nonce is not null order by nonce desc limit 1",
  );
  if (row === undefined) return undefined;
  const attempts = await stage.rows<{ hash: Hex }>(`select hash from attempts where outbox_id = ${row.id}`);
  assert.ok(attempts.length > 0);
  return { nonce: row.nonce, state: row.state, hashes: attempts.map(({ hash }) => hash) };
}
