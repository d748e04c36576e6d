/** Small logs by hand, shaped like those that the formats are named for. */

/** A Monday midnight in San Francisco, unix seconds. */
export const CAB_START = 1_211_180_400;

/** A taxi that goes north at 11 km/h, a fix a minute, oldest first. */
export function cabFile(lines: number): string {
  return Array.from(
    { length: lines },
    (_, i) => `${(37.7 + 0.0017 * i).toFixed(5)} -122.40000 ${i % 2} ${CAB_START + 60 * i}\n`,
  ).join("");
}

export const SPEED_HEADER = "timestamp,cycle_sec,timestep,speed_mph,accel_meters_ps\n";

const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 19);

/** A car at a steady speed from noon on, a row a second. */
export function speedFile(date: string, seconds: number, mph = 30): string {
  const rows = Array.from({ length: seconds }, (_, i) => `${date} ${clock(43_200 + i)},${i},1,${mph.toFixed(1)},0.0\n`);
  return SPEED_HEADER + rows.join("");
}

export interface TrackPoint {
  readonly time: string;
  readonly kmh?: unknown;
  readonly at?: readonly unknown[];
}

/** A track of enviroCar. */
export function trackFile(sensor: unknown, points: readonly TrackPoint[]): string {
  const features = points.map(({ time, kmh, at = [7.6, 51.96] }, i) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: at },
    properties: {
      id: `point-${i}`,
      time,
      phenomenons: {
        "GPS Speed": { value: 1, unit: "km/h" },
        ...(kmh === undefined ? {} : { Speed: { value: kmh, unit: "km/h" } }),
      },
    },
  }));
  return JSON.stringify({
    type: "FeatureCollection",
    properties: {
      id: "track",
      length: 1,
      sensor: { type: "car", properties: { id: sensor, manufacturer: "VW Golf" } },
    },
    features,
  });
}

/** Points every five seconds at 36 km/h from a time on. */
export function trackPoints(from: string, count: number): TrackPoint[] {
  const start = Date.parse(from);
  return Array.from({ length: count }, (_, i) => ({
    time: new Date(start + 5000 * i).toISOString().replace(".000", ""),
    kmh: 36,
    at: [7.6, 51.96 + i * 0.00045],
  }));
}

export const TWIZY_HEADER =
  "Date,Time,Soc,Speed,Mode,LAT,LON,ALT,GpsSpeed,Temperature,Humidity,Weather,WindSpeedAv,Traffic,SpeedLimit\n";

/** A row of a drive of the Twizy. */
export function twizyRow(date: string, time: string, kmh = "36.000000", longitude = "-6.724833"): string {
  return `${date},${time},96.060000,${kmh},D,33.986118,${longitude},142.0,36.1,22.2,68.0,Clouds,3.09,0,40.0\n`;
}

/** A drive at 36 km/h from noon on, a row a second. */
export function twizyFile(date: string, seconds: number): string {
  return TWIZY_HEADER + Array.from({ length: seconds }, (_, i) => twizyRow(date, clock(43_200 + i))).join("");
}

export const POINTS_HEADER = "latitude,longitude,track_id,time\r\n";

/** A track of Go!Track: a point every ten seconds, going north at 20 km/h. */
export function goTrackRows(track: number, from: string, count: number, latitude = -10.94): string {
  const start = Date.parse(`${from.replace(" ", "T")}Z`);
  return Array.from({ length: count }, (_, i) => {
    const time = new Date(start + 10_000 * i).toISOString().slice(0, 19).replace("T", " ");
    return `${(latitude + 0.0005 * i).toFixed(9)},-37.06,${track},${time}\r\n`;
  }).join("");
}

/** The table of tracks: number, phone, and 1 for a car or 2 for a bus. */
export function goTrackTable(tracks: readonly (readonly [id: number, device: number, kind: number])[]): string {
  const rows = tracks.map(([id, device, kind]) => `${id},${device},19.2,0.13,2.6,3,0,0,${kind}\n`);
  return `track_id,id_android,speed,time,distance,rating,rating_bus,rating_weather,car_or_bus\n${rows.join("")}`;
}

/** A disengagement report's header: some of its cells have line breaks in them. */
export const EVENTS_HEADER = [
  "Manufacturer,Permit Number,DATE,VIN NUMBER",
  '"VEHICLE IS CAPABLE OF OPERATING WITHOUT A DRIVER\n(Yes or No)"',
  '"DRIVER PRESENT\n(Yes or No)"',
  '"DISENGAGEMENT INITIATED BY\n(AV System, Test Driver, Remote Operator, or Passenger)"',
  '"DISENGAGEMENT\nLOCATION\n(Interstate, Freeway, Highway, Rural Road, Street, or Parking Facility)"',
  "DESCRIPTION OF FACTS CAUSING DISENGAGEMENT\r\n",
].join(",");

export const VIN = "1HGCM82633A004352";

/** An event of a disengagement report. */
export function eventRow({ date = "3/4/2021", vin = VIN, by = "Test Driver", facts = "late" } = {}): string {
  return `"ACME, INC.",AVT001,${date},${vin},No,Yes,${by},Street,${facts}\r\n`;
}

/** A mileage report on December and January. */
export function mileageFile(rows: readonly string[]): string {
  const header =
    "Manufacturer,Permit Number,VIN NUMBER,Annual Total of Disengagements,DEC 2020,JAN 2021,ANNUAL TOTAL\n";
  return header + rows.map((row) => `${row}\n`).join("");
}
