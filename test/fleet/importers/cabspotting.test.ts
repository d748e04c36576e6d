import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importerOf } from "../../../src/fleet/importers/index.ts";
import { CAB_START, cabFile } from "./fixtures.ts";
import { counted, drive, importFiles, refusedWith, samplesOf, withLog } from "./support.ts";

const times = (events: Parameters<typeof samplesOf>[0]): number[] => samplesOf(events).map(({ time }) => time);
const line = (time: number, latitude = 37.75, longitude = -122.4, occupied = 0) =>
  `${latitude} ${longitude} ${occupied} ${time}\n`;

describe("cabspotting", () => {
  test("given a line, gives its position and time", async () => {
    const { vehicles } = await importFiles("cabspotting", { "new_abc.txt": "37.75134 -122.39488 1 1211466828\n" });
    assert.deepEqual(vehicles.get("abc"), [{ time: 1_211_466_828, latitudeDeg: 37.75134, longitudeDeg: -122.39488 }]);
  });

  test("given an id that contains `nan`, takes it for an id", async () => {
    const { vehicles } = await importFiles("cabspotting", { "new_onannsov.txt.gz": cabFile(3) });
    assert.deepEqual([...vehicles.keys()], ["onannsov"]);
  });

  test("given lines newest first, gives them oldest first and notes the file", async () => {
    const lines = cabFile(200).trimEnd().split("\n").reverse().join("\n");
    const { vehicles, counts } = await importFiles("cabspotting", { "new_a.txt.gz": lines });
    assert.deepEqual(
      times(vehicles.get("a")),
      Array.from({ length: 200 }, (_, i) => CAB_START + 60 * i),
    );
    assert.deepEqual(counted(counts.noted), { LOG_SORTED: 1 });
  });

  test("given lines in no order, gives all of them in order", async () => {
    const shuffled = [5, 1, 4, 0, 3, 2].map((i) => line(CAB_START + 60 * i)).join("");
    const { vehicles, counts } = await importFiles("cabspotting", { "new_a.txt": shuffled });
    assert.deepEqual(
      times(vehicles.get("a")),
      [0, 1, 2, 3, 4, 5].map((i) => CAB_START + 60 * i),
    );
    assert.deepEqual(counted(counts.skipped), {});
  });

  test("given lines that are none, counts them and keeps the others", async () => {
    const files = {
      "new_a.txt": `${cabFile(2)}37.75 -122.39 0\nnot a line\n37.7,-122.4,0,1211466828\n\n${line(CAB_START + 600)}`,
    };
    const { vehicles, counts } = await importFiles("cabspotting", files);
    assert.equal(vehicles.get("a")?.length, 3);
    assert.deepEqual(counted(counts.skipped), { ROW_INVALID: 4 });
  });

  test("given a last line that was cut off, counts it as a clock that cannot be", async () => {
    const { counts } = await importFiles("cabspotting", { "new_a.txt": `${cabFile(2)}37.75 -122.39 0 12114` });
    assert.deepEqual(counted(counts.skipped), { CLOCK_INVALID: 1 });
  });

  test("given positions that the Earth does not have, or zero, counts them", async () => {
    const odd = line(CAB_START + 600, 97.5) + line(CAB_START + 660, 37.7, -555.6) + line(CAB_START + 720, 0, 0);
    const { vehicles, counts } = await importFiles("cabspotting", { "new_a.txt": cabFile(2) + odd });
    assert.equal(vehicles.get("a")?.length, 2);
    assert.deepEqual(counted(counts.skipped), { POSITION_IMPOSSIBLE: 2, POSITION_ZERO: 1 });
  });

  test("given two cars under one id, the device counts the steps between them as too fast", async () => {
    const both = Array.from({ length: 20 }, (_, i) => line(CAB_START + 10 * i, i % 2 === 0 ? 37.75 : 37.95)).join("");
    const driven = await withLog({ "new_a.txt": both }, async (dir) => {
      const log = await importerOf("cabspotting").open(dir, { utcOffsetS: 0 });
      return drive(log, "cabspotting", "a");
    });
    assert.deepEqual(counted(driven.skipped), { STEP_TOO_FAST: 19 });
    assert.deepEqual(driven.readings, []);
  });

  test("given a gap of over ten minutes, the device counts no metre over it", async () => {
    const files = { "new_a.txt": line(CAB_START, 37.75) + line(CAB_START + 60, 37.755) + line(CAB_START + 3660, 37.8) };
    const driven = await withLog(files, async (dir) => {
      const log = await importerOf("cabspotting").open(dir, { utcOffsetS: 0 });
      return drive(log, "cabspotting", "a");
    });
    assert.deepEqual(counted(driven.skipped), { GAP_TOO_LONG: 1, SAMPLE_ALONE: 1 });
    assert.equal(driven.readings.length, 1);
  });

  test("given an empty file and files of other names, counts them", async () => {
    const files = { "new_a.txt": cabFile(2), "new_b.txt": "", "_cabs.txt": "<cab/>", "more/new_c.txt": cabFile(1) };
    const { vehicles, counts } = await importFiles("cabspotting", files);
    assert.deepEqual([...vehicles.keys()], ["a"]);
    assert.deepEqual(counted(counts.skipped), { FILE_EMPTY: 1, FILE_IGNORED: 2 });
  });

  test("when one car has two files, refuses the second", async () => {
    const files = { "new_a.txt": cabFile(2), "new_a.txt.gz": cabFile(2) };
    const details = await refusedWith(importFiles("cabspotting", files), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: "new_a.txt.gz", line: 0, code: "VEHICLE_TWICE" });
  });

  test("when no line of a file is one, refuses it at the first", async () => {
    const details = await refusedWith(importFiles("cabspotting", { "new_a.txt": "a,b\nc,d\n" }), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: "new_a.txt", line: 1, code: "FILE_NOT_OF_FORMAT" });
  });
});
