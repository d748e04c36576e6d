/** A node of a tree of conditions: a condition above others, or an outcome at the end. */
export interface Node {
  readonly text: string;
  readonly children: Node[];
}

const ROOT = /^\w+$/;
const BRANCH = /^(?<above>(?:(?:│| ) {3})*)[├└]── (?<text>\S.*)$/;
const CONDITION = /^(?:given|when) /;

/**
 * Reads a `.tree` file: roots at the margin, each with its nodes below.
 *
 * @throws Error When a line is not a part of a tree.
 */
export function parseTrees(text: string): Node[] {
  const roots: Node[] = [];
  let path: Node[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const { above = "", text: branch } = BRANCH.exec(line)?.groups ?? {};
    const node = { text: branch ?? line, children: [] };
    const depth = branch === undefined ? 0 : 1 + above.length / 4;
    if (depth > path.length || (depth === 0 && !ROOT.test(line))) throw new Error(`line ${i + 1} hangs on nothing`);
    (path[depth - 1]?.children ?? roots).push(node);
    path = [...path.slice(0, depth), node];
  }
  return roots;
}

/** Draws trees as their file is to have them. */
export function drawTrees(roots: readonly Node[]): string {
  return roots.map((root) => [root.text, ...drawBelow(root)].map((line) => `${line}\n`).join("")).join("\n");
}

function drawBelow({ children }: Node): string[] {
  return children.flatMap((child, i) => {
    const last = i === children.length - 1;
    const below = drawBelow(child).map((line) => `${last ? " " : "│"}   ${line}`);
    return [`${last ? "└" : "├"}── ${child.text}`, ...below];
  });
}

/** What is not as a tree of conditions should be: conditions above, outcomes at the end. */
export function faultsOf(root: Node): string[] {
  const below = (node: Node): string[] =>
    node.children.flatMap((child) => {
      const inner = child.children.length > 0;
      if (inner === CONDITION.test(child.text)) return below(child);
      return [`"${child.text}" ${inner ? "is no condition (given …, when …)" : "has no outcome"}`, ...below(child)];
    });
  const bare = root.children.filter(({ children }) => children.length === 0).map(({ text }) => text);
  return [...below(root), ...bare.map((text) => `"${text}" has no condition`)];
}

/** The titles that the tests of a root's leaves have. */
export function titlesOf(root: Node): string[] {
  const below = (node: Node, above: readonly string[]): string[] => {
    const path = [...above, node.text];
    return node.children.length === 0 ? [path.join(", ")] : node.children.flatMap((child) => below(child, path));
  };
  return root.children.flatMap((child) => below(child, []));
}
