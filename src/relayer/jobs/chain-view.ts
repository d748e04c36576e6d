import type { ProgrammeEvent } from "../../chain/read/events.ts";
import type { BlockRef, Head } from "../../chain/read/head.ts";
import type { Restrictions } from "../domain/restrictions.ts";
import type { RulesVersion } from "../domain/rules.ts";

/** The chain as it was last looked at. One immutable value, so that whoever takes it sees one moment. */
export interface ChainSnapshot {
  readonly head: Head;
  /** The last final block whose events are in the store. */
  readonly final: BlockRef;
  /** The block to which the store's own cursor had come; between it and the final one nothing happened. */
  readonly mirroredBlock: number;
  /** What happened in newer blocks. */
  readonly newer: readonly ProgrammeEvent[];
  readonly restrictions: Restrictions;
  /** Versions of the rules in final blocks. */
  readonly rules: readonly RulesVersion[];
}

/** Holds the newest snapshot; whoever looks at the chain for this process replaces it. */
export class ChainView {
  #snapshot: ChainSnapshot | undefined;

  /** Undefined until the follower has caught up for the first time. */
  get snapshot(): ChainSnapshot | undefined {
    return this.#snapshot;
  }

  replace(snapshot: ChainSnapshot): void {
    this.#snapshot = snapshot;
  }
}

/** The versions that bind intake: final ones, and those that will hold unless a block falls. */
export function rulesForIntake(snapshot: ChainSnapshot): readonly RulesVersion[] {
  const { rules, restrictions } = snapshot;
  return restrictions.rules.length === 0 ? rules : [...rules, ...restrictions.rules];
}
