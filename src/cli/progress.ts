import cliProgress from "cli-progress";
import { formatCount, note } from "./output.ts";

/** Shows how far long work has come. */
export interface Progress {
  /** @param about A few words on where it stands. */
  update(done: number, about?: string): void;
  /** Ends it; nothing is shown afterwards. */
  stop(): void;
}

/** Without a terminal, a line at each of these shares of the whole. */
const STEPS = 10;

/**
 * A progress bar on standard error; plain lines when that is no terminal; nothing when `quiet`.
 * @param label What is being done.
 * @param total When it is done.
 */
export function createProgress(label: string, total: number, options: { quiet?: boolean } = {}): Progress {
  if (options.quiet) return { update: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? bar(label, total) : lines(label, total);
}

function bar(label: string, total: number): Progress {
  const single = new cliProgress.SingleBar({
    stream: process.stderr,
    format: `${label} [{bar}] {percentage}%  {value}/{total}  {about}  {duration_formatted}`,
    barsize: 28,
    hideCursor: true,
    // Otherwise cli-progress takes SIGINT for itself and ends the process.
    gracefulExit: false,
  });
  single.start(total, 0, { about: "" });
  return {
    update: (done, about = "") => single.update(done, { about }),
    stop: () => single.stop(),
  };
}

function lines(label: string, total: number): Progress {
  let step = 0;
  return {
    update(done, about = "") {
      const reached = total === 0 ? STEPS : Math.floor((done * STEPS) / total);
      if (reached <= step) return;
      step = reached;
      note(`${label}: ${formatCount(done)} of ${formatCount(total)}${about === "" ? "" : `, ${about}`}`);
    },
    stop: () => undefined,
  };
}
