import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { VERSIONS_FILE } from '../../charts/versions.ts';
import { NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import type { VirtualServiceObject } from '../../scripts/operate/rollout/routes.ts';
import { kubectlJson } from '../cluster/kubectl-json.ts';
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

/** Returns the weight of v2 in the gateway's route to product, percent. */
async function weightOfV2(): Promise<number | undefined> {
  const words = ['get', 'virtualservice', 'product', `--namespace=${NAMESPACE}`];
  const { spec } = await kubectlJson<VirtualServiceObject>(words);
  const route = spec.http.find(({ name }) => name === 'gateway-to-product')?.route ?? [];
  return route.find(({ destination }) => destination.subset === 'v2')?.weight;
}

/** Requests per second of the open-loop load, low enough for a busy machine. */
const RATE = ['--rate', '30'];

test('wrong arguments are refused and change nothing', async () => {
  for (const [words, reason] of [
    [['produkt', 'v2=10'], "service 'produkt' has no versions: choose one of product"],
    [['product', 'v3=10'], "version 'v3' does not exist: choose one of v1, v2"],
    [['product', 'v2=110'], 'a whole number from 0 to 100'],
    // The check of the graph refuses it before anything is written.
    [['product', 'v2=0', '--header', 'x(y:1'], "the header 'x(y'"],
  ] as const) {
    const { code, stderr } = await runVerb('shift', ...words);
    expect(stderr).toContain(reason);
    expect(code).toBe(1);
  }
  expect(await versionsText()).toBe(before);
});

test('a dry run shows the difference and changes nothing', async () => {
  const { code, stdout } = await runVerb('shift', 'product', 'v2=30', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^-\s+weight: 100\n\+\s+weight: 70$/m);
  expect(stdout).toMatch(/^\+\s+weight: 30$/m);
  expect(await versionsText()).toBe(before);
  expect(await weightOfV2()).toBe(0);
});

test('shifting 25 % to v2 and mirroring 50 % loses no request', async () => {
  const words = ['product', 'v2=25', '--mirror', 'v2=50', '--requests', '600', ...RATE, '--json'];
  const { code, stdout, stderr } = await runVerb('shift', ...words);
  expect(stderr).toMatch(/[1-9]\d* proxies have received the new routes/);
  const { shares, during, measured } = JSON.parse(stdout);
  expect(shares).toMatchObject([
    { what: 'v1', requestedPercent: 75, holds: true },
    { what: 'v2', requestedPercent: 25, holds: true },
    { what: 'responses with availability (v2)', requestedPercent: 25, total: 600, holds: true },
    { what: 'requests mirrored to v2', requestedPercent: 50, total: 600, holds: true },
  ]);
  expect(during.sent).toBeGreaterThan(0);
  expect(during.failures).toEqual([]);
  expect(measured).toMatchObject({ sent: 600, statuses: { 200: 600 }, failures: [] });
  expect(code).toBe(0);
  expect(await weightOfV2()).toBe(25);
});

test('at weight 0, only requests with the header reach v2', async () => {
  const words = [
    'product',
    'v2=0',
    '--mirror',
    'v2=0',
    '--header',
    'x-canary:1',
    '--requests',
    '200',
    ...RATE,
  ];
  const { code, stdout } = await runVerb('shift', ...words, '--json');
  const { shares, header, during } = JSON.parse(stdout);
  expect(shares).toMatchObject([
    { what: 'v1', count: expect.any(Number), holds: true },
    { what: 'v2', count: 0, holds: true },
    { what: 'responses with availability (v2)', count: 0, total: 200, holds: true },
  ]);
  expect(header).toMatchObject({
    version: 'v2',
    requests: 100,
    holds: true,
    load: { marks: { availability: 100 } },
  });
  expect(during.failures).toEqual([]);
  expect(code).toBe(0);
  expect(await versionsText()).toBe(before);
});
