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
  timeline.recordFault({ kind: 'kill', target: 'order', after: 7 });
  expect(timeline.seconds).toEqual([
    { second: 0, sent: 1, answered: 0, failed: 1 },
    { second: 1, sent: 0, answered: 0, failed: 0 },
    { second: 2, sent: 0, answered: 1, failed: 1 },
  ]);
  expect(timeline.faults).toEqual([{ kind: 'kill', target: 'order', text: 'kill order', after: 7, at: 2.5 }]);
});
