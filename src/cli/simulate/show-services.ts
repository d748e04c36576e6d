import { formatCount } from "../output.ts";
import type { ServiceCounts } from "./services.ts";

/** What the services did, as lines of a summary. */
export function serviceFields(services: ServiceCounts): (readonly [string, string])[] {
  const { awards, boxes, polls, milestones, rounds, exclusions, upgrades, odds } = services;
  const reached = Object.entries(milestones).map(([id, count]) => `${formatCount(count)} ${id}`);
  const excluded = Object.entries(exclusions).map(([course, count]) => `${count} ${course}`);
  return [
    ["tasks", `${formatCount(awards)} awards asked for`],
    [
      "mine box",
      `${formatCount(boxes.requested)} boxes in ${boxes.seasons} seasons, ${boxes.forced} of which had to be forced`,
    ],
    ...odds.map(({ season, opened, byGuarantee, forced, pValue }): readonly [string, string] => [
      "",
      `season ${season}: ${formatCount(opened)} opened, ${formatCount(byGuarantee)} by guarantee, ${formatCount(forced)} forced` +
        (pValue === undefined ? "" : `; odds against outcomes p = ${pValue.toPrecision(3)}`),
    ]),
    [
      "polls",
      `${polls.polls} with ${formatCount(polls.votes)} votes, ${formatCount(polls.refused)} refused; ` +
        `${formatCount(polls.proven)} voters found theirs in the result`,
    ],
    ["milestones", reached.length === 0 ? "none" : reached.join(", ")],
    ["benefit rounds", `${rounds.rounds}, ${formatCount(rounds.claims)} parts claimed`],
    ["exclusions", excluded.length === 0 ? "none" : excluded.join(", ")],
    ["upgrades", `${upgrades} functions switched on by cars`],
  ];
}
