import { writeSync } from "node:fs";
import { CairnError } from "../protocol/errors.ts";

/** Places at which a test can end or halt this process. */
const FAILPOINTS = [
  /** A row's nonce is known, its transaction is not signed. */
  "nonce-taken",
  /** Nonce, bytes and hash are stored, nothing has been sent. */
  "transaction-signed",
  /** The node has answered to the bytes, and nothing is noted of it. */
  "transaction-sent",
  /** A receipt in a block that is not final is noted. */
  "receipt-noted",
  /** A drop's file stands, and the store does not say so. */
  "drops-published",
  /** A day is closed, and its file is not written. */
  "day-closed",
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** What happens there: the process ends as by `kill -9`, or halts until somebody lets it go on. */
const SIGNALS = { kill: "SIGKILL", halt: "SIGSTOP" } as const;
type Action = keyof typeof SIGNALS;

/** The only chain id under which failpoints can be switched on: that of local development chains. */
const TEST_CHAIN_ID = 31_337;
const VARIABLE = "CAIRN_FAILPOINTS";

interface Armed {
  readonly action: Action;
  /** How often the place is passed before something happens. */
  skip: number;
}

const armed = new Map<Failpoint, Armed>();

/**
 * Switches failpoints on for a relayer whose configuration says `failpoints: true`.
 * @param text What the variable CAIRN_FAILPOINTS holds: `place:action[:times to let it pass]`, separated by commas, as in
 * `transaction-signed:kill:2,day-closed:halt`.
 * @param chainId The chain of the deployment.
 * @throws CONFIG_INVALID on any chain but a local development chain, and for a text of another form.
 */
export function armFailpoints(text: string | undefined, chainId: number): void {
  if (chainId !== TEST_CHAIN_ID) throw invalid(`failpoints are for chain ${TEST_CHAIN_ID} only`);
  armed.clear();
  for (const entry of (text ?? "").split(",").filter((part) => part !== "")) {
    const [place, action, skip = "0", ...more] = entry.split(":");
    const failpoint = FAILPOINTS.find((name) => name === place);
    const isKnown = failpoint !== undefined && action !== undefined && action in SIGNALS;
    if (!isKnown || !/^\d{1,6}$/.test(skip) || more.length > 0) throw invalid(`${VARIABLE} has ${entry}`);
    armed.set(failpoint, { action: action as Action, skip: Number(skip) });
  }
}

/** Marks a place. Does nothing unless a test has switched it on; then it happens once. */
export function passFailpoint(failpoint: Failpoint): void {
  const at = armed.get(failpoint);
  if (at === undefined || at.skip-- > 0) return;
  armed.delete(failpoint);
  writeSync(2, `failpoint ${failpoint}\n`);
  process.kill(process.pid, SIGNALS[at.action]);
}

function invalid(why: string): CairnError {
  return new CairnError("CONFIG_INVALID", why, { details: { field: "failpoints" } });
}
