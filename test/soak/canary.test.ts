import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { VERSIONS_FILE } from '../../charts/versions.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import type { CanaryStep } from '../../scripts/operate/rollout/canary.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';
import { runVerb, versionsText } from '../cluster/run-verb.ts';

let before: string;

beforeAll(async () => {
  before = await versionsText();
});

afterAll(async () => {
  if ((await versionsText()) === before) return;
  await writeFile(VERSIONS_FILE, before);
  await runVerb('shift', 'product', 'v2=0', '--requests', '0');
});

test('promotes a healthy version to all requests without a failed request', async () => {
  const words = ['product', 'v2', '--steps', '20,100', '--window', '5s', '--rate', '25', '--json'];
  const { code, stdout, stderr } = await runVerb('canary', ...words, '--min-requests', '50');
  expect(stderr).toContain('weight of v2 is 100 %');
  const { steps, stopped, load } = JSON.parse(stdout);
  expect(stopped).toBeUndefined();
  expect(steps).toMatchObject([
    { percent: 20, reasons: [], canary: { errors: 0 }, baseline: { errors: 0 } },
    { percent: 100, reasons: [], canary: { errors: 0 } },
  ]);
  for (const { canary, baseline } of steps as readonly CanaryStep[]) {
    expect(canary.requests).toBeGreaterThanOrEqual(50);
    expect(baseline.p99).toBeGreaterThan(0);
  }
  expect(load.failures).toEqual([]);
  expect(code).toBe(0);
  expect(JSON.parse(await versionsText()).kind.product).toMatchObject([{ weight: 0 }, { weight: 100 }]);

  const rollback = await runVerb('shift', 'product', 'v2=0', '--requests', '0');
  expect(rollback).toMatchObject({ code: 0 });
  expect(await versionsText()).toBe(before);
});

test('stops a version that fails 5 percent of its calls and reverts its settings', async () => {
  const words = ['product', 'v2', '--steps', '50,100', '--window', '8s', '--rate', '25'];
  const { code, stdout } = await runVerb(
    'canary',
    ...words,
    '--min-requests',
    '200',
    '--set',
    'WEFT_FAIL_PERCENT=5',
    '--json',
  );
  const { steps, stopped, load } = JSON.parse(stdout);
  expect(stopped).toMatch(
    /^v2 was stopped at 50 % and its weight is now 0 %: [\d.]+ % of its requests failed \(\d+ of \d+\), 0 % of the requests to v1 \(0 of \d+\), and the limit is 1 %/,
  );
  expect(steps).toHaveLength(1);
  // Retries hide the failed calls from customers.
  expect(load.failures).toEqual([]);
  expect(code).toBe(1);

  expect(await versionsText()).toBe(before);
  const deployment = ['get', 'deployment', 'product-v2', `--namespace=${NAMESPACE}`, '--output=yaml'];
  expect(await kubectl(deployment)).not.toContain('WEFT_FAIL_PERCENT');
  const page = await readFile(join(ROOT, 'dist/canary/report.html'), 'utf8');
  expect(page).toContain('v2 was stopped at 50&nbsp;%');
});
