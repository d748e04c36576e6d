import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createMetrics, MEASURED_REQUESTS } from "../../src/relayer/http/metrics.ts";

const FOLDER = join(import.meta.dirname, "../../docs/operations");

/** The names of Cairn's figures in a file's Prometheus expressions; a histogram's series count as the histogram. */
function figuresIn(file: string): string[] {
  const names = readFileSync(join(FOLDER, file), "utf8").match(/cairn_[a-z_]+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_bucket$/, "")))];
}

describe("what watches a relayer", () => {
  const known = new Set<string>(MEASURED_REQUESTS);
  const registry = createMetrics(() => Promise.reject(new Error("nobody scrapes")));
  for (const { name } of registry.getMetricsAsArray()) known.add(name);

  for (const file of ["grafana-dashboard.json", "alerts.yml"]) {
    test(`when ${file} asks for a figure, there is one of that name`, () => {
      const figures = figuresIn(file);
      assert.ok(figures.length >= 5);
      assert.deepEqual(
        figures.filter((name) => !known.has(name)),
        [],
      );
    });
  }

  test("when the dashboard is read, each panel asks for something and stands in a place of its own", () => {
    const { panels } = JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8")) as {
      panels: { targets: { expr: string }[]; gridPos: { x: number; y: number } }[];
    };
    assert.ok(panels.every(({ targets }) => targets.length > 0 && targets.every(({ expr }) => expr !== "")));
    assert.equal(new Set(panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size, panels.length);
  });
});
