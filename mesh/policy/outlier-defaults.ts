import type { OutlierDetection } from './call-policy.ts';

/** Envoy's defaults (config.cluster.v3.OutlierDetection). */
const ENVOY_DEFAULTS = {
  interval: '10s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 10,
  minHealthPercent: 0,
} as const satisfies Partial<OutlierDetection>;

/** Returns an outlier detection with Envoy's defaults for missing fields. */
export function withOutlierDefaults(detection: OutlierDetection): Required<OutlierDetection> {
  return { ...ENVOY_DEFAULTS, ...detection };
}
