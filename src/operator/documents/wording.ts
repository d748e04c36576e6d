import { CairnError } from "../../protocol/errors.ts";

/**
 * Words that would make of stones what they are not. They record what an owner has contributed; they are no security, no share
 * of a company and no money, and no text of the programme may promise so.
 */
const FORBIDDEN: readonly RegExp[] = [
  /\b(?:securit(?:y|ies)|dividends?|equity|shareholders?|investments?|invest(?:ors?|ing)|yields?|profits?)\b/i,
  /\b(?:stones? (?:is|are|as) (?:money|cash|currency|a currency|shares?)|crypto ?currenc(?:y|ies)|legal tender)\b/i,
  /证券|股票|股权|股份|股东|分红|红利|投资|理财|收益率|利润|加密货币|代币|虚拟货币|法定货币|原石(?:是|即|等于)(?:货币|现金|钱)/,
];

/**
 * Requires that no text of a document calls stones a security or money.
 * @param value Anything; every text in it is read.
 * @throws DOCUMENT_INVALID naming the word.
 */
export function requireHonestWording(value: unknown): void {
  if (typeof value === "string") {
    for (const pattern of FORBIDDEN) {
      const [found] = pattern.exec(value) ?? [];
      if (found !== undefined) throw new CairnError("DOCUMENT_INVALID", `"${found}" says what stones are not`);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) requireHonestWording(part);
  }
}
