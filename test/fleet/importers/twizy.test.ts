import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TWIZY_HEADER, twizyFile, twizyRow } from "./fixtures.ts";
import { counted, importFiles, refusedWith, samplesOf } from "./support.ts";

describe("twizy", () => {
  test("given a row, gives speed, charge and position, and the time by the clock's offset", async () => {
    const files = { "T1_06_30_2021_1.csv": TWIZY_HEADER + twizyRow("06/30/2021", "13:30:32") };
    const { vehicles } = await importFiles("twizy", files, { utcOffsetS: 3600 });
    const time = Date.UTC(2021, 5, 30, 12, 30, 32) / 1000;
    assert.deepEqual(vehicles.get("twizy-1"), [
      { time, speedMps: 10, stateOfChargePct: 96.06, latitudeDeg: 33.986118, longitudeDeg: -6.724833 },
      { mark: "trip-ends" },
    ]);
  });

  test("given dates without leading zeros, reads them as the others", async () => {
    const rows = twizyRow("5/25/2021", "10:00:00") + twizyRow("05/25/2021", "10:00:01");
    const { vehicles, counts } = await importFiles("twizy", { "T3_05_25_2021_04.csv.gz": TWIZY_HEADER + rows });
    const [first, second] = samplesOf(vehicles.get("twizy-1"));
    assert.equal((second?.time ?? 0) - (first?.time ?? 0), 1);
    assert.deepEqual(counted(counts.skipped), {});
  });

  test("given impossible dates in good rows, counts them and guesses no other", async () => {
    const dates = ["90/02/2032", "03/00/2000", "02/00/2090", "29/00/2003", "12/30/2020", "06/29/2021"];
    const rows = dates.map((date, i) => twizyRow(date, `13:30:0${i}`)).join("");
    const { counts } = await importFiles("twizy", { "T1_06_30_2021_1.csv": `${twizyFile("06/30/2021", 1)}${rows}` });
    assert.deepEqual(counted(counts.skipped), { DATE_IMPOSSIBLE: 5, ROW_OUT_OF_ORDER: 1 });
  });

  test("given a longitude that is none, leaves the position out and keeps the speed", async () => {
    const rows = twizyRow("06/07/2021", "10:00:00", "36.0", "1555.6333");
    const { vehicles, counts } = await importFiles("twizy", { "T3_06_07_2021.csv": TWIZY_HEADER + rows });
    const [sample] = samplesOf(vehicles.get("twizy-1"));
    assert.deepEqual([sample?.speedMps, sample?.latitudeDeg, sample?.longitudeDeg], [10, undefined, undefined]);
    assert.deepEqual(counted(counts.noted), { POSITION_LEFT_OUT: 1 });
  });

  test("given drives of one car, gives them in order of time and not of name", async () => {
    const files = {
      "T1_06_30_2021_1.csv": twizyFile("06/30/2021", 2),
      "T3_04_22_2021_1.csv": twizyFile("04/22/2021", 2),
    };
    const { vehicles } = await importFiles("twizy", files);
    assert.deepEqual(
      samplesOf(vehicles.get("twizy-1")).map(({ time }) => new Date(time * 1000).getUTCMonth() + 1),
      [4, 4, 6, 6],
    );
  });

  test("when no row of a drive has a date that can be, refuses the file", async () => {
    const files = { "T1_06_30_2021_1.csv": TWIZY_HEADER + twizyRow("03/00/2000", "13:30:32") };
    const details = await refusedWith(importFiles("twizy", files), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: "T1_06_30_2021_1.csv", line: 2, code: "FILE_NOT_OF_FORMAT" });
  });
});
