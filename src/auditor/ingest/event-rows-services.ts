import type { ProgrammeEvent } from "../../chain/read/events.ts";
import type { Place, Row } from "./event-row.ts";

/** The rows of an event of tasks, exclusions, milestones, polls or benefit rounds. */
export function serviceRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  return (
    taskRows(event, place) ??
    exclusionRows(event, place) ??
    milestoneRows(event, place) ??
    pollRows(event, place) ??
    roundRows(event, place)
  );
}

function taskRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "TaskDefined": {
      const { crystals, perDay, fromDay, untilDay, contentHash } = event.args.terms;
      const terms = [crystals, perDay, fromDay, untilDay, contentHash];
      return [["ev_task", [...place, "defined", event.args.task, ...terms]]];
    }
    case "TaskEnded":
      return [["ev_task", [...place, "ended", event.args.task, null, null, null, event.args.untilDay, null]]];
    case "TaskKeySet":
      return [["ev_task_key", [...place, event.args.key, event.args.from, event.args.until]]];
    default:
      return undefined;
  }
}

function exclusionRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.contract !== "exclusions") return undefined;
  switch (event.name) {
    case "AccountExcluded": {
      const { exclusion, account, reason, evidenceHash, fromDay, untilDay } = event.args;
      const cells = [exclusion, account, null, reason, evidenceHash, fromDay, untilDay, null];
      return [["ev_exclusion", [...place, "excluded", ...cells]]];
    }
    case "ExclusionAppealed": {
      const { exclusion, account, decideBy } = event.args;
      return [["ev_exclusion", [...place, "appealed", exclusion, account, null, null, null, null, null, decideBy]]];
    }
    case "ExclusionUpheld": {
      const { exclusion, account } = event.args;
      return [["ev_exclusion", [...place, "upheld", exclusion, account, null, null, null, null, null, null]]];
    }
    case "ExclusionLifted": {
      const { exclusion, account, untilDay } = event.args;
      return [["ev_exclusion", [...place, "lifted", exclusion, account, null, null, null, null, untilDay, null]]];
    }
    case "ExclusionFollowed": {
      const { exclusion, account, to, fromDay, untilDay } = event.args;
      const cells = [exclusion, account, to, null, null, fromDay, untilDay, null];
      return [["ev_exclusion", [...place, "followed", ...cells]]];
    }
    default:
      return undefined;
  }
}

function milestoneRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "MilestoneDefined":
      return [["ev_milestone_defined", [...place, event.args.milestone, event.args.contentHash]]];
    case "MilestoneAttested": {
      const { milestone, account, countsFrom } = event.args;
      return [["ev_milestone", [...place, "attested", milestone, account, countsFrom]]];
    }
    case "AttestationRevoked":
      return [["ev_milestone", [...place, "revoked", event.args.milestone, event.args.account, null]]];
    default:
      return undefined;
  }
}

function pollRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "PollOpened": {
      const { contentHash, options, weighting, snapshotDay, opensAt, closesAt } = event.args.terms;
      const terms = [contentHash, options, weighting, snapshotDay, opensAt, closesAt];
      return [["ev_poll", [...place, event.args.poll, ...terms]]];
    }
    case "ResultPublished": {
      const { poll, root, tallies, voters, countsFrom, dataDigest } = event.args;
      const perOption = tallies.map((weight, option): Row => ["ev_tally", [...place, poll, option, weight]]);
      return [["ev_poll_result", [...place, "published", poll, root, voters, countsFrom, dataDigest]], ...perOption];
    }
    case "ResultVetoed":
      return [["ev_poll_result", [...place, "vetoed", event.args.poll, null, null, null, null]]];
    default:
      return undefined;
  }
}

function roundRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "RoundOpened": {
      const { round, funder, claimableFrom, terms } = event.args;
      const { token, amount, day, accounts, totalWeight, deadline, root, contentHash } = terms;
      const cells = [token, `${amount}`, day, accounts, totalWeight, deadline, root, contentHash];
      return [["ev_round", [...place, round, funder, claimableFrom, ...cells]]];
    }
    case "RoundCancelled":
      return [["ev_round_change", [...place, "cancelled", event.args.round, null, null, null, null]]];
    case "BenefitClaimed": {
      const { round, account, by, to, amount } = event.args;
      return [["ev_round_change", [...place, "claimed", round, account, by, to, `${amount}`]]];
    }
    case "RestReturned": {
      const { round, amount } = event.args;
      return [["ev_round_change", [...place, "returned", round, null, null, null, `${amount}`]]];
    }
    default:
      return undefined;
  }
}
