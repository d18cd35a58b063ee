import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { istioctl, kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-observability-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// With Grafana, whose pod may not run in the cluster.
describe('the manifests of the stack', () => {
  let manifests: string;

  beforeAll(async () => {
    const out = join(folder, 'kind');
    const words = ['charts/main.ts', '--env', 'kind', '--observability', '--out', out];
    await runProgram(process.execPath, words, { cwd: ROOT });
    manifests = join(out, 'monitoring.k8s.yaml');
  });

  test('are accepted by the API server', async () => {
    const objects = parseAllDocuments(await readFile(manifests, 'utf8')).length;
    const apply = [
      'apply',
      '--server-side',
      '--dry-run=server',
      '--force-conflicts',
      '--filename',
      manifests,
    ];
    const lines = (await kubectl(apply)).split('\n').filter((line) => line.endsWith('(server dry run)'));
    expect(lines).toHaveLength(objects);
  });
});

test('istioctl analyze has no findings in any namespace of the running cluster', async () => {
  expect((await istioctl(['analyze', '--all-namespaces'])).trim()).toBe('');
});
