import { type ConsentRecord, consentStands, readConsent } from "../../chain/read/consents.ts";
import { readHead } from "../../chain/read/head.ts";
import { type Category, categoriesOf, type Hex, lowerHex, PURPOSE, type Purpose } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** Whose consent, for what, for whom. */
export interface GetConsentParameters {
  /** Default: the client's own account. */
  readonly account?: Hex;
  /** Default: product iteration. */
  readonly purpose?: Purpose;
  /** Default: the programme's operator. */
  readonly recipient?: Hex;
}

/** The newest record of a consent. */
export interface ConsentState extends Omit<ConsentRecord, "categories"> {
  readonly categories: readonly Category[];
  /** Whether it permits at the newest block's time. */
  readonly stands: boolean;
}

/**
 * The newest record of a consent, whatever its state; version 0 when there was never one.
 * @throws ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getConsent(context: SdkContext, parameters: GetConsentParameters = {}): Promise<ConsentState> {
  const { chain, deployment } = context;
  const record = await readConsent(chain, deployment, {
    account: askedAccount(context, parameters.account),
    recipient: lowerHex(parameters.recipient ?? deployment.operator),
    purpose: PURPOSE[parameters.purpose ?? "productIteration"],
  });
  const { time } = await readHead(chain);
  return { ...record, categories: categoriesOf(record.categories), stands: consentStands(record, time) };
}
