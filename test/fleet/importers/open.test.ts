import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { IMPORTERS, type ImportedVehicle, importerOf, recordedFeed } from "../../../src/fleet/importers/index.ts";
import { DAY_S } from "../../../src/protocol/index.ts";
import { assertThrowsCode } from "../../support/assertions.ts";
import { CAB_START, cabFile, speedFile, trackFile, trackPoints } from "./fixtures.ts";
import { importFiles, readLog, refusedWith, samplesOf, withLog } from "./support.ts";

const PACIFIC_S = -7 * 3600;
const DAYS_OF_CAB = { "new_a.txt.gz": cabFile(3 * 1440), "new_b.txt.gz": cabFile(1440) };

describe("opening a log", () => {
  test("given a clock's offset, begins at the local midnight before the first sample", async () => {
    const { startsAt } = await importFiles("cabspotting", { "new_a.txt": cabFile(3) }, { utcOffsetS: PACIFIC_S });
    assert.equal(startsAt, CAB_START);
    const { startsAt: inUtc } = await importFiles("cabspotting", { "new_a.txt": cabFile(3) });
    assert.equal(inUtc, CAB_START - 7 * 3600);
  });

  test("given a number of days, gives only the samples before their end", async () => {
    const { vehicles } = await importFiles("cabspotting", DAYS_OF_CAB, { utcOffsetS: PACIFIC_S, days: 2 });
    assert.deepEqual(
      [...vehicles.values()].map((events) => events.length),
      [2 * 1440, 1440],
    );
  });

  test("given days in which a vehicle has no sample, does not name it", async () => {
    const later = cabFile(2 * 1440)
      .split(/(?<=\n)/)
      .slice(1440)
      .join("");
    const files = { "new_a.txt": cabFile(1440), "new_b.txt": later };
    const { vehicles } = await importFiles("cabspotting", files, { utcOffsetS: PACIFIC_S, days: 1 });
    assert.deepEqual([...vehicles.keys()], ["a"]);
  });

  test("given a number of vehicles, reads only the first by id", async () => {
    const files = { "new_b.txt": cabFile(1), "new_a.txt": cabFile(1), "new_c.txt": "broken\n" };
    const { vehicles } = await importFiles("cabspotting", files, { vehicles: 2 });
    assert.deepEqual([...vehicles.keys()], ["a", "b"]);
  });

  test("when options are out of their bounds, refuses them", async () => {
    for (const options of [
      { utcOffsetS: 15 * 3600 },
      { utcOffsetS: 0.5 },
      { vehicles: 0 },
      { days: -1 },
      { days: 1.5 },
    ]) {
      await refusedWith(importFiles("cabspotting", { "new_a.txt": cabFile(1) }, options), "ARGUMENT_INVALID");
    }
  });

  test("when a format is not known, names those that are", () => {
    const { message } = assertThrowsCode(() => importerOf("kml"), "ARGUMENT_INVALID");
    for (const { format } of IMPORTERS) assert.ok(message.includes(format));
  });

  test("given a folder `raw` in the folder, reads that", async () => {
    const files = { "raw/new_a.txt": cabFile(2), "new_b.txt": cabFile(2), "README.md": "" };
    const { vehicles } = await importFiles("cabspotting", files);
    assert.deepEqual([...vehicles.keys()], ["a"]);
  });

  test("when the folder is not there, refuses it", async () => {
    for (const { format } of IMPORTERS) {
      const { code } = await refusedWith(
        withLog({}, (dir) => readLog(format, `${dir}/none`)),
        "FILE_UNREADABLE",
      );
      assert.equal(code, "FILE_MISSING");
    }
  });

  test("when the folder has no vehicle, refuses it", async () => {
    const details = await refusedWith(importFiles("cabspotting", {}), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: ".", line: 0, code: "LOG_EMPTY" });
  });

  test("when a packed file was cut off, refuses the log before any sample is given", async () => {
    const packed = gzipSync(cabFile(500));
    const files = { "new_a.txt.gz": packed.subarray(0, packed.length - 20) };
    const { file, code, line } = await refusedWith(
      withLog(files, (dir) => importerOf("cabspotting").open(dir, { utcOffsetS: 0 })),
      "FILE_UNREADABLE",
    );
    assert.deepEqual({ file, code }, { file: "new_a.txt.gz", code: "GZIP_BROKEN" });
    assert.ok(Number(line) >= 1);
  });

  test("when a packed file is empty or not packed, refuses it", async () => {
    for (const bytes of [new Uint8Array(), Buffer.from(cabFile(3))]) {
      const { code } = await refusedWith(importFiles("cabspotting", { "new_a.txt.gz": bytes }), "FILE_UNREADABLE");
      assert.equal(code, "GZIP_BROKEN");
    }
  });

  test("when a line never ends, refuses the file and does not hold it", async () => {
    const files = { "new_a.txt.gz": `${cabFile(3)}${"1".repeat(10_000_000)}` };
    const details = await refusedWith(importFiles("cabspotting", files), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: "new_a.txt.gz", line: 4, code: "LINE_TOO_LONG" });
  });

  test("when a quote of a CSV file is never closed, refuses the file at its line", async () => {
    const files = { "1_1/2007-05-31.csv": `${speedFile("2007-05-31", 3)}"2007-05-31 12:00:03,0,1,1,0\n` };
    const { file, code } = await refusedWith(importFiles("speed-csv", files), "SAMPLES_INVALID");
    assert.deepEqual({ file, code }, { file: "1_1/2007-05-31.csv", code: "CSV_BROKEN" });
  });

  test("when a row of a CSV file never ends, refuses the file and does not hold it", async () => {
    const files = { "1_1/2007-05-31.csv": `${speedFile("2007-05-31", 3)}"${"1\n".repeat(1_000_000)}` };
    const { code } = await refusedWith(importFiles("speed-csv", files), "SAMPLES_INVALID");
    assert.equal(code, "LINE_TOO_LONG");
  });

  test("when a file that must be read at once is too large, refuses it", async () => {
    const files = { "a.json.gz": gzipSync(Buffer.alloc(65 * 1024 * 1024, " ")) };
    const { code } = await refusedWith(importFiles("envirocar", files), "SAMPLES_INVALID");
    assert.equal(code, "FILE_TOO_LARGE");
  });

  test("when it is closed, leaves no temporary file", async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`cairn-import-${process.pid}-`));
    const backwards = cabFile(50).trimEnd().split("\n").reverse().join("\n");
    await withLog({ "new_a.txt": backwards }, async (dir) => {
      const log = await importerOf("cabspotting").open(dir, { utcOffsetS: 0 });
      assert.equal(left().length, 1);
      await log.close();
      assert.deepEqual(left(), []);
    });
  });
});

