import { milliseconds } from '../../policy/duration.ts';
import { DURATION_BOUNDS } from '../../policy/metrics.ts';
import { durationFindings, type Finding, numberFindings } from '../../policy/problem.ts';
import type { ServiceLevelObjective } from '../../policy/service-level-objective.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/service-level-objective';
const PERCENT = { min: 50, max: 99.999 };
const WINDOW_DAYS: readonly number[] = [28, 30];

/** Requires objectives that leave an error budget, and that the metrics of a service can measure. */
export const serviceLevelObjectives: GraphRule = function* ({ services }) {
  for (const { serviceLevel, node } of services)
    for (const finding of objectiveFindings(serviceLevel)) yield { path: node.path, ...finding };
};

function* objectiveFindings(objective: ServiceLevelObjective): Generator<Finding> {
  const { availabilityPercent, latencyPercent, latencyThreshold, windowDays } = objective;
  yield* numberFindings(RULE, 'serviceLevel.availabilityPercent', availabilityPercent, PERCENT);
  yield* numberFindings(RULE, 'serviceLevel.latencyPercent', latencyPercent, PERCENT);
  const malformed = [...durationFindings(RULE, 'serviceLevel.latencyThreshold', latencyThreshold)];
  yield* malformed;
  const bounds = DURATION_BOUNDS.map((seconds) => seconds * 1_000);
  if (malformed.length === 0 && !bounds.includes(milliseconds(latencyThreshold))) {
    const message = `serviceLevel.latencyThreshold is '${latencyThreshold}', which no bucket of the latency histograms ends at: use one of ${bounds.join(', ')} ms`;
    yield { rule: RULE, message };
  }
  if (!WINDOW_DAYS.includes(windowDays)) {
    const message = `serviceLevel.windowDays is ${windowDays}: use ${WINDOW_DAYS.join(' or ')}`;
    yield { rule: RULE, message };
  }
}
