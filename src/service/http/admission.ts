import { statfs } from "node:fs/promises";
import { getHeapStatistics } from "node:v8";
import type { FastifyReply, FastifyRequest } from "fastify";
import { CairnError } from "../../protocol/errors.ts";
import { lookSeldom } from "../look-seldom.ts";
import type { App } from "./app-type.ts";

/** How much a service takes on at once. */
export interface AdmissionLimits {
  /** Requests under way. */
  readonly requests: number;
  /** Bytes of bodies under way, by what their requests announce. */
  readonly bodyBytes: number;
  /** Share of the memory that Node.js may take, from 0 to 1. */
  readonly heapShare: number;
}

export const ADMISSION: AdmissionLimits = { requests: 512, bodyBytes: 64 * 1024 * 1024, heapShare: 0.85 };

/** Tells how a service is while it refuses everything else. */
const ALWAYS: ReadonlySet<string | undefined> = new Set(["/healthz", "/readyz", "/metrics", "/v1/status"]);
/** Where a service writes, and how much must stay free there for work that is under way. */
export interface DiskReserve {
  /** They may lie on one disk or on several; each must have the space. */
  readonly folders: readonly string[];
  readonly bytes: number;
}

/**
 * Refuses requests before their bodies are read: with OVERLOADED while too much is under way or memory runs out, and those
 * that would write with STORE_FULL while the disk's reserve is touched. What was admitted is finished.
 * @param reserve Absent: the disk is not looked at.
 */
export function limitAdmission(app: App, limits: AdmissionLimits, reserve?: DiskReserve): void {
  const load = { requests: 0, bodyBytes: 0 };
  const isDiskLow = reserve === undefined ? async () => false : lookSeldom(() => isAnyLow(reserve));
  app.addHook("onRequest", async (request, reply) => {
    if (ALWAYS.has(request.routeOptions.url)) return;
    const bodyBytes = announcedBytes(request);
    const isTooMuch = load.requests >= limits.requests || load.bodyBytes + bodyBytes > limits.bodyBytes;
    if (isTooMuch || usedHeapShare() > limits.heapShare) throw new CairnError("OVERLOADED");
    hold(load, reply, bodyBytes);
    if (request.method === "POST" && (await isDiskLow())) throw new CairnError("STORE_FULL", "its reserve is touched");
  });
}

/** Counts a request until its connection is done with it, whatever becomes of it. */
function hold(load: { requests: number; bodyBytes: number }, reply: FastifyReply, bodyBytes: number): void {
  load.requests += 1;
  load.bodyBytes += bodyBytes;
  reply.raw.once("close", () => {
    load.requests -= 1;
    load.bodyBytes -= bodyBytes;
  });
}

/** A body of unknown length may be as long as its route takes. */
function announcedBytes({ method, headers, routeOptions }: FastifyRequest): number {
  if (method === "GET" || method === "HEAD") return 0;
  const length = Number(headers["content-length"]);
  const most = routeOptions.bodyLimit ?? 0;
  return Number.isInteger(length) && length >= 0 ? Math.min(length, most) : most;
}

function usedHeapShare(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size / heap_size_limit;
}

/** Whether one of the disks has too little space. One that cannot be looked at has. */
async function isAnyLow({ folders, bytes }: DiskReserve): Promise<boolean> {
  const isLow = (folder: string) =>
    statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize < bytes,
      () => true,
    );
  return (await Promise.all(folders.map(isLow))).includes(true);
}
