import type { Service } from '../../../graph/service.ts';
import { rate } from '../../promql/expressions.ts';
import { processOf, targetOf } from '../../promql/requests.ts';
import { selector } from '../../promql/selector.ts';
import { type Panel, type PanelRow, RATE_WINDOW } from '../panel.ts';

/** Share of time in which an event loop may be busy before requests queue noticeably. */
export const MAX_LOOP_UTILIZATION = 0.8;

/** Returns how much of its resources a service uses, per pod. */
export function saturationRow(service: Service): PanelRow {
  return {
    title: 'Saturation',
    panels: [
      eventLoopPanel(service),
      loopDelayPanel(service),
      cpuPanel(service),
      memoryPanel(service),
      ...(service.store ? [poolPanel(service), waitingPanel(service)] : []),
    ],
  };
}

function eventLoopPanel(service: Service): Panel {
  return {
    kind: 'timeseries',
    title: 'Event loop utilization',
    description:
      'Share of time in which the single thread of JavaScript was busy. Near 1, requests queue in the process.',
    unit: 'ratio',
    queries: [{ expr: selector('nodejs_eventloop_utilization_ratio', targetOf(service)), legend: '{{pod}}' }],
    threshold: { value: MAX_LOOP_UTILIZATION, label: 'requests queue above 80 %', breach: 'above' },
  };
}

function loopDelayPanel(service: Service): Panel {
  return {
    kind: 'timeseries',
    title: 'Event loop delay',
    description: '99th percentile of the delay of timers. Every request of the pod waits at least as long.',
    unit: 'seconds',
    queries: [{ expr: selector('nodejs_eventloop_delay_p99_seconds', targetOf(service)), legend: '{{pod}}' }],
  };
}

function cpuPanel(service: Service): Panel {
  const { cpuMillis } = service.size;
  return {
    kind: 'timeseries',
    title: 'CPU',
    description:
      'CPU time per second, without the sidecar. There is no limit; beyond the request, a pod competes with others on its node.',
    unit: 'cores',
    queries: [
      { expr: rate('process_cpu_seconds_total', processOf(service), RATE_WINDOW), legend: '{{pod}}' },
    ],
    threshold: { value: cpuMillis / 1_000, label: `request ${cpuMillis}m`, breach: 'above' },
  };
}

function memoryPanel(service: Service): Panel {
  const { memoryMiB } = service.size;
  return {
    kind: 'timeseries',
    title: 'Memory',
    description: 'Resident memory. At the limit, the kernel kills the process.',
    unit: 'bytes',
    queries: [{ expr: selector('process_resident_memory_bytes', processOf(service)), legend: '{{pod}}' }],
    threshold: { value: memoryMiB * 2 ** 20, label: `limit ${memoryMiB} MiB`, breach: 'above' },
  };
}

function poolPanel(service: Service): Panel {
  const usedConnections = selector('db_client_connection_count', {
    ...targetOf(service),
    db_client_connection_state: 'used',
  });
  const by = 'by (pod, db_client_connection_pool_name)';
  return {
    kind: 'timeseries',
    title: 'Database pool in use',
    description: 'Share of the connections of the pool that run statements. At 1, further statements wait.',
    unit: 'ratio',
    queries: [
      {
        expr: `sum ${by} (${usedConnections}) / sum ${by} (${selector('db_client_connection_max', targetOf(service))})`,
        legend: '{{pod}} {{db_client_connection_pool_name}}',
      },
    ],
    threshold: { value: 1, label: 'pool exhausted', breach: 'above' },
  };
}

function waitingPanel(service: Service): Panel {
  return {
    kind: 'timeseries',
    title: 'Statements waiting for a connection',
    description: 'Statements that wait because all connections of the pool are in use.',
    unit: 'count',
    queries: [
      {
        expr: selector('db_client_connection_pending_requests', targetOf(service)),
        legend: '{{pod}} {{db_client_connection_pool_name}}',
      },
    ],
  };
}
