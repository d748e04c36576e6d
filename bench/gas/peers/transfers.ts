import { concat, encodeAbiParameters, encodeFunctionData, type Hex, parseAbi, parseAbiParameters } from "viem";
import { actor, type Bench, seeded } from "../chain.ts";
import type { PeerMeasurement } from "../measurement.ts";
import { PAYER_DECIDES } from "../targets.ts";
import { compilePeer } from "./compiler.ts";

const ABI = parseAbi(["function transferMany(address[] recipients, uint256[] amounts)"]);
const TOGETHER = 200;
const AMOUNT = 2_000_000n;
const PEER = `OpenZeppelin ERC-20, unproven transfers ×${TOGETHER}`;

/** Payments to new holders and to the same again. */
export async function measureTransfers(bench: Bench): Promise<PeerMeasurement[]> {
  const by = actor("payer");
  const supply = encodeAbiParameters(parseAbiParameters("uint256"), [10n ** 18n]);
  const token = await bench.create(by, concat([compilePeer("BatchToken"), supply]));
  const recipients = Array.from({ length: TOGETHER }, (_, i) => seeded(`holder ${i}`).slice(0, 42) as Hex);
  const args = [recipients, recipients.map(() => AMOUNT)] as const;
  const pay = () => bench.send(by, token, encodeFunctionData({ abi: ABI, functionName: "transferMany", args }));
  return [
    { operation: "credits pushed, first", peer: PEER, items: TOGETHER, omits: PAYER_DECIDES, ...(await pay()) },
    { operation: "credits pushed, again", peer: PEER, items: TOGETHER, omits: PAYER_DECIDES, ...(await pay()) },
  ];
}
