import assert from "node:assert/strict";
import { copyFile, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Scenario } from "../support/scenario.ts";

export const databaseDamaged: Scenario = {
  row: 27,
  name: "database-damaged",
  fault: "the database is torn; an old copy of it is put back",
  shows: "it refuses to start and says why; with the right file it goes on",
  async run(stage) {
    const path = join(stage.programme.workDir, "relayer.sqlite");
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    await stage.relayer.stop();
    await copyFile(path, `${path}.old`);
    await stage.relayer.start();
    await stage.drive(2);
    await stage.untilIdle();
    await stage.relayer.stop();
    await copyFile(path, `${path}.right`);

    await tear(path);
    assert.match(await stage.relayer.startRefused(), /STORE_DAMAGED/);
    await copyFile(`${path}.old`, path);
    assert.match(await stage.relayer.startRefused(), /STORE_DAMAGED.*older than what it has put on the chain/);
    await copyFile(`${path}.right`, path);
    await rm(`${path}.old`);
    await rm(`${path}.right`);
    await stage.relayer.start();
    return undefined;
  },
};

/** Overwrites a page in the middle with nothing, as a torn write does. */
async function tear(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const page = 4_096;
    await file.write(Buffer.alloc(page), 0, page, Math.floor(size / page / 2) * page);
  } finally {
    await file.close();
  }
}