describe("the feed of a recorded vehicle", () => {
  const withVehicle = (use: (vehicle: ImportedVehicle, read: () => number) => Promise<void>) =>
    withLog({ "new_a.txt.gz": cabFile(20_000) }, async (dir) => {
      const log = await importerOf("cabspotting").open(dir, { utcOffsetS: 0 });
      await use(log.vehicles[0] as ImportedVehicle, () => log.counts.read);
      await log.close();
    });

  test("given a time, gives what came up to it and reads one sample further", async () => {
    await withVehicle(async (vehicle, read) => {
      const feed = recordedFeed(vehicle);
      assert.deepEqual(await feed.until(CAB_START - 1), []);
      assert.equal((await feed.until(CAB_START + 600)).length, 11);
      assert.equal(read(), 12);
    });
  });

  test("given times that go on, gives every event once", async () => {
    await withVehicle(async (vehicle) => {
      const feed = recordedFeed(vehicle);
      let events = 0;
      for (let time = CAB_START; time < CAB_START + 15 * DAY_S; time += 6_543)
        events += (await feed.until(time)).length;
      assert.equal(events, 20_000);
    });
  });

  test("given a trip's end, gives its mark with the trip", async () => {
    await withLog({ "a.json": trackFile("car", trackPoints("2017-04-06T08:00:00Z", 3)) }, async (dir) => {
      const log = await importerOf("envirocar").open(dir, { utcOffsetS: 0 });
      const events = await recordedFeed(log.vehicles[0] as ImportedVehicle).until(log.lastTime);
      assert.equal(samplesOf(events).length, 3);
      assert.deepEqual(events.at(-1), { mark: "trip-ends" });
      await log.close();
    });
  });
});
