import type { Command } from "commander";
import type { ExitCode } from "../failure.ts";
import { benefitRoundCommands } from "../operator/benefit-rounds.ts";
import { dayCommands } from "../operator/days.ts";
import { exclusionCommands } from "../operator/exclusions.ts";
import { itemCommands } from "../operator/items.ts";
import { keyCommands } from "../operator/keys.ts";
import { milestoneCommands } from "../operator/milestones.ts";
import { operationCommands } from "../operator/operations.ts";
import { orderCommands } from "../operator/orders.ts";
import { pauseCommands } from "../operator/pauses.ts";
import { pollCommands } from "../operator/polls.ts";
import { prepareChainCommand } from "../operator/prepare-chain.ts";
import { recoveryCommands } from "../operator/recovery.ts";
import { ruleCommands } from "../operator/rules.ts";
import { seasonCommands } from "../operator/seasons.ts";
import { serveCommand } from "../operator/serve.ts";
import { Subject } from "../operator/subject.ts";
import { taskCommands } from "../operator/tasks.ts";
import { vehicleCommands } from "../operator/vehicles.ts";

const EXAMPLES = `
Each command that acts shows what will happen, who must sign and from when it holds, tries it, and asks. A key whose acts wait
announces instead; \`scheduled\` lists what was announced. The exit code is 1 when the contract or the person refuses.

Examples:
  cairn operator items list
  cairn operator rules schedule rules.json
  cairn operator orders fulfil 0x12… --delivery entitlement.json
  cairn operator keys grant relayer 0x34… --key-file admin.key --yes --json`;

const SUBJECTS = [
  vehicleCommands,
  ruleCommands,
  itemCommands,
  orderCommands,
  seasonCommands,
  milestoneCommands,
  taskCommands,
  pollCommands,
  benefitRoundCommands,
  exclusionCommands,
  dayCommands,
  recoveryCommands,
  keyCommands,
  pauseCommands,
  operationCommands,
];

/** `cairn operator …`: what the people who run a programme do. */
export function operatorCommand(program: Command, done: (code: ExitCode) => void): void {
  const operator = program.command("operator").description("run a programme: its duties, and its desk");
  operator.addHelpText("after", EXAMPLES);
  for (const add of [serveCommand, prepareChainCommand]) add(operator, done);
  const subject = new Subject(operator, done);
  for (const add of SUBJECTS) add(subject);
}
