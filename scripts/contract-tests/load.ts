import { globSync } from "node:fs";
import { resolve } from "node:path";
import Mocha from "mocha";

/**
 * The contracts' tests, loaded and not run. A process can load them once: modules are not imported a second time.
 *
 * @param options What Mocha is to do with them.
 */
export async function loadContractTests(options: Mocha.MochaOptions = {}): Promise<Mocha> {
  const mocha = new Mocha(options);
  for (const path of globSync("test/contracts/*.ts").sort()) mocha.addFile(resolve(path));
  await mocha.loadFilesAsync();
  return mocha;
}
