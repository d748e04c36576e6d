import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type ReportedCar,
  type Reports,
  reportImporterOf,
  type TakeoverEvent,
} from "../../../src/fleet/importers/index.ts";
import { EVENTS_HEADER, eventRow, mileageFile, VIN } from "./fixtures.ts";
import { collect, counted, type LogFiles, refusedWith, withLog } from "./support.ts";

const pseudonymOf = (vehicleNumber: string) => `car-${vehicleNumber.length}-${vehicleNumber.slice(-3)}`;

interface Read {
  readonly events: readonly TakeoverEvent[];
  readonly cars: readonly ReportedCar[];
  readonly counts: Reports["counts"];
}

function read(files: LogFiles): Promise<Read> {
  return withLog(files, async (dir) => {
    const reports = await reportImporterOf("dmv-disengagement").open(dir, { pseudonymOf });
    const events = await collect(reports.events());
    return { events, cars: await collect(reports.cars()), counts: reports.counts };
  });
}

const eventsOf = (rows: readonly string[]) => read({ "2021-disengagements.csv": EVENTS_HEADER + rows.join("") });
const carsOf = (rows: readonly string[]) => read({ "2021-mileage.csv": mileageFile(rows) });

describe("dmv-disengagement", () => {
  test("given an event, gives the car's pseudonym, the date and who ended the automated drive", async () => {
    const { events } = await eventsOf([eventRow({ by: "AV System" })]);
    assert.deepEqual(events, [
      { vehicle: "car-17-352", reportYear: 2021, filing: "regular", date: "2021-03-04", initiatedBy: "system" },
    ]);
  });

  test("given any report, gives no VIN", async () => {
    const files = {
      "2021-disengagements.csv": EVENTS_HEADER + eventRow({ facts: `car ${VIN} was late` }),
      "2021-mileage.csv": mileageFile([`ACME,AVT001,${VIN},1,5,6,11`]),
    };
    const { events, cars } = await read(files);
    assert.equal(events.length + cars.length, 2);
    assert.ok(!JSON.stringify([events, cars]).includes(VIN));
  });

  test("given equal rows, takes each for an event and notes them", async () => {
    const { events, counts } = await eventsOf([eventRow(), eventRow(), eventRow()]);
    assert.equal(events.length, 3);
    assert.deepEqual(counted(counts.noted), { ROW_EQUAL: 2 });
  });

  test("given the spellings of a date, reads all of them", async () => {
    const dates = [
      ["2021.03.04.", "2021-03-04", undefined],
      ["\t2021.03.04. ", "2021-03-04", undefined],
      ["2021.03.04", "2021-03-04", undefined],
      ["2021.12.06. 10:39:23", "2021-12-06", 38_363],
      ["2020-12-07 / 10:11:26", "2020-12-07", 36_686],
      ["2020-12-07 00:00:01", "2020-12-07", 1],
      ["2020-12-07", "2020-12-07", undefined],
      ["2022/03/02", "2022-03-02", undefined],
      ["6/15/2021", "2021-06-15", undefined],
      ["11/4/21", "2021-11-04", undefined],
      ["01/Apr/21", "2021-04-01", undefined],
    ] as const;
    const { events } = await eventsOf(dates.map(([date]) => eventRow({ date })));
    assert.deepEqual(
      events.map(({ date, timeOfDayS }) => [date, timeOfDayS]),
      dates.map(([, date, timeOfDayS]) => [date, timeOfDayS]),
    );
  });

  test("given a date that no calendar has, counts the row", async () => {
    const { events, counts } = await eventsOf([eventRow({ date: "2/30/2021" }), eventRow({ date: "soon" })]);
    assert.deepEqual(events, []);
    assert.deepEqual(counted(counts.skipped), { DATE_IMPOSSIBLE: 2 });
  });

  test("given a date outside the report's months, keeps the event and notes it", async () => {
    const { events, counts } = await eventsOf(
      ["11/30/2020", "12/1/2020", "11/30/2021", "12/1/2021"].map((date) => eventRow({ date })),
    );
    assert.equal(events.length, 4);
    assert.deepEqual(counted(counts.noted), { DATE_OUTSIDE_REPORT: 2 });
  });

  test("given the spellings of who ended the drive, knows all of them, and notes others", async () => {
    const drivers = ["Test Driver", "Test driver", "Test Drive", "Driver", "Operator", "Test Driver - Soft Stop"];
    const systems = ["AV System", "AV system", "AV System - Emergency Stop", "Software", "ADS"];
    const { events, counts } = await eventsOf([...drivers, ...systems, "nobody"].map((by) => eventRow({ by })));
    assert.deepEqual(
      events.map(({ initiatedBy }) => initiatedBy),
      [...drivers.map(() => "driver"), ...systems.map(() => "system"), "unknown"],
    );
    assert.deepEqual(counted(counts.noted), { INITIATOR_UNKNOWN: 1 });
  });

  test("given text in windows-1252 with line breaks, quotes and commas, reads the rows around it", async () => {
    const facts = '"It said ""stop"",\r\nand the driver\x92s hand moved"';
    const text = EVENTS_HEADER + eventRow({ facts }) + eventRow();
    const { events, counts } = await read({ "2021-disengagements.csv": Buffer.from(text, "latin1") });
    assert.equal(events.length, 2);
    assert.deepEqual(counted(counts.skipped), {});
  });

  test("given a number that was cut, names the car together with its maker's permit and notes it", async () => {
    const { events, counts } = await eventsOf([eventRow({ vin: "~9454" }), eventRow({ vin: ` ${VIN} ` })]);
    assert.deepEqual(
      events.map(({ vehicle }) => vehicle),
      ["car-12-454", "car-17-352"],
    );
    assert.deepEqual(counted(counts.noted), { VIN_IRREGULAR: 1 });
  });

  test("given a mileage row, gives months with metres and what the report claims", async () => {
    const { cars } = await carsOf([`ACME,AVT001,${VIN},3,0,10,10`]);
    const months = [{ month: "2021-01", autonomousM: 16_093.44 }];
    assert.deepEqual(cars, [{ vehicle: "car-17-352", reportYear: 2021, filing: "regular", takeovers: 3, months }]);
  });

  test("given numbers with commas and blanks inside, reads them without and notes them", async () => {
    const { cars, counts } = await carsOf([`ACME,AVT001,${VIN},0,"1,049.54",830 .04,"1,879.58"`]);
    assert.deepEqual(
      cars[0]?.months.map(({ autonomousM }) => Number((autonomousM / 1609.344).toFixed(2))),
      [1049.54, 830.04],
    );
    assert.deepEqual(counted(counts.noted), { NUMBER_REPAIRED: 3 });
  });

  test("given blank rows, empty months and what is no number, counts them", async () => {
    const { cars, counts } = await carsOf([
      `ACME,AVT001,${VIN},0,,6,6`,
      ",,,,,,",
      `ACME,AVT001,${VIN.replace("H", "G")},0,-5,n/a,0`,
    ]);
    assert.equal(cars.length, 2);
    assert.deepEqual(counted(counts.skipped), { CELL_EMPTY: 1, NUMBER_INVALID: 2, ROW_BLANK: 1 });
  });

  test("given a car twice in a report, gives both rows and notes it", async () => {
    const { cars, counts } = await carsOf([`ACME,AVT001,${VIN},0,5,6,11`, `ACME,AVT001,${VIN},0,0,1,1`]);
    assert.equal(cars.length, 2);
    assert.deepEqual(counted(counts.noted), { VEHICLE_LISTED_TWICE: 1 });
  });

  test("given an annual total that the months deny, goes by the months and notes it", async () => {
    const { cars, counts } = await carsOf([`ACME,AVT001,${VIN},0,500,500,1100`]);
    assert.equal(Math.round(cars[0]?.months.reduce((sum, { autonomousM }) => sum + autonomousM, 0) ?? 0), 1_609_344);
    assert.deepEqual(counted(counts.noted), { TOTAL_DIFFERS: 1 });
  });

  test("given reports of two years and of cars without a driver, tells them by their names", async () => {
    const { events } = await read({
      "2020-21-disengagements-first-time-filers.csv": EVENTS_HEADER + eventRow(),
      "2022-disengagements-driverless.csv": EVENTS_HEADER + eventRow(),
    });
    assert.deepEqual(
      events.map(({ reportYear, filing }) => [reportYear, filing]),
      [
        [2021, "first-time"],
        [2022, "driverless"],
      ],
    );
  });

  test("when a folder has no report, refuses it", async () => {
    const details = await refusedWith(read({ "notes.csv": "a,b\n" }), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: ".", line: 0, code: "LOG_EMPTY" });
  });

  test("when a column is not there, refuses the report", async () => {
    const details = await refusedWith(
      read({ "2021-disengagements.csv": "Manufacturer,DATE\nACME,3/4/2021\n" }),
      "SAMPLES_INVALID",
    );
    assert.deepEqual(details, { file: "2021-disengagements.csv", line: 1, code: "HEADER_MISSING" });
  });
});
