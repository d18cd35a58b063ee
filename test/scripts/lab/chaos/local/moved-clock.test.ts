import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { settingsOf } from '../../../../../scripts/lab/chaos/local/moved-clock.ts';

const run = promisify(execFile);

test('a service whose clock is moved sees another time, and instants stay what they are', async () => {
  const { order } = settingsOf({ target: 'order', aheadSeconds: 3_600 });
  const script = `console.log(JSON.stringify([Date.now(), +new Date(), +new Date(0), new Date(5) instanceof Date]))`;
  const before = Date.now();
  const { stdout } = await run(process.execPath, ['-e', script], { env: { ...process.env, ...order } });
  const [now, made, zero, isDate] = JSON.parse(stdout) as readonly [number, number, number, boolean];
  expect(now - before).toBeGreaterThanOrEqual(3_600_000);
  expect(made).toBeGreaterThanOrEqual(now);
  expect([zero, isDate]).toEqual([0, true]);
});

test('the others keep theirs', () => {
  const { user } = settingsOf({ target: 'order', aheadSeconds: 3_600 });
  expect(user).toEqual(settingsOf(undefined).user);
});
