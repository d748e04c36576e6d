// Runs a relayer as a process of its own, so that a test can end it at any moment.
import { readFileSync } from "node:fs";
import { parseRelayerConfig, startRelayer } from "../../../src/relayer/index.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("no configuration");
const relayer = await startRelayer(parseRelayerConfig(JSON.parse(readFileSync(path, "utf8"))));
process.once("SIGTERM", () => {
  void relayer.close().then(() => process.exit(0));
});
