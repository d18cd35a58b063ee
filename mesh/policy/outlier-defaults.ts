import type { OutlierDetection } from './call-policy.ts';

/** Envoy's own, for what a policy does not say (config.cluster.v3.OutlierDetection). */
const ENVOY_DEFAULTS = {
  interval: '10s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 10,
  minHealthPercent: 0,
} as const satisfies Partial<OutlierDetection>;

/** Outlier detection with nothing left open. */
export function withOutlierDefaults(detection: OutlierDetection): Required<OutlierDetection> {
  return { ...ENVOY_DEFAULTS, ...detection };
}
