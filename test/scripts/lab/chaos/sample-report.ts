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
    clock: 20,
    broker: 'postgres',
  } as const;
  const { faults } = createPlan(options, localTargets('postgres', true));
  return {
    ...options,
    where: 'local',
    made: '2026-11-26T03:00:00.123Z',
    command: buildReplayCommand(options, 16, 'local'),
    movedClock: { target: 'order', aheadSeconds: 20 },
    concurrency: 16,
    machine: { cpu: 'A <fast> one', cores: 2, memoryMiB: 8_192, node: 'v24.0.0' },
    seconds: 40,
    requests: 260,
    settled: {
      ordersAfter: 3.2,
      allAfter: 4.1,
      limit: 30,
      pending: { orders: 0, reservations: 0, events: 0 },
    },
    outages: [
      { service: 'order', fault: 'silence the open connections to order', seconds: 6.2, isOpen: false },
    ],
    timeline: Array.from({ length: 40 }, (_, second) => ({
      second,
      sent: 5,
      answered: 5,
      failed: second % 3,
    })),
    faults: faults.map((fault) => ({
      kind: fault.kind,
      target: fault.target,
      text: describeFault(fault),
      after: fault.after,
      at: fault.after / 5,
    })),
    findings: [
      { holds: 'No order is lost', figure: '200 answered', wrong: [] },
      { holds: 'No event is stuck', figure: '0 in the outbox', wrong: [] },
    ],
    passed: true,
  };
}

/** Creates the report of a run that lost orders. */
export function failedReport(): ChaosReport {
  const wrong = Array.from({ length: 60 }, (_, number) => `order-${number}: order <${number}> is not there`);
  return {
    ...sampleReport(),
    findings: [{ holds: 'No order is lost', figure: '200 answered', wrong }],
    passed: false,
  };
}
