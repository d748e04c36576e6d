// Loaded before a relayer: its wall clock is off by CAIRN_TEST_CLOCK_OFFSET_MS from then on.
const offsetMs = Number(process.env.CAIRN_TEST_CLOCK_OFFSET_MS);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + offsetMs);
    else super(...values);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};
