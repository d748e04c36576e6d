import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Deployment,
  DROPS_PER_DAY,
  dataDigest,
  dayFilePath,
  dropFilePath,
  type Hex,
  type ManifestEntry,
  parseDeployment,
  signingDomain,
  typedDigest,
} from "../../src/protocol/index.ts";
import { createSigner } from "../../src/service/signer.ts";
import { FILE_KINDS, type FileKind } from "../../src/storage/file-kinds.ts";
import { appendManifest } from "../../src/storage/manifest.ts";
import { ParquetFiles, type PublishedRow } from "../../src/storage/parquet.ts";
import { Books, digestOf } from "../../test/support/dishonest-books.ts";
import { RECEIPT_KEY, ROLES } from "../../test/support/dishonest-cast.ts";
import { drive, makeCars, pairCars } from "./cars.ts";
import { type BenchChain, GENESIS, RULES, startChain } from "./chain.ts";

/** Days that a programme lasts; every car has a reading in each of their drops. */
const DAYS = 7;
const READINGS_A_CAR = DAYS * DROPS_PER_DAY;

/** Where a programme lies. */
export interface BenchProgramme {
  readonly chainDir: string;
  readonly deploymentFile: string;
  readonly filesDir: string;
  readonly deployment: Deployment;
  readonly readings: number;
}

/**
 * Makes a programme without HTTP and database: files and anchored roots of that many readings, or a few more. One that lies
 * in the folder already is taken as it is.
 */
export async function makeProgramme(
  folder: string,
  readings: number,
  say: (what: string) => void,
): Promise<BenchProgramme> {
  const cars = Math.ceil(readings / READINGS_A_CAR);
  const root = join(folder, `${cars}-cars`);
  const [chainDir, filesDir] = [join(root, "chain"), join(root, "files")];
  const deploymentFile = join(root, "deployment.json");
  if (!existsSync(deploymentFile)) {
    await rm(root, { recursive: true, force: true });
    for (const dir of [chainDir, join(filesDir, "drops"), join(filesDir, "days")])
      await mkdir(dir, { recursive: true });
    const stage = await startChain(chainDir);
    try {
      await runDays(stage, { cars, filesDir, say });
    } finally {
      await stage.chain.stop();
    }
    // Last, so that a programme with one is whole.
    await writeFile(deploymentFile, JSON.stringify(stage.deployment));
  }
  const deployment = parseDeployment(JSON.parse(await readFile(deploymentFile, "utf8")));
  return { chainDir, filesDir, deploymentFile, deployment, readings: cars * READINGS_A_CAR };
}

interface Course {
  readonly cars: number;
  readonly filesDir: string;
  say(what: string): void;
}

async function runDays(stage: BenchChain, { cars: count, filesDir, say }: Course): Promise<void> {
  const { chain, deployment, send } = stage;
  const cars = makeCars(count);
  await pairCars(stage, cars);
  const files = await openFiles(filesDir, deployment);
  const books = new Books({ genesis: GENESIS, on: () => RULES }, {});
  const domain = signingDomain(deployment, "Reading");
  for (let day = 0; day < DAYS; day++) {
    const first = day * DROPS_PER_DAY;
    const roots: Hex[] = [];
    const digests: Hex[] = [];
    for (let drop = first; drop < first + DROPS_PER_DAY; drop++) {
      const planned = cars.map((car) => drive(car, drop, domain));
      const { rows, root, dropDigest } = books.closeDrop(drop, planned, []);
      await files.publish(FILE_KINDS.drop, dropFilePath(drop), rows);
      roots.push(root);
      digests.push(dropDigest);
    }
    const { rows, settlement: s } = books.closeDay(day);
    await files.publish(FILE_KINDS.day, dayFilePath(day), rows);
    await chain.advanceTo(GENESIS + 600 * (first + DROPS_PER_DAY));
    const anchoring = [BigInt(first), roots, dataDigest(digests)];
    await send([{ from: ROLES.relayer, contract: "dropAnchor", name: "anchorDrops", args: anchoring }]);
    const totals = [s.accounts, s.totalStones, s.totalCrystals, s.totalMetres, s.dataDigest];
    const settling = [BigInt(day), s.stonesRoot, s.metresRoot, ...totals];
    await send([{ from: ROLES.relayer, contract: "stoneLedger", name: "settleDay", args: settling }]);
    say(`made day ${day + 1} of ${DAYS} with ${count} cars`);
  }
  files.close();
}

async function openFiles(filesDir: string, deployment: Deployment) {
  const parquet = await ParquetFiles.open();
  const signer = createSigner(RECEIPT_KEY);
  const domain = signingDomain(deployment, "PublishedFile");
  return {
    async publish<R>(kind: FileKind<R>, path: string, rows: readonly PublishedRow<R>[]): Promise<void> {
      const { sha256, bytes } = await parquet.write(kind, join(filesDir, path), rows);
      const content = { path, sha256, bytes, rows: rows.length, digest: digestOf(rows) };
      const entry: ManifestEntry = {
        ...content,
        signature: signer.sign(typedDigest(domain, "PublishedFile", content)),
      };
      await appendManifest(filesDir, [entry]);
    },
    close: () => parquet.close(),
  };
}
