import { CairnError } from "../../protocol/index.ts";

/**
 * What was chosen of two options that exclude each other; nobody decides by leaving both out.
 * @throws ARGUMENT_INVALID when neither was given.
 */
export function chosen(first: boolean | undefined, second: boolean | undefined): boolean {
  if (first === undefined && second === undefined) {
    throw new CairnError("ARGUMENT_INVALID", "one of the two decisions must be given (see --help)");
  }
  return first === true;
}
