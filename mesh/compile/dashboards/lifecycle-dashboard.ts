import type { Service } from '../../graph/service.ts';
import type { Lifecycle, LifecycleStage } from '../../policy/lifecycle.ts';
import { share, sum, sumRate } from '../promql/expressions.ts';
import { targetOf } from '../promql/requests.ts';
import { oneOf, selector } from '../promql/selector.ts';
import { capitalize } from './capitalize.ts';
import { lifecycleDashboardId } from './dashboard-ids.ts';
import { type Dashboard, type Panel, RANGE, RATE_WINDOW } from './panel.ts';

/** Returns the dashboard of the states of a service's objects, such as orders. */
export function lifecycleDashboard(service: Service, lifecycle: Lifecycle): Dashboard {
  const { noun } = lifecycle;
  const title = capitalize(noun);
  return {
    id: lifecycleDashboardId(lifecycle),
    title: `${title} by state`,
    description: `How many ${noun} start, succeed and fail, and do any of them stay open?`,
    rows: [
      {
        title: 'In the time range',
        panels: [
          countPanel(service, lifecycle, 'start', 'Started', `${title} that started in the time range.`),
          countPanel(
            service,
            lifecycle,
            'succeeded',
            'Succeeded',
            `${title} that reached their successful state.`,
          ),
          countPanel(
            service,
            lifecycle,
            'failed',
            'Failed',
            `${title} that reached a failed state, by decision or by timeout.`,
          ),
          openPanel(service, lifecycle),
        ],
      },
      {
        title: 'Over time',
        panels: [transitionsPanel(service, lifecycle), failedSharePanel(service, lifecycle)],
      },
    ],
  };
}

/** Returns the number of objects that entered a stage in the time range; 0 if none did. */
function increaseOf(service: Service, { metric, label, states }: Lifecycle, stage: LifecycleStage): string {
  const series = selector(metric, { ...targetOf(service), [label]: oneOf(statesIn(states, stage)) });
  return `(${sum(`increase(${series}[${RANGE}])`)} or vector(0))`;
}

function countPanel(
  service: Service,
  lifecycle: Lifecycle,
  stage: LifecycleStage,
  title: string,
  description: string,
): Panel {
  return {
    kind: 'stat',
    title,
    description,
    unit: 'count',
    queries: [{ expr: increaseOf(service, lifecycle, stage), legend: lifecycle.noun }],
  };
}

function openPanel(service: Service, lifecycle: Lifecycle): Panel {
  const [started, succeeded, failed] = (['start', 'succeeded', 'failed'] as const).map((stage) =>
    increaseOf(service, lifecycle, stage),
  );
  return {
    kind: 'stat',
    title: 'Still open',
    description: `${capitalize(lifecycle.noun)} that started in the time range and have no final state, if about as many were open at its start. A steady rise means that steps fail and are retried.`,
    unit: 'count',
    queries: [{ expr: `clamp_min(${started} - ${succeeded} - ${failed}, 0)`, legend: lifecycle.noun }],
  };
}

function transitionsPanel(service: Service, { noun, metric, label }: Lifecycle): Panel {
  return {
    kind: 'timeseries',
    title: 'Transitions',
    description: `${capitalize(noun)} per second that entered each state. In a steady state, as many start as end.`,
    unit: 'per second',
    queries: [{ expr: sumRate(metric, targetOf(service), RATE_WINDOW, [label]), legend: `{{${label}}}` }],
  };
}

function failedSharePanel(service: Service, { noun, metric, label, states }: Lifecycle): Panel {
  const rateOf = (...stages: readonly LifecycleStage[]) =>
    sumRate(
      metric,
      { ...targetOf(service), [label]: oneOf(stages.flatMap((stage) => statesIn(states, stage))) },
      RATE_WINDOW,
    );
  return {
    kind: 'timeseries',
    title: 'Share that failed',
    description: `Share of the ended ${noun} that failed. Declines by a provider count, so compare with the usual share.`,
    unit: 'ratio',
    queries: [{ expr: share(rateOf('failed'), rateOf('succeeded', 'failed')), legend: 'failed' }],
  };
}

/** Returns the states of a stage. */
function statesIn(states: Lifecycle['states'], stage: LifecycleStage): readonly string[] {
  return Object.keys(states).filter((state) => states[state] === stage);
}
