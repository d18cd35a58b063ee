import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { YamlWriter } from '../../mesh/render/yaml.ts';
import { CLUSTER, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { anyText, HARD_STRINGS } from '../mesh/render/hard-strings.ts';
import { propertyRuns } from '../property-runs.ts';

const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-manifests-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ['kind', []],
  ['kind', ['--broker', 'kafka']],
  ['kind', ['--broker', 'rabbitmq']],
  ['production', []],
] as const)('the manifests of %s %j', (environment, options) => {
  let manifests: string;
  let objects: number;

  beforeAll(async () => {
    const out = join(folder, [environment, ...options].join(''));
    await run('node', ['charts/main.ts', '--env', environment, ...options, '--out', out]);
    manifests = join(out, `${NAMESPACE}.k8s.yaml`);
    objects = parseAllDocuments(await readFile(manifests, 'utf8')).length;
  });

  test('are accepted by the API server without a warning', async () => {
    const apply = ['apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', manifests];
    const { stdout, stderr } = await run('kubectl', [`--context=kind-${CLUSTER}`, ...apply]);
    expect(stderr.replaceAll(ENVOY_FILTER_WARNING, '')).toBe('');
    const acceptedLines = stdout
      .split('\n')
      .filter((line) => line.endsWith('serverside-applied (server dry run)'));
    expect(acceptedLines).toHaveLength(objects);
  });

  test('have no findings of istioctl analyze', async () => {
    expect(await analyze(manifests)).toContain('No validation issues found');
  });

  test('have a finding when a gateway is missing', async () => {
    const text = await readFile(manifests, 'utf8');
    const broken = join(folder, `${environment}-broken.yaml`);
    await writeFile(broken, text.replace(/gateways:\n( +)- .*/, 'gateways:\n$1- nowhere'));
    await expect(analyze(broken)).rejects.toThrow('Referenced gateway not found: "nowhere"');
  });
});

test('kubectl reads every string that the YAML writer writes as the same string', async () => {
  const texts = [...new Set([...HARD_STRINGS, ...fc.sample(anyText, propertyRuns(5_000))])];
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'strings', namespace: NAMESPACE },
    list: texts,
    data: Object.fromEntries(texts.map((text) => [text, text])),
  };
  const file = join(folder, 'strings.yaml');
  await writeFile(file, new YamlWriter().stringify([object]));
  const create = ['create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', file];
  const { stdout } = await run('kubectl', [`--context=kind-${CLUSTER}`, ...create], { maxBuffer: 2 ** 28 });
  expect(JSON.parse(stdout)).toEqual(object);
});

test('istioctl analyze has no findings in any namespace of the running cluster', async () => {
  expect(await istioctlAnalyze('-A', '--context', `kind-${CLUSTER}`)).toContain('No validation issues found');
});

/** Istio warns of every EnvoyFilter, whatever it contains. */
const ENVOY_FILTER_WARNING = /^Warning: EnvoyFilter exposes internal implementation details .*\n/gm;

/** Analyzes the file only, in every namespace: without -A istioctl analyzes only namespace `default`. */
function analyze(file: string): Promise<string> {
  return istioctlAnalyze('--use-kube=false', '-A', file);
}

async function istioctlAnalyze(...options: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run('istioctl', [
      'analyze',
      '--suppress',
      'IST0133=EnvoyFilter *',
      ...options,
    ]);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(stdout + stderr);
  }
}
