import type { ChaosReport } from '../../../../scripts/lab/chaos/chaos-report.ts';
import { localTargets } from '../../../../scripts/lab/chaos/local/local-targets.ts';
import { createPlan } from '../../../../scripts/lab/chaos/plan.ts';
import { describeFault } from '../../../../scripts/lab/chaos/planned-faults.ts';
import { buildReplayCommand } from '../../../../scripts/lab/chaos/replay-command.ts';

/** Creates the report of a run of 40 seconds that passed. */
export function sampleReport(): ChaosReport {
  const options = {
    seed: 7,
    orders: 200,
    kills: 8,
    freezes: 3,
    cuts: 4,
    fullDisks: 1,
    blackholes: 2,
    clockSkewS: 20,
    broker: 'postgres',
  } as const;
  const { faults } = createPlan(options, localTargets('postgres', true));
  return {
    ...options,
    where: 'local',
    createdAt: '2026-11-26T03:00:00.123Z',
    command: buildReplayCommand(options, 16, 'local'),
    clockSkew: { target: 'order', aheadS: 20 },
    concurrency: 16,
    machine: { cpu: 'A <fast> one', cores: 2, memoryMiB: 8_192, node: 'v24.0.0' },
    durationS: 40,
    requests: 260,
    settling: {
      ordersFinalAfterS: 3.2,
      eventsAppliedAfterS: 4.1,
      timeoutS: 30,
      pending: { orders: 0, reservations: 0, events: 0 },
    },
    outages: [
      { service: 'order', fault: 'silence the open connections to order', durationS: 6.2, isOngoing: false },
    ],
    timeline: Array.from({ length: 40 }, (_, second) => ({
      second,
      ordersSent: 5,
      ordersAnswered: 5,
      requestsFailed: second % 3,
    })),
    faults: faults.map((fault) => ({
      kind: fault.kind,
      target: fault.target,
      description: describeFault(fault),
      afterOrders: fault.afterOrders,
      atS: fault.afterOrders / 5,
    })),
    checks: [
      { invariant: 'No order is lost', figure: '200 answered', violations: [] },
      { invariant: 'No event is stuck', figure: '0 in the outbox', violations: [] },
    ],
    passed: true,
  };
}

/** Creates the report of a run that lost orders. */
export function failedReport(): ChaosReport {
  const violations = Array.from(
    { length: 60 },
    (_, number) => `order-${number}: order <${number}> is not there`,
  );
  return {
    ...sampleReport(),
    checks: [{ invariant: 'No order is lost', figure: '200 answered', violations }],
    passed: false,
  };
}
