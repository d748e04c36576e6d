import { statfs } from "node:fs/promises";
import { getHeapStatistics } from "node:v8";
import type { FastifyReply, FastifyRequest } from "fastify";
import { CairnError } from "../../protocol/errors.ts";
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
/** How long a look at the disk holds, milliseconds. */
const DISK_LOOK_MS = 1_000;

/** Where requests write, and how much must stay free there for work that is under way. */
export interface DiskReserve {
  readonly folder: string;
  readonly bytes: number;
}

/**
 * Refuses requests before their bodies are read: with OVERLOADED while too much is under way or memory runs out, and those
 * that would write with STORE_FULL while the disk's reserve is touched. What was admitted is finished.
 * @param reserve Absent: the disk is not looked at.
 */
export function limitAdmission(app: App, limits: AdmissionLimits, reserve?: DiskReserve): void {
  const load = { requests: 0, bodyBytes: 0 };
  const isDiskLow = reserve === undefined ? async () => false : diskLooker(reserve);
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

/** Looks at most once in a while; who asks meanwhile gets the same answer. */
function diskLooker({ folder, bytes }: DiskReserve): () => Promise<boolean> {
  let lookedAt = -Infinity;
  let look: Promise<boolean> | undefined;
  return () => {
    if (look === undefined || performance.now() - lookedAt > DISK_LOOK_MS) {
      lookedAt = performance.now();
      look = statfs(folder).then(
        ({ bavail, bsize }) => bavail * bsize < bytes,
        () => true,
      );
    }
    return look;
  };
}
