import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { readJsonFile } from "../files.ts";
import { TermsFile } from "./terms-file.ts";

/** A vehicle with its device key, as the registry takes it. */
export interface Registration {
  readonly vehicle: Hex;
  readonly keyX: Hex;
  readonly keyY: Hex;
}

const MEMBERS = ["vehicle", "keyX", "keyY"] as const;

/**
 * Vehicles in a file: a JSON list of objects, or CSV whose head names the columns; each with vehicle, keyX and keyY.
 * @throws FILE_UNREADABLE; ARGUMENT_INVALID naming the entry, also for a vehicle that is in it twice.
 */
export function readRegistrations(path: string): Registration[] {
  const entries = path.endsWith(".csv") ? readCsv(path) : readJsonFile(path, "ARGUMENT_INVALID");
  if (!Array.isArray(entries)) throw new CairnError("ARGUMENT_INVALID", `${path}: it is not a list`);
  const seen = new Set<Hex>();
  return entries.map((entry, i) => {
    const file = new TermsFile(`${path}: entry ${i + 1}`, MEMBERS, entry);
    const registration = { vehicle: file.hash("vehicle"), keyX: file.hash("keyX"), keyY: file.hash("keyY") };
    if (seen.has(registration.vehicle)) {
      throw new CairnError("ARGUMENT_INVALID", `${path}: entry ${i + 1}: its vehicle is in the file twice`);
    }
    seen.add(registration.vehicle);
    return registration;
  });
}

function readCsv(path: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", path, { cause });
  }
  try {
    return parse(text, { columns: true, skip_empty_lines: true, trim: true, bom: true });
  } catch (cause) {
    throw new CairnError("ARGUMENT_INVALID", `${path}: it is not CSV`, { cause });
  }
}
