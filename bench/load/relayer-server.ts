// A relayer as it runs in production, with a configuration for its argument.
import { parseRelayerConfig, startRelayer } from "../../src/relayer/index.ts";
import { answerParent } from "./child.ts";

const relayer = await startRelayer(parseRelayerConfig(JSON.parse(process.argv[2] as string)));
answerParent(relayer.url, () => relayer.close());
