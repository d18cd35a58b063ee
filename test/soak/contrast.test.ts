import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { ContrastReport } from '../../scripts/lab/contrast/report.ts';

const run = promisify(execFile);

test('a failing replica keeps its share of calls without a policy and is ejected by the in-app layer', async () => {
  const out = await mkdtemp(join(tmpdir(), 'weft-contrast-'));
  try {
    const args = ['--layers', 'none,app', '--scenarios', 'failing-replica', '--out', out];
    await run('node', ['scripts/contrast.ts', ...args], { env: { ...process.env, NODE_OPTIONS: '' } });
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as ContrastReport;
    expect(report.layers).toEqual(['none', 'app']);
    const [none, app] = report.scenarios[0]?.runs ?? [];
    if (!none || !app) throw new Error('a run is missing');
    const failing = ({ replicas }: typeof none) => replicas.find(({ fault }) => fault)?.attempts ?? 0;
    // A third of the calls reach the failing replica. How many of the others meet their deadline depends on the machine.
    expect(failing(none)).toBeGreaterThan(0.3 * none.sent);
    expect(none.succeeded).toBeLessThan(0.7 * none.sent);
    expect(none.decisions).toEqual({});
    expect(app.decisions.ejected).toBeGreaterThanOrEqual(1);
    expect(failing(app)).toBeLessThan(0.1 * app.sent);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
