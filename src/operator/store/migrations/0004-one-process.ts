import { LEASES } from "../../../storage/lease.ts";
import { migrationOf } from "../../../storage/migration.ts";

/** Who works with the store, where more than one process could. */
export const oneProcess = migrationOf(LEASES);
