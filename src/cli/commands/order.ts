import { type Command, Option } from "commander";
import type { Hex } from "../../protocol/index.ts";
import { address } from "../arguments.ts";
import { type ConnectionOptions, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { hash } from "../operator/takes.ts";

const EXAMPLES = `
An entitlement switches a function of the car on; a workshop's record says what was built in. Each is signed, and the order is
fulfilled with its hash: \`cairn operator orders fulfil\`. Nothing is sent by these commands.

Examples:
  cairn order entitlement 0x12… --maker-key maker.key --out entitlement.json
  cairn order record 0x12… --workshop-key workshop.key --papers papers.pdf --out record.json
  cairn order verify entitlement.json`;

interface MakeOptions extends ConnectionOptions {
  readonly out: string;
}

/** `cairn order`: what shows that an order was delivered. */
export function orderCommand(program: Command, done: (code: ExitCode) => void): void {
  const order = program
    .command("order")
    .description("make and verify what shows that an order was delivered")
    .addHelpText("after", EXAMPLES);
  withConnection(order.command("entitlement"))
    .argument("<order>", "id of a software order", hash)
    .description("sign the entitlement of a software order, as the manufacturer")
    .requiredOption("--maker-key <file>", "the manufacturer's P-256 entitlement key, in hex")
    .requiredOption("--out <file>", "where to write it")
    .action(async (id: Hex, options: MakeOptions & { makerKey: string }) => {
      // Loaded when it is needed: every other command starts faster without it.
      const { makeEntitlement } = await import("../operator/deliveries.ts");
      await makeEntitlement(id, options);
      done(EXIT.ok);
    });
  withConnection(order.command("record"))
    .argument("<order>", "id of a hardware order", hash)
    .description("sign the record of a hardware order, as the workshop")
    .requiredOption("--workshop-key <file>", "the workshop's private key, in hex")
    .requiredOption("--papers <file>", "the workshop's papers: only their hash is in the record")
    .requiredOption("--out <file>", "where to write it")
    .action(async (id: Hex, options: MakeOptions & { workshopKey: string; papers: string }) => {
      const { makeRecord } = await import("../operator/deliveries.ts");
      await makeRecord(id, options);
      done(EXIT.ok);
    });
  verifyCommand(order, done);
}

function verifyCommand(order: Command, done: (code: ExitCode) => void): void {
  withConnection(order.command("verify"))
    .argument("<file>", "an entitlement or a workshop's record")
    .description("check a delivery against its order on the chain")
    .addOption(new Option("--workshop <address>", "the workshop that you trust").argParser(address))
    .option("--maker-key-of <file>", "JSON object with x and y of the manufacturer's key that you trust")
    .action(async (path: string, options: ConnectionOptions & { workshop?: Hex; makerKeyOf?: string }) => {
      const { verifyDeliveryFile } = await import("../operator/deliveries.ts");
      done(await verifyDeliveryFile(path, options));
    });
}
