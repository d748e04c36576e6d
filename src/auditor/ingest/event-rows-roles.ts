import type { ProgrammeEvent } from "../../chain/read/events.ts";
import type { Place, Row } from "./event-row.ts";

/** The rows of an event of the AccessManager: who has which role, and what the admin announces. */
export function roleRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.contract !== "accessManager") return undefined;
  switch (event.name) {
    case "RoleGranted": {
      const { roleId, account, delay, since, newMember } = event.args;
      // For somebody who has the role already, it is the new delay that begins then.
      return [["ev_role", [...place, "granted", roleId, account, delay, newMember ? since : event.time]]];
    }
    case "RoleRevoked":
      return [["ev_role", [...place, "revoked", event.args.roleId, event.args.account, null, null]]];
    case "OperationScheduled": {
      const { operationId, nonce, caller } = event.args;
      return [["ev_admin_act", [...place, "announced", operationId, nonce, caller]]];
    }
    case "OperationExecuted":
      return [["ev_admin_act", [...place, "done", event.args.operationId, event.args.nonce, null]]];
    default: {
      const told = powerOf(event);
      return told === undefined ? [] : [["ev_power", [...place, ...told]]];
    }
  }
}

/** Whose powers an event changes, and how; undefined for one that changes none. */
function powerOf(event: Extract<ProgrammeEvent, { contract: "accessManager" }>): [string, string] | undefined {
  switch (event.name) {
    case "TargetFunctionRoleUpdated":
      return [`contract ${event.args.target.toLowerCase()}`, `${event.args.selector} for role ${event.args.roleId}`];
    case "TargetClosed":
      return [`contract ${event.args.target.toLowerCase()}`, event.args.closed ? "closed" : "opened"];
    case "TargetAdminDelayUpdated":
      return [`contract ${event.args.target.toLowerCase()}`, `changes wait ${event.args.delay} s`];
    case "RoleAdminChanged":
      return [`role ${event.args.roleId}`, `given by role ${event.args.admin}`];
    case "RoleGuardianChanged":
      return [`role ${event.args.roleId}`, `stopped by role ${event.args.guardian}`];
    case "RoleGrantDelayChanged":
      return [`role ${event.args.roleId}`, `grants wait ${event.args.delay} s`];
    default:
      return undefined;
  }
}
