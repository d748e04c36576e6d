import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * The folder with recorded data of real vehicles: `CAIRN_DATA`, or `shared/data` beside the repository.
 * @returns Its path, or undefined when it is not there; tests on it are then not defined at all, and `npm test` says so.
 */
export function realDataFolder(): string | undefined {
  const folder = resolve(process.env.CAIRN_DATA ?? join(import.meta.dirname, "../../../shared/data"));
  return existsSync(join(folder, "cycles")) ? folder : undefined;
}
