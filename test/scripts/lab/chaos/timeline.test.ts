import { expect, test } from '@jest/globals';
import { Timeline } from '../../../../scripts/lab/chaos/timeline.ts';

test('counts records by second and includes seconds without any', () => {
  let now = 5_000;
  const timeline = new Timeline(() => now);
  timeline.recordOrder();
  timeline.recordAttempt(undefined);
  now += 2_500;
  timeline.recordAttempt(503);
  timeline.recordAttempt(201);
  timeline.recordAnswer();
  timeline.recordFault({ kind: 'kill', target: 'order', afterOrders: 7 });
  expect(timeline.seconds).toEqual([
    { second: 0, ordersSent: 1, ordersAnswered: 0, requestsFailed: 1 },
    { second: 1, ordersSent: 0, ordersAnswered: 0, requestsFailed: 0 },
    { second: 2, ordersSent: 0, ordersAnswered: 1, requestsFailed: 1 },
  ]);
  expect(timeline.faults).toEqual([
    { kind: 'kill', target: 'order', description: 'kill order', afterOrders: 7, atS: 2.5 },
  ]);
});
