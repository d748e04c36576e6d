export * from "./box-proof.ts";
export * from "./codec/index.ts";
export * from "./draws.ts";
export * from "./errors.ts";
export * from "./salts.ts";
export * from "./schedule.ts";
export * from "./shares.ts";
export * from "./tree.ts";
