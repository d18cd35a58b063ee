import { fileURLToPath } from 'node:url';
import type { MovedClock } from '../plan.ts';
import { SETTINGS, type Settings } from '../settings.ts';

const MODULE = fileURLToPath(new URL('moved-clock.mjs', import.meta.url));

/** Settings of a run in which the clock of one service may be moved. */
export function settingsOf(clock: MovedClock | undefined): Settings {
  if (!clock) return SETTINGS;
  const moved = { NODE_OPTIONS: `--import=${MODULE}`, WEFT_CHAOS_CLOCK: String(1_000 * clock.aheadSeconds) };
  return { ...SETTINGS, [clock.target]: { ...SETTINGS[clock.target], ...moved } };
}
