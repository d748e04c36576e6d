// Who may import whom (ARCHITECTURE.md, "Code map"). Each part of src lists what it may use; whatever is not listed is
// forbidden, so that a new arrow is a decision and not an accident. scripts/check-imports.mjs runs this.

/** Of the parts below src: what each may import besides itself. */
const MAY_IMPORT = {
  protocol: [],
  chain: ["protocol"],
  evidence: ["protocol"],
  sdk: ["protocol", "chain", "evidence"],
  device: ["protocol"],
  fleet: ["protocol", "device", "sdk"],
  storage: ["protocol"],
  service: ["protocol", "chain", "storage"],
  relayer: ["protocol", "chain", "storage", "service"],
  operator: ["protocol", "chain", "sdk", "storage", "service"],
  // The auditor shares encodings with the producer and nothing else: shared calculations would hide shared mistakes.
  auditor: [
    "protocol/codec",
    "protocol/errors.ts",
    "chain/read",
    "chain/client.ts",
    "chain/contracts.ts",
    "chain/generated",
  ],
};

const arrows = Object.entries(MAY_IMPORT).map(([part, allowed]) => ({
  name: `${part}-imports-only-what-it-may`,
  severity: "error",
  from: { path: `^src/${part}/` },
  to: {
    path: "^src/",
    pathNot: [part, ...allowed].map(
      (target) => `^src/${target.replaceAll(".", "\\.")}${target.includes(".") ? "$" : "/"}`,
    ),
  },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: "codec-is-apart-from-the-producer",
      comment: "The auditor imports the codec: what the producer computes with must not come along.",
      severity: "error",
      from: { path: "^src/protocol/codec/" },
      to: { path: "^src/protocol/", pathNot: ["^src/protocol/codec/", "^src/protocol/errors\\.ts$"] },
    },
    {
      name: "every-part-has-its-arrows",
      comment: "A new part of src is entered above before it imports anything.",
      severity: "error",
      from: { path: "^src/", pathNot: [...Object.keys(MAY_IMPORT), "cli"].map((part) => `^src/${part}/`) },
      to: { path: "^src/" },
    },
    {
      name: "evidence-runs-in-browsers",
      severity: "error",
      from: { path: "^src/(evidence|protocol)/" },
      to: { dependencyTypes: ["core"] },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "src-needs-no-development-package",
      comment: "What runs in production is installed with --omit=dev.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "npm-optional", "npm-peer"] },
    },
    {
      name: "src-stays-in-src",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|scripts|ignition|bench|types|artifacts)/" },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
