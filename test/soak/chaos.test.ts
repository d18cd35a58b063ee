import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../scripts/lab/chaos/report.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { runVerb } from '../cluster/run-verb.ts';

/** Brings the shop up with a broker, which moves topics from the one before. */
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

  test('orders survive pods that are killed, servers of data among them, and the books are right', async () => {
    const out = await mkdtemp(join(tmpdir(), 'weft-chaos-'));
    try {
      // Eight kills are one of each service, of Postgres and of the broker.
      const words = ['--orders', '60', '--kills', '8', '--patience', '10m', '--json', '--out', out];
      const { code, stdout, stderr } = await runVerb('chaos', '--cluster', ...words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('kill postgres') });
      expect(stderr).toContain(`kill ${broker}`);
      const report = JSON.parse(stdout) as Report;
      expect(report).toMatchObject({ where: 'in a cluster', orders: 60, kills: 8, passed: true });
      expect(report.findings.flatMap(({ wrong }) => wrong)).toEqual([]);
    } finally {
      await rm(out, { recursive: true });
    }
  });
});

test.each([
  [['--freezes', '2'], 'there is nobody here for --freezes 2: use --freezes 0'],
  [['--clock', '5'], 'no clock can be moved here: use --clock 0'],
])('%j is refused in the cluster', async (words, message) => {
  const { code, stderr } = await runVerb('chaos', '--cluster', ...words, '--plan');
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
