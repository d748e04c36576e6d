import type { Chart } from "./charts.ts";

/** A fact on top of a report. */
interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A table. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Sentences one below the other. */
interface Sentences {
  readonly title: string;
  readonly items: readonly string[];
}

/** What a report page shows. */
export interface ReportPage {
  readonly title: string;
  /** One or two sentences under the title. */
  readonly lead: string;
  /** What is wrong: the title is then marked, and these stand before all else. */
  readonly failures?: Table;
  readonly facts: readonly Fact[];
  readonly charts: readonly Chart[];
  readonly lists?: readonly Sentences[];
  readonly tables?: readonly Table[];
  /** Small print: relaxed rules, what was left out. */
  readonly notes: readonly string[];
}

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2726; margin: 2rem auto; max-width: 820px; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: .8rem; }
dl div { border: 1px solid #d9dedd; border-radius: 6px; padding: .5rem .7rem; }
dt { color: #5c6a68; font-size: .8rem; } dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; } td { overflow-wrap: anywhere; }
th, td { border-bottom: 1px solid #d9dedd; padding: .25rem .5rem .25rem 0; text-align: left; vertical-align: top; }
.bad { color: #b3261e; } .bad th, .bad td { border-color: #e6b8b4; }
.bad td:first-child { white-space: nowrap; }
ol { padding-left: 1.2rem; } ol li { margin: .2rem 0; }
svg { max-width: 100%; height: auto; } figure { margin: 0; } ul { color: #5c6a68; font-size: .9rem; }
`;

/** A page that needs nothing else: style and pictures are inside, and no script is. */
export function renderPage(page: ReportPage): string {
  const facts = page.facts.map(
    ({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  const charts = page.charts.map(
    ({ title, svg }) =>
      `<section><h2>${escapeHtml(title)}</h2><figure role="img" aria-label="${escapeHtml(title)}">${svg}</figure></section>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title><style>${STYLE}</style></head>
<body>
<h1${page.failures === undefined ? "" : ' class="bad"'}>${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.lead)}</p>
${page.failures === undefined ? "" : `<div class="bad">${renderTable(page.failures)}</div>`}
<dl>${facts.join("")}</dl>
${charts.join("\n")}
${(page.lists ?? []).map(renderList).join("\n")}
${(page.tables ?? []).map(renderTable).join("\n")}
<h2>Notes</h2>
<ul>${page.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>
</body>
</html>
`;
}

function renderList({ title, items }: Sentences): string {
  const sentences = items.map((item) => `<li>${escapeHtml(item)}</li>`).join("");
  return `<section><h2>${escapeHtml(title)}</h2><ol>${sentences}</ol></section>`;
}

function renderTable({ title, head, rows }: Table): string {
  const cells = (tag: "th" | "td", texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => cells("td", row)).join("");
  return `<section><h2>${escapeHtml(title)}</h2><table><thead>${cells("th", head)}</thead><tbody>${body}</tbody></table></section>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
