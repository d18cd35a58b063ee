import type { Platform } from '../../graph/platform.ts';
import { eventsDashboard } from './events-dashboard.ts';
import { layersDashboard } from './layers-dashboard.ts';
import { lifecycleDashboard } from './lifecycle-dashboard.ts';
import { overviewDashboard } from './overview-dashboard.ts';
import type { Dashboard } from './panel.ts';
import { serviceDashboard } from './service-dashboard.ts';

/**
 * Returns the dashboards of a platform, the most general one first. They are plain data. `grafanaDashboards` compiles
 * them for Grafana, and our own page reads them as JSON.
 */
export function dashboards(platform: Platform): readonly Dashboard[] {
  const { services, topics, calls, environment } = platform;
  return [
    overviewDashboard(platform),
    ...services.flatMap((service) =>
      service.lifecycle ? [lifecycleDashboard(service, service.lifecycle)] : [],
    ),
    ...(topics.length > 0 ? [eventsDashboard(platform)] : []),
    ...services.map(serviceDashboard),
    ...(environment.hasIstio && calls.length > 0 ? [layersDashboard(platform)] : []),
  ];
}
