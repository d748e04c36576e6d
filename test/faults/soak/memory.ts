import { readFileSync } from "node:fs";

/** Watches how much memory a process has in use. */
export class MemoryWatch {
  /** MiB, from first to last. */
  readonly samples: number[] = [];
  readonly #pid: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: () => number, everyMs: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Median over a part of the run. @param from, to Shares of it, from 0 to 1. */
  medianMiB(from: number, to: number): number {
    const { length } = this.samples;
    const part = this.samples.slice(Math.floor(from * length), Math.ceil(to * length)).sort((a, b) => a - b);
    return part[Math.floor(part.length / 2)] ?? 0;
  }

  #look(): void {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#pid()}/status`, "utf8")) ?? [];
    if (kib !== undefined) this.samples.push(Number(kib) / 1_024);
  }
}
