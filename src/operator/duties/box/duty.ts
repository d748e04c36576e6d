import type { Duty, DutyContext } from "../../duty.ts";
import { syncBackup } from "./backup.ts";
import { Links } from "./chains.ts";
import { claimWaiting } from "./claim.ts";
import { MovedGains } from "./follow.ts";
import { boxMirror } from "./mirror.ts";
import { openRevealed } from "./open.ts";
import { boxRoutes } from "./routes.ts";
import { Seasons } from "./seasons.ts";

/** The mine box (docs/protocol.md 9): reveals each drop's link, opens boxes, has waiting prizes paid, ends what is over; what it
 * gave follows accounts that move. */
export async function openBoxDuty(context: DutyContext): Promise<Duty> {
  const { store, config, deployment } = context;
  await store.transaction(async (tx) => {
    // Writing first keeps other processes out until both hold the same.
    await tx.updateTable("meta").set({ key: "programme" }).where("key", "=", "programme").execute();
    await syncBackup(tx, config.boxBackupFile, deployment);
  });
  const seasons = new Seasons(context, new Links(store.db));
  const movedGains = new MovedGains(context);
  return {
    name: "box",
    mirror: boxMirror(deployment.genesis),
    async step(snapshot, sender) {
      // A reveal has a deadline, and nothing else has.
      return (
        (await seasons.step(snapshot, sender)) ||
        (await openRevealed(context, sender)) ||
        (await claimWaiting(context, sender)) ||
        // After the claims: while a moved account holds its vehicle, its stones are paid to whom it moved.
        (await movedGains.step(snapshot, sender))
      );
    },
    routes: (app) => boxRoutes(app, context),
  };
}
