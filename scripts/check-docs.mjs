// Holds the documents to the code: links lead somewhere, sections that comments cite exist, and every npm script that a
// document names is one.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

process.chdir(`${import.meta.dirname}/..`);
const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", ...globSync("docs/**/*.md")];
const SOURCES = globSync("{contracts,src,scripts,ignition,test,bench}/**/*.{sol,ts,mjs}", {
  exclude: (path) => path.includes("node_modules"),
});
const scripts = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).scripts);
const problems = [];

/** The anchor that a heading gets on the usual forges. */
function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsOf(path) {
  return new Set([...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading)));
}

for (const path of DOCUMENTS) {
  if (!existsSync(path)) {
    problems.push(`${path} does not exist`);
    continue;
  }
  const text = readFileSync(path, "utf8");
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file, anchor] = target.split("#");
    const at = file === "" ? path : join(dirname(path), file);
    if (!existsSync(at)) problems.push(`${path}: ${target} leads nowhere`);
    else if (anchor && !anchorsOf(at).has(anchor)) problems.push(`${path}: ${target} has no such heading`);
  }
  for (const [, name] of text.matchAll(/npm run ([a-z:-]*[a-z])/g)) {
    if (!scripts.includes(name)) problems.push(`${path}: there is no script ${name}`);
  }
}

/** Sections of docs/protocol.md as "6" and rules as "6.1": a heading `## 6.` and the numbered rules below it. */
function rulesOf(text) {
  const rules = new Set();
  let section = "";
  for (const line of text.split("\n")) {
    section = /^## (\d+)\./.exec(line)?.[1] ?? section;
    rules.add(section);
    const rule = /^(\d+)\. /.exec(line)?.[1];
    if (rule !== undefined) rules.add(`${section}.${rule}`);
  }
  return rules;
}

const rules = existsSync("docs/protocol.md") ? rulesOf(readFileSync("docs/protocol.md", "utf8")) : new Set();
for (const path of [...SOURCES, ...DOCUMENTS.filter(existsSync)]) {
  const text = readFileSync(path, "utf8");
  for (const [, list] of text.matchAll(
    /docs\/protocol\.md\)?,? (?:sections? )?(\d+(?:\.\d+)?(?:(?:, | and |; )\d+(?:\.\d+)?)*)/g,
  )) {
    for (const cited of list.split(/, | and |; /)) {
      if (!rules.has(cited)) problems.push(`${path}: docs/protocol.md has no ${cited}`);
    }
  }
  for (const [cited] of text.matchAll(/docs\/(?:adr\/)?[\w-]+\.md/g)) {
    if (!existsSync(cited)) problems.push(`${path}: ${cited} does not exist`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`${DOCUMENTS.length} documents, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
