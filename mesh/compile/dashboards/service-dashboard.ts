import type { Service } from '../../graph/service.ts';
import { servedRequests } from '../promql/requests.ts';
import { serviceDashboardId } from './dashboard-ids.ts';
import type { Dashboard } from './panel.ts';
import { callsRow } from './rows/calls-row.ts';
import { objectiveRow } from './rows/objective-row.ts';
import { ownMetricsRow } from './rows/own-metrics-row.ts';
import { saturationRow } from './rows/saturation-row.ts';
import { servedRow } from './rows/served-row.ts';
import { versionsRow } from './rows/versions-row.ts';

/** Returns the dashboard of one service. Rows that its declaration rules out are left out. */
export function serviceDashboard(service: Service): Dashboard {
  const served = servedRequests(service);
  return {
    id: serviceDashboardId(service),
    title: `Service ${service.name}`,
    description: `Does ${service.name} keep its objectives, and if not, is the cause the service, what it calls, or a new version?`,
    rows: [
      ...(served.length > 0 ? [objectiveRow(service)] : []),
      ...served.map((requests) => servedRow(service, requests)),
      ...(service.outgoingCalls.length > 0 ? [callsRow(service)] : []),
      ...served.slice(0, 1).map((requests) => versionsRow(service, requests)),
      saturationRow(service),
      ...(service.ownMetrics.length > 0 ? [ownMetricsRow(service)] : []),
    ],
  };
}
