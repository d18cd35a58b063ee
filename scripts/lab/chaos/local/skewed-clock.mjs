// Preloaded into a service (--import). Moves its clock ahead by WEFT_CHAOS_CLOCK milliseconds.
const SystemDate = globalThis.Date;
const aheadMs = Number(process.env.WEFT_CHAOS_CLOCK);

globalThis.Date = class SkewedDate extends SystemDate {
  constructor(...args) {
    if (args.length === 0) super(SystemDate.now() + aheadMs);
    else super(...args);
  }

  static now() {
    return SystemDate.now() + aheadMs;
  }
};
