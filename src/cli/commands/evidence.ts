import { type Command, Option } from "commander";
import { openSealedSamples, type SamplesKey } from "../../device/index.ts";
import { readEvidence } from "../../evidence/index.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { createCairnClient, type EvidenceProgress, type MakeEvidenceParameters } from "../../sdk/index.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import { httpUrl, moment, vehicle } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EVIDENCE_MODE, showEvidence, writeEvidencePage } from "../evidence/show.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { print, printJson } from "../output.ts";
import { createProgress, type Progress } from "../progress.ts";

interface EvidenceOptions extends ConnectionOptions {
  readonly vehicle: Hex;
  readonly from: number;
  readonly to: number;
  readonly out: string;
  readonly relayer?: string;
  readonly samplesKey?: string;
  readonly html?: string;
}

const EXAMPLES = `
Makes one file that proves what a vehicle did in a time, to anybody: its readings with the car's signatures, and of the chain all
that they rest on. It is checked without this programme, its relayer or any network by \`cairn verify\`; to make it, the relayer must be
on this machine. Whoever has the file can read all of it: with --samples-key also the speed, second by second. Samples that the
key does not open are left out, and the numbers of their readings printed.

Examples:
  cairn evidence --vehicle 0x6575…8737 --from 2026-01-01T08:00:00Z --to 2026-01-01T09:00:00Z --out evidence.json
  cairn evidence --vehicle 0x6575…8737 --from 1767254400 --to 1767258000 --out evidence.json \\
    --samples-key samples.jwk --html evidence.html`;

/** `cairn evidence`: makes an evidence file. */
export function evidenceCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("evidence"))
    .description("make one file that proves what a vehicle did in a time")
    .addOption(new Option("--vehicle <id>", "the vehicle's id").argParser(vehicle).makeOptionMandatory())
    .addOption(
      new Option("--from <time>", "first moment, unix seconds or ISO 8601").argParser(moment).makeOptionMandatory(),
    )
    .addOption(new Option("--to <time>", "moment at which it ends").argParser(moment).makeOptionMandatory())
    .requiredOption("--out <file>", "where the file is written")
    .addOption(
      new Option("--relayer <url>", "URL of the programme's relayer, which answers on its own machine only").argParser(
        httpUrl,
      ),
    )
    .option(
      "--samples-key <file>",
      "your private key for samples, a JWK: put what the relayer keeps sealed into the file",
    )
    .option("--html <page>", "write a page that shows it, too")
    .addHelpText("after", EXAMPLES)
    .action(async (options: EvidenceOptions) => {
      await make(options);
      done(EXIT.ok);
    });
}

async function make({ vehicle, from, to, out, html, ...options }: EvidenceOptions): Promise<void> {
  const { rpcUrl, deployment, apiUrl } = await connect(options);
  const relayerUrl = options.relayer ?? apiUrl;
  const cairn = createCairnClient({ rpcUrl, deployment, ...(relayerUrl === undefined ? {} : { relayerUrl }) });
  const progress = evidenceProgress(options.json === true);
  const opener = options.samplesKey === undefined ? {} : { openSamples: openerWith(options.samplesKey) };
  const made = cairn.makeEvidence({ vehicle, from, to, ...opener, onProgress: progress.update });
  const { bytes, report, unopened } = await made.finally(progress.stop);
  const file = readEvidence(bytes);
  if (unopened.length > 0 && file.readings.every(({ opening }) => opening === undefined)) {
    throw new CairnError("SEALED_SAMPLES_INVALID", "this key opens no samples of this time");
  }
  writeFileSafely(out, bytes, EVIDENCE_MODE);
  if (html !== undefined) await writeEvidencePage(html, report, file);
  if (options.json) return printJson({ file: out, bytes: bytes.length, ...report, unopened });
  showEvidence(out, report);
  if (unopened.length > 0) print(`\nWith this key the samples of these readings do not open: ${unopened.join(", ")}.`);
  print(`\n${out} is written. Whoever has it checks it by \`cairn verify ${out}\`.`);
}

/** Opens sealed samples with the key in a file. @throws FILE_UNREADABLE, SAMPLES_KEY_INVALID. No message repeats the key. */
function openerWith(path: string): NonNullable<MakeEvidenceParameters["openSamples"]> {
  const key = readJsonFile(path, "SAMPLES_KEY_INVALID") as SamplesKey;
  return async (sealed) => (await openSealedSamples(sealed, key)).opening;
}

/** A bar for each phase. */
function evidenceProgress(quiet: boolean): { update(seen: EvidenceProgress): void; stop(): void } {
  let phase: EvidenceProgress["phase"] | undefined;
  let progress: Progress | undefined;
  return {
    update({ phase: current, done, total }) {
      if (current !== phase) {
        progress?.stop();
        progress = createProgress(`evidence: ${current}`, total, { quiet });
        phase = current;
      }
      progress?.update(done);
    },
    stop: () => progress?.stop(),
  };
}
