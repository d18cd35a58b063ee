import { fileURLToPath } from 'node:url';
import type { ClockSkew } from '../plan.ts';
import { CHAOS_SETTINGS, type ServiceSettings } from '../settings.ts';

const MODULE = fileURLToPath(new URL('skewed-clock.mjs', import.meta.url));

/** Builds the settings of a run, which preload the skewed clock into at most one service. */
export function buildServiceSettings(skew: ClockSkew | undefined): ServiceSettings {
  if (!skew) return CHAOS_SETTINGS;
  const clock = { NODE_OPTIONS: `--import=${MODULE}`, WEFT_CHAOS_CLOCK: String(1_000 * skew.aheadS) };
  return { ...CHAOS_SETTINGS, [skew.target]: { ...CHAOS_SETTINGS[skew.target], ...clock } };
}
