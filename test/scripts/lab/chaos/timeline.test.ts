import { expect, test } from '@jest/globals';
import { Timeline } from '../../../../scripts/lab/chaos/timeline.ts';

test('what happens is counted in its second, and seconds in which nothing does are there too', () => {
  let now = 5_000;
  const timeline = new Timeline(() => now);
  timeline.sent();
  timeline.tried(undefined);
  now += 2_500;
  timeline.tried(503);
  timeline.tried(201);
  timeline.answered();
  timeline.did({ kind: 'kill', target: 'order', after: 7 });
  expect(timeline.all).toEqual([
    { second: 0, sent: 1, answered: 0, failed: 1 },
    { second: 1, sent: 0, answered: 0, failed: 0 },
    { second: 2, sent: 0, answered: 1, failed: 1 },
  ]);
  expect(timeline.marks).toEqual([{ kind: 'kill', target: 'order', text: 'kill order', after: 7, at: 2.5 }]);
});
