import { CairnError, type Hex } from "../../protocol/index.ts";
import { relayerOf, type SdkContext } from "../context.ts";
import { type Contribution, parseContributionFile } from "../contribution-file.ts";
import { patiently } from "../patience.ts";

/**
 * The contribution file of one reading, as the relayer has it. It proves itself: give it to {@link verifyContribution}.
 * @param parameters `digest`: EIP-712 digest of the reading.
 * @throws NOT_FOUND for an unknown reading, INTENT_REJECTED when its drop is not anchored yet, EVIDENCE_INVALID for an
 * answer that is not of the agreed form, ARGUMENT_INVALID without a relayer, RELAYER_UNREACHABLE.
 */
export async function getContribution(context: SdkContext, parameters: { digest: Hex }): Promise<Contribution> {
  const { chainId, contracts } = context.deployment;
  const relayer = relayerOf(context);
  const answer = (await patiently(context, () => relayer.get(`/v1/receipts/${parameters.digest}`))) as {
    receipt?: unknown;
    signature?: unknown;
    reading?: unknown;
    readingSignature?: unknown;
    anchored?: { leaf?: unknown; root?: unknown; proof?: unknown };
  };
  if (answer.anchored === undefined) throw new CairnError("INTENT_REJECTED", "the reading's drop is not anchored yet");
  const file = parseContributionFile({
    type: "cairn.contribution/1",
    chainId,
    contracts: {
      dropAnchor: contracts.dropAnchor,
      vehicleRegistry: contracts.vehicleRegistry,
      stoneLedger: contracts.stoneLedger,
    },
    reading: answer.reading,
    readingSignature: answer.readingSignature,
    receipt: answer.receipt,
    receiptSignature: answer.signature,
    leaf: answer.anchored.leaf,
    root: answer.anchored.root,
    proof: answer.anchored.proof,
  });
  return file as Contribution;
}
