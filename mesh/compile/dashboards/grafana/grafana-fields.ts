import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { PanelThreshold, Unit } from '../panel.ts';

/** Grafana's name of each unit. */
export const GRAFANA_UNITS: Readonly<Record<Unit, string>> = {
  'requests/s': 'reqps',
  'events/s': 'eps',
  'per second': 'cps',
  ratio: 'percentunit',
  multiple: 'suffix:x',
  seconds: 's',
  bytes: 'bytes',
  cores: 'suffix: cores',
  count: 'short',
};

/** Returns a threshold in Grafana's schema. The first step covers all values below the others. */
export function thresholds(threshold: PanelThreshold | undefined): ThresholdsConfigBuilder {
  const [below, above] = threshold?.breach === 'below' ? ['red', 'green'] : ['green', 'red'];
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: below }, ...(threshold ? [{ value: threshold.value, color: above }] : [])]);
}
