// Runs an operator as a process of its own, which starts faster than the whole command line, so that a test can often end it.
import { readFileSync } from "node:fs";
import { parseOperatorConfig, startOperator } from "../../../src/operator/index.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("no configuration");
const operator = await startOperator(parseOperatorConfig(JSON.parse(readFileSync(path, "utf8"))));
process.once("SIGTERM", () => {
  void operator.close().then(() => process.exit(0));
});
