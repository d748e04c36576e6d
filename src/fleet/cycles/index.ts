export type { Cycle } from "./cycle.ts";
export { HWFET } from "./hwfet.ts";
export { UDDS } from "./udds.ts";
export { US06 } from "./us06.ts";
export { WLTC_3B } from "./wltc-3b.ts";
