/** An element of a document; its text is what stands directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*="[^"<&]*")*)\s*(\/?)>/y;
const TEXT = /[^<&>]+/y;

function attributesOf(written: string): Record<string, string> {
  const pairs = [...written.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value] as const);
  const attributes = Object.fromEntries(pairs);
  if (Object.keys(attributes).length !== pairs.length) throw new Error(`an attribute twice in${written}`);
  return attributes;
}

/**
 * Reads well-formed XML of the plain kind: elements, attributes in double quotes, text without entities; nothing else.
 * @throws When it is anything else.
 */
export function parseXml(source: string): XmlElement {
  const top: OpenElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  let at = 0;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    at += match?.[0].length ?? 0;
    return match;
  };
  while (at < source.length) {
    const inner = open.at(-1) as OpenElement;
    const tag = read(TAG);
    if (tag === null) {
      const text = read(TEXT);
      if (text === null) throw new Error(`neither a tag nor text: ${source.slice(at, at + 60)}`);
      inner.text += text[0];
      continue;
    }
    const [, closing, name = "", written = "", empty] = tag;
    if (closing) {
      if (inner.name !== name || written !== "" || empty) throw new Error(`${tag[0]} closes ${inner.name}`);
      open.pop();
    } else {
      const element: OpenElement = { name, attributes: attributesOf(written), children: [], text: "" };
      inner.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root, ...others] = top.children;
  if (open.length !== 1 || root === undefined || others.length > 0 || top.text !== "") {
    throw new Error("not one element, opened and closed");
  }
  return root;
}

/** An element and all below it. */
export function elementsOf(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(elementsOf)];
}
