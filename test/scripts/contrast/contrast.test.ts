import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Report } from '../../../scripts/contrast/report.ts';

const run = promisify(execFile);

test('a replica that fails is seen by those who ask without a policy, and hidden by the in-app layer', async () => {
  const out = await mkdtemp(join(tmpdir(), 'weft-contrast-'));
  try {
    const words = ['--layers', 'none,app', '--scenarios', 'failing-replica', '--out', out];
    await run('node', ['scripts/contrast.ts', ...words], { env: { ...process.env, NODE_OPTIONS: '' } });
    const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Report;
    expect(report.layers).toEqual(['none', 'app']);
    const [none, app] = report.scenarios[0]?.runs ?? [];
    if (!none || !app) throw new Error('a run is missing');
    const share = ({ sent, succeeded }: typeof none) => succeeded / sent;
    // A third of the calls come to the one that fails.
    expect(share(none)).toBeGreaterThan(0.6);
    expect(share(none)).toBeLessThan(0.7);
    expect(share(app)).toBeGreaterThan(0.99);
    expect(none.decisions).toEqual({});
    expect(app.decisions.ejected).toBeGreaterThanOrEqual(1);
    expect(app.hosts.find(({ trouble }) => trouble)?.tries).toBeLessThan(none.sent / 10);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}, 180_000);
