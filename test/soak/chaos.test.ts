import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChaosReport } from '../../scripts/lab/chaos/chaos-report.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { runVerb } from '../cluster/run-verb.ts';

/** Starts the shop with a broker, which moves the topics from the previous one. */
async function useBroker(broker: string): Promise<void> {
  const { code, stderr } = await runVerb('kind-up', '--broker', broker);
  if (code !== 0) throw new Error(`kind:up --broker ${broker} ended with ${code}: ${stderr}`);
}

let brokerBefore: string;
beforeAll(async () => {
  brokerBefore = (await readRelease()).broker ?? 'postgres';
});
afterAll(() => useBroker(brokerBefore));

describe.each(['kafka', 'rabbitmq'])('with %s', (broker) => {
  beforeAll(() => useBroker(broker));

  test('keeps all invariants while pods are killed, including databases and brokers', async () => {
    const out = await mkdtemp(join(tmpdir(), 'weft-chaos-'));
    try {
      // Eight kills are one of each of the six services, of Postgres and of the broker.
      const words = ['--orders', '60', '--kills', '8', '--settle-timeout', '10m', '--json', '--out', out];
      const { code, stdout, stderr } = await runVerb('chaos', '--cluster', ...words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('kill postgres') });
      expect(stderr).toContain(`kill ${broker}`);
      const report = JSON.parse(stdout) as ChaosReport;
      expect(report).toMatchObject({ where: 'kind', orders: 60, kills: 8, passed: true });
      expect(report.checks.flatMap(({ violations }) => violations)).toEqual([]);
    } finally {
      await rm(out, { recursive: true });
    }
  });
});

test.each([
  [['--freezes', '2'], '--freezes 2 has no target in this testbed; use --freezes 0'],
  [['--clock', '5'], '--clock 5 has no target in this testbed; use --clock 0'],
])('rejects %j in the cluster', async (words, message) => {
  const { code, stderr } = await runVerb('chaos', '--cluster', ...words, '--plan');
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
