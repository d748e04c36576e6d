import { type AstNode, childrenOf, type Range, rangeOf, SourceText } from "./ast.ts";
import { type Change, changesAt, type Operator } from "./operators.ts";

/** A contract with one small mistake. */
export interface Mutant {
  /** Contract, function, operator and text: the same as long as these are, wherever the line moves to. */
  readonly id: string;
  readonly path: string;
  readonly contract: string;
  /** The function or modifier, or the constant whose value it is. */
  readonly name: string;
  readonly operator: Operator;
  readonly line: number;
  /** The lines concerned, before and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The whole file with the mistake. */
  readonly text: string;
}

/** Names of the contract and of its member around a node. */
interface Around {
  readonly contract: string;
  readonly name: string;
}

const MEMBERS = new Set(["FunctionDefinition", "ModifierDefinition", "VariableDeclaration"]);

/** All mutants of a source file. */
export function mutantsOf(path: string, text: string, ast: AstNode): Mutant[] {
  const file = { path, lines: text.split("\n"), source: new SourceText(text), seen: new Map<string, number>() };
  const below = (parent: AstNode, grandparent: AstNode | undefined, around: Around): Mutant[] =>
    childrenOf(parent).flatMap((node) => {
      const inside = step(around, node);
      const changes = inside.name === "" ? [] : changesAt(node, { source: file.source, parent, grandparent });
      return [...changes.map((change) => mutantOf(file, change, inside)), ...below(node, parent, inside)];
    });
  return below(ast, undefined, { contract: "", name: "" });
}

function step(around: Around, node: AstNode): Around {
  if (node.nodeType === "ContractDefinition") return { contract: node.name as string, name: "" };
  if (around.contract === "" || around.name !== "" || !MEMBERS.has(node.nodeType)) return around;
  return { ...around, name: node.kind === "constructor" ? "constructor" : (node.name as string) };
}

interface File {
  readonly path: string;
  readonly lines: readonly string[];
  readonly source: SourceText;
  /** How often each id was given. */
  readonly seen: Map<string, number>;
}

function mutantOf({ path, lines, source, seen }: File, change: Change, { contract, name }: Around): Mutant {
  const told = `${contract}.${name} ${change.operator}: ${tell(source, change)}`;
  const times = (seen.get(told) ?? 0) + 1;
  seen.set(told, times);
  const text = source.replaced(change, change.by);
  const [line, last] = [source.lineOf(change.start), source.lineOf(change.end)];
  return {
    id: times === 1 ? told : `${told} (${times})`,
    path,
    contract,
    name,
    operator: change.operator,
    line,
    before: lines.slice(line - 1, last),
    after: text.split("\n").slice(line - 1, line - 1 + change.by.split("\n").length),
    text,
  };
}

/** A change in one line: `a < b → a <= b`. */
function tell(source: SourceText, change: Change): string {
  const shown: Range = rangeOf(change.shown);
  const head = source.slice({ start: shown.start, end: change.start });
  const tail = source.slice({ start: Math.min(change.end, shown.end), end: shown.end });
  const [before, after] = [source.slice(shown), `${head}${change.by}${tail}`].map((text) => text.replace(/\s+/g, " "));
  return `${before} → ${after === "" || after === "{}" ? "nothing" : after}`;
}
