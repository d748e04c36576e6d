import { type EventOf, readHistory } from "../../../src/chain/read/events.ts";
import { type BoxProof, lowerHex, verifyBox } from "../../../src/protocol/index.ts";
import { createCairnClient } from "../../../src/sdk/index.ts";
import type { TestProgramme } from "../../relayer/support/programme.ts";

type BoxEvent = EventOf<"mineBox">;

/** All events of the mine box of these names, in the order of the chain. */
export async function boxEvents<Name extends BoxEvent["name"]>(
  { client, deployment }: TestProgramme,
  name: Name,
): Promise<Extract<BoxEvent, { name: Name }>[]> {
  const events = await readHistory(client, deployment, "mineBox", Number(await client.getBlockNumber()));
  return events.filter((event) => event.name === name) as Extract<BoxEvent, { name: Name }>[];
}

/** The proofs of all boxes that were opened, taken from the chain and computed again. */
export async function checkedProofs(programme: TestProgramme): Promise<BoxProof[]> {
  const sdk = createCairnClient({ rpcUrl: programme.rpcUrl, deployment: programme.deployment });
  const proofs: BoxProof[] = [];
  for (const { args } of await boxEvents(programme, "BoxesOpened")) {
    for (let k = 0; k < args.count; k++) {
      const account = lowerHex(args.account);
      const proof = await sdk.getBoxProof({ account, number: Number(args.firstBox) + k });
      const wrong = verifyBox(proof).checks.find(({ ok }) => !ok);
      if (wrong !== undefined) throw new Error(`${wrong.check}: ${wrong.actual} instead of ${wrong.expected}`);
      proofs.push(proof);
    }
  }
  return proofs;
}
