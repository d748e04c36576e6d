import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why no small disk can be made here; undefined when one can. */
export function cannotMount(): string | undefined {
  if (process.platform !== "linux") return "a tmpfs needs Linux";
  const folder = mkdtempSync(join(tmpdir(), "cairn-mount-"));
  try {
    mount(folder, 64);
    unmount(folder);
    return undefined;
  } catch {
    return "this user may not mount a tmpfs";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts a disk of a few kilobytes over a folder. */
export function mount(folder: string, kilobytes: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder], { stdio: "ignore" });
}

export function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder], { stdio: "ignore" });
}

const BLOCK = Buffer.alloc(4_096, 1);

/** Fills a disk to its last block. @returns Makes room again. */
export async function fillDisk(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "filler");
  const file = await open(path, "a");
  try {
    for (;;) await file.write(BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    await file.close();
  }
  return () => rm(path);
}
