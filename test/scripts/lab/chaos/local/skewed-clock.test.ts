import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { buildServiceSettings } from '../../../../../scripts/lab/chaos/local/skewed-clock.ts';

const run = promisify(execFile);

test('moves the current time of one service but not explicit instants', async () => {
  const { order } = buildServiceSettings({ target: 'order', aheadS: 3_600 });
  const script = `console.log(JSON.stringify([Date.now(), +new Date(), +new Date(0), new Date(5) instanceof Date]))`;
  const before = Date.now();
  const { stdout } = await run(process.execPath, ['-e', script], { env: { ...process.env, ...order } });
  const [now, made, zero, isDate] = JSON.parse(stdout) as readonly [number, number, number, boolean];
  expect(now - before).toBeGreaterThanOrEqual(3_600_000);
  expect(made).toBeGreaterThanOrEqual(now);
  expect([zero, isDate]).toEqual([0, true]);
});

test('does not move the clock of other services', () => {
  const { user } = buildServiceSettings({ target: 'order', aheadS: 3_600 });
  expect(user).toEqual(buildServiceSettings(undefined).user);
});
