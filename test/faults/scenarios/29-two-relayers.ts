import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scenario } from "../support/scenario.ts";

export const twoRelayers: Scenario = {
  row: 29,
  name: "two-relayers",
  fault: "a second relayer is started: on the same work folder, with the same key on a new one, and on an old copy",
  shows: "one at a time holds a folder; one that does not know what its key has done refuses to start",
  async run(stage) {
    const { workDir } = stage.programme;
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const elsewhere = await mkdtemp(join(tmpdir(), "cairn-second-"));
    try {
      assert.match(await stage.another(workDir).startRefused(), /WORK_DIR_IN_USE/);
      await cp(join(workDir, "deployment.json"), join(elsewhere, "deployment.json"));
      assert.match(await stage.another(elsewhere).startRefused(), /STORE_DAMAGED.*older/);
      await rm(elsewhere, { recursive: true });
      await stage.relayer.stop();
      await cp(workDir, elsewhere, { recursive: true });
      await stage.relayer.start();
      await stage.drive(2);
      await stage.untilIdle();
      assert.match(await stage.another(elsewhere).startRefused(), /STORE_DAMAGED.*older/);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
    await stage.drive();
    await stage.untilIdle();
    return undefined;
  },
};
