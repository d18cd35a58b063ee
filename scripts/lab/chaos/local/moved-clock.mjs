// Loaded into a service before anything else: its clock goes ahead by WEFT_CHAOS_CLOCK milliseconds.
const Real = globalThis.Date;
const ahead = Number(process.env.WEFT_CHAOS_CLOCK);

globalThis.Date = class Moved extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + ahead);
    else super(...args);
  }

  static now() {
    return Real.now() + ahead;
  }
};
