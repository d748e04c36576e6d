import { type AstNode, isNode, type Range, rangeOf, type SourceText } from "./ast.ts";

/** Kinds of small mistakes. Their names are part of a mutant's id. */
export type Operator =
  | "arithmetic"
  | "bitwise"
  | "condition"
  | "extreme"
  | "literal"
  | "logical"
  | "modifier"
  | "relational"
  | "statement"
  | "step";

/** One small mistake: what stands in a range is replaced. */
export interface Change extends Range {
  readonly operator: Operator;
  readonly by: string;
  /** The node by whose text, before and after, the change is told. */
  readonly shown: AstNode;
}

/** Where a node stands. */
export interface Place {
  readonly source: SourceText;
  readonly parent: AstNode;
  readonly grandparent: AstNode | undefined;
}

const SWAPPED: Readonly<Record<string, readonly [Operator, string]>> = {
  "<": ["relational", "<="],
  "<=": ["relational", "<"],
  ">": ["relational", ">="],
  ">=": ["relational", ">"],
  "==": ["relational", "!="],
  "!=": ["relational", "=="],
  "+": ["arithmetic", "-"],
  "-": ["arithmetic", "+"],
  "*": ["arithmetic", "/"],
  "/": ["arithmetic", "*"],
  "%": ["arithmetic", "*"],
  "**": ["arithmetic", "*"],
  "&&": ["logical", "||"],
  "||": ["logical", "&&"],
  "&": ["bitwise", "|"],
  "|": ["bitwise", "&"],
  "^": ["bitwise", "&"],
  "<<": ["bitwise", ">>"],
  ">>": ["bitwise", "<<"],
};

const DELETED = new Set([
  "Break",
  "Continue",
  "EmitStatement",
  "ExpressionStatement",
  "Return",
  "RevertStatement",
  "YulExpressionStatement",
]);

/** What a literal is shown with, since `1` alone says nothing. */
const TELLING = new Set([
  "Assignment",
  "BinaryOperation",
  "Conditional",
  "FunctionCall",
  "IndexAccess",
  "IndexRangeAccess",
  "Return",
  "VariableDeclaration",
  "VariableDeclarationStatement",
]);

/** `a < b`: the operator between the operands of an operation or a compound assignment. */
function swapOperator(node: AstNode, { source }: Place): Change[] {
  const [left, right, sign] =
    node.nodeType === "BinaryOperation"
      ? [node.leftExpression, node.rightExpression, node.operator as string]
      : [node.leftHandSide, node.rightHandSide, (node.operator as string | undefined)?.replace(/=$/, "")];
  const swapped = SWAPPED[sign ?? ""];
  if (sign === undefined || swapped === undefined || !isNode(left) || !isNode(right)) return [];
  const start = source.indexOf(sign, rangeOf(left).end);
  return [{ operator: swapped[0], start, end: start + sign.length, by: swapped[1], shown: node }];
}

/** `++i` becomes `--i`; `!a`, `-a` and `~a` lose their sign. */
function changeUnary(node: AstNode, { source }: Place): Change[] {
  const { start, end } = rangeOf(node);
  const sign = node.operator as string;
  if (sign === "++" || sign === "--") {
    const at = node.prefix === true ? start : end - sign.length;
    return [{ operator: "step", start: at, end: at + 2, by: sign === "++" ? "--" : "++", shown: node }];
  }
  const operator = { "!": "condition", "-": "arithmetic", "~": "bitwise" }[sign] as Operator | undefined;
  if (operator === undefined) return [];
  return [{ operator, start, end, by: source.slice({ start: start + sign.length, end }), shown: node }];
}

/** A condition becomes its contrary, unless another operator does just that. */
function negate(node: AstNode, { source }: Place): Change[] {
  const callee = node.expression as AstNode | undefined;
  const required = callee?.nodeType === "Identifier" && ["require", "assert"].includes(callee.name as string);
  const condition = node.nodeType === "FunctionCall" ? required && (node.arguments as AstNode[])[0] : node.condition;
  if (!isNode(condition)) return [];
  if (["!", "==", "!="].includes(condition.operator as string)) return [];
  return [
    { operator: "condition", ...rangeOf(condition), by: `!(${source.slice(rangeOf(condition))})`, shown: condition },
  ];
}

/** true and false change places; a number becomes the next one. */
function changeLiteral(node: AstNode, { source, parent }: Place): Change[] {
  const text = source.slice(rangeOf(node));
  const shown = TELLING.has(parent.nodeType) ? parent : node;
  const next = Number(node.value) === 0 ? "1" : `(${text} + 1)`;
  if (node.kind === "bool") {
    return [{ operator: "literal", ...rangeOf(node), by: text === "true" ? "false" : "true", shown }];
  }
  return node.kind === "number" ? [{ operator: "literal", ...rangeOf(node), by: next, shown }] : [];
}

/** A number in assembly becomes the next one. */
function changeYulLiteral(node: AstNode, { parent }: Place): Change[] {
  if (node.kind !== "number") return [];
  return [{ operator: "literal", ...rangeOf(node), by: `${BigInt(node.value as string) + 1n}`, shown: parent }];
}

/** Math.min and Math.max change places. */
function swapExtreme(node: AstNode): Change[] {
  const name = node.memberName as string;
  const { end } = rangeOf(node);
  if (name !== "min" && name !== "max") return [];
  return [{ operator: "extreme", start: end - 3, end, by: name === "min" ? "max" : "min", shown: node }];
}

/** `return 0` at a function's end: without it the function returns just that. */
function returnsDefault(node: AstNode, { parent, grandparent }: Place): boolean {
  const { expression } = node;
  const atEnd = grandparent?.nodeType === "FunctionDefinition" && (parent.statements as AstNode[]).at(-1) === node;
  return atEnd && isNode(expression) && ["", "0", "false"].includes(expression.value as string);
}

/** A statement is left out. Those in the head of a loop are not: without its step a loop only runs out of gas. */
function deleteStatement(node: AstNode, place: Place): Change[] {
  const { source, parent } = place;
  if (parent.nodeType === "ForStatement" && node !== parent.body) return [];
  if (returnsDefault(node, place)) return [];
  const { start, end } = rangeOf(node);
  if (node.nodeType.startsWith("Yul")) return [{ operator: "statement", start, end, by: "", shown: node }];
  // The range ends before the semicolon. An empty block may stand where a statement may.
  return [{ operator: "statement", start, end: source.indexOf(";", end) + 1, by: "{}", shown: node }];
}

/** A function loses a modifier. What a constructor calls is its bases, which it cannot do without. */
function deleteModifier(node: AstNode, { parent }: Place): Change[] {
  if (parent.kind === "constructor") return [];
  return [{ operator: "modifier", ...rangeOf(node), by: "", shown: node }];
}

type Rule = (node: AstNode, place: Place) => Change[];

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  Assignment: [swapOperator],
  BinaryOperation: [swapOperator],
  Conditional: [negate],
  DoWhileStatement: [negate],
  ForStatement: [negate],
  FunctionCall: [negate],
  IfStatement: [negate],
  Literal: [changeLiteral],
  MemberAccess: [swapExtreme],
  ModifierInvocation: [deleteModifier],
  UnaryOperation: [changeUnary],
  WhileStatement: [negate],
  YulLiteral: [changeYulLiteral],
};

/** All the small mistakes that can be made at a node. */
export function changesAt(node: AstNode, place: Place): Change[] {
  const rules = DELETED.has(node.nodeType) ? [deleteStatement] : (RULES[node.nodeType] ?? []);
  return rules.flatMap((rule) => rule(node, place));
}
