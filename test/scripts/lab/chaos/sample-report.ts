import { commandOf } from '../../../../scripts/lab/chaos/command.ts';
import { localTargets } from '../../../../scripts/lab/chaos/local/local-targets.ts';
import { planOf } from '../../../../scripts/lab/chaos/plan.ts';
import { faultText } from '../../../../scripts/lab/chaos/planned-faults.ts';
import type { Report } from '../../../../scripts/lab/chaos/report.ts';

/** A report of a run that passed, of 40 seconds. */
export function sampleReport(): Report {
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
  const { faults } = planOf(options, localTargets('postgres', true));
  return {
    ...options,
    where: 'on loopback',
    made: '2026-11-26T03:00:00.123Z',
    command: commandOf(options, 16, 'on loopback'),
    movedClock: { target: 'order', aheadSeconds: 20 },
    concurrency: 16,
    machine: { cpu: 'A <fast> one', cores: 2, node: 'v24.0.0' },
    seconds: 40,
    requests: 260,
    settled: { ordersAfter: 3.2, allAfter: 4.1, limit: 30, left: { orders: 0, reservations: 0, events: 0 } },
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
      text: faultText(fault),
      after: fault.after,
      at: fault.after / 5,
    })),
    findings: [
      { holds: 'No order is lost', figure: '200 answered', wrong: [] },
      { holds: 'No event is stuck', figure: '0 waiting', wrong: [] },
    ],
    passed: true,
  };
}

/** A report of a run in which every order was lost. */
export function failedReport(): Report {
  const wrong = Array.from({ length: 60 }, (_, number) => `order-${number}: order <${number}> is not there`);
  return {
    ...sampleReport(),
    findings: [{ holds: 'No order is lost', figure: '200 answered', wrong }],
    passed: false,
  };
}
