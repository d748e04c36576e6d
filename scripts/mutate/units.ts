import { type AstNode, childrenOf } from "./ast.ts";
import { type Code, CompileError, type ContractAt, compile, PROFILES, type Profile, type Sources } from "./compiler.ts";

/** A contract that tests deploy, as it is without mistakes. */
export interface Unit extends ContractAt {
  readonly profile: Profile;
  readonly code: Code;
  /** The files that it is made of. */
  readonly files: readonly string[];
}

type Trees = Readonly<Record<string, AstNode>>;

/** Compiles every contract that can be deployed, each with the fastest profile that it compiles with. */
export function unitsOf(sources: Sources, trees: Trees): Unit[] {
  return Object.keys(trees)
    .filter((path) => path.startsWith("contracts/"))
    .flatMap((path) => childrenOf(trees[path] as AstNode).map((node) => ({ path, node })))
    .filter(({ node }) => node.nodeType === "ContractDefinition" && node.contractKind === "contract" && !node.abstract)
    .map(({ path, node }) => {
      const at = { path, name: node.name as string };
      return { ...at, ...fastest(sources, at), files: filesOf(path, trees) };
    });
}

function fastest(sources: Sources, at: ContractAt): Pick<Unit, "profile" | "code"> {
  let problem: unknown;
  for (const profile of PROFILES) {
    try {
      const [code] = compile(sources, [at], profile);
      return { profile, code: code as Code };
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      problem = error;
    }
  }
  throw problem;
}

/** A file and all that it imports. */
function filesOf(path: string, trees: Trees): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const node of childrenOf(trees[file] as AstNode)) {
      if (node.nodeType === "ImportDirective") visit(node.absolutePath as string);
    }
  };
  visit(path);
  return [...found];
}
