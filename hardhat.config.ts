import { createRequire } from "node:module";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);
const SEED = "0x20231115";

/** The compiler of the npm package, since a download would fail in a closed network. @param runs What the optimizer weighs. */
const solc = (runs: number) => ({
  version: "0.8.37",
  path: require.resolve("solc/soljson.js"),
  settings: { viaIR: true, optimizer: { enabled: true, runs }, evmVersion: "osaka" },
});

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    // Deployed unchanged, so it is compiled as the package has it.
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol",
      "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol",
    ],
    compilers: [solc(20_000)],
    // With more runs this one would pass the 24,576 bytes that a contract may have (EIP-170).
    overrides: { "contracts/MineBox.sol": solc(1_000) },
  },
  networks: {
    default: {
      type: "edr-simulated",
      hardfork: "osaka",
      allowBlocksWithSameTimestamp: true,
      // One for each duty, and enough owners.
      accounts: { count: 32 },
    },
    node: { type: "edr-simulated", hardfork: "osaka", allowBlocksWithSameTimestamp: true },
    local: { type: "http", url: configVariable("CAIRN_RPC_URL", { default: "http://127.0.0.1:8545" }) },
    configured: {
      type: "http",
      url: configVariable("CAIRN_RPC_URL"),
      accounts: [configVariable("CAIRN_DEPLOYER_KEY")],
    },
  },
  paths: { ignition: "ignition", tests: { mocha: "test/contracts", solidity: "test/contracts" } },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      profiles: {
        // Short enough for every run; `--test-profile deep` searches longer. One seed, so that a failure comes again.
        default: {
          fuzz: { runs: 64, seed: SEED },
          invariant: { runs: 10, depth: 60, failOnRevert: true },
        },
        deep: {
          fuzz: { runs: 2_000 },
          invariant: { runs: 1_000, depth: 50, failOnRevert: true },
        },
      },
    },
  },
});
