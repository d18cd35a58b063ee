import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { YamlWriter } from '../../../mesh/render/yaml.ts';
import { type LocalPod, placePods } from '../../../mesh/run/local-pod.ts';
import { readManifests } from '../../../mesh/run/manifests.ts';
import {
  processEnvironment,
  resolveArguments,
  resolveVariables,
} from '../../../mesh/run/process-environment.ts';
import { resolveScript } from '../../../mesh/run/resolve-script.ts';
import { writeVolumes } from '../../../mesh/run/volumes.ts';
import { compiled } from '../compile/small-platform.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-container-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SECRETS = { read: async ({ secret, key }: { secret: string; key: string }) => `${secret}/${key}` };
const PORTS = { assign: async () => 12_345, save: async () => {} };

interface PreparedContainer {
  readonly pod: LocalPod;
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  file(path: string): Promise<string>;
  mode(path: string): Promise<number>;
}

/** Prepares a pod with one container as the local run does. */
async function prepare(
  container: object,
  pod: object = {},
  more: readonly object[] = [],
): Promise<PreparedContainer> {
  const workload = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'weft/web:dev', ...container }], ...pod },
      },
    },
  };
  return fromYaml([workload, ...more].map((object) => stringify(object)).join('---\n'));
}

async function fromYaml(text: string): Promise<PreparedContainer> {
  const at = await mkdtemp(join(folder, 'run-'));
  await writeFile(join(at, 'all.yaml'), text);
  const { workloads, configMaps } = await readManifests(at);
  const [first] = await placePods(workloads.slice(0, 1), PORTS, undefined);
  if (!first) throw new Error('no pod');
  const variables = await resolveVariables(first, configMaps, SECRETS);
  const mounts = await writeVolumes(first, join(at, 'volumes'), configMaps, SECRETS, variables);
  const local = (path: string) => {
    for (const [mount, here] of mounts) if (path.startsWith(mount)) return here + path.slice(mount.length);
    return path;
  };
  return {
    pod: first,
    environment: processEnvironment(variables, first, mounts),
    args: resolveArguments(first, variables, mounts),
    file: (path) => readFile(local(path), 'utf8'),
    mode: async (path) => (await stat(local(path))).mode & 0o777,
  };
}

function configMap(name: string, data: Readonly<Record<string, string>>): object {
  return { kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

const env = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([name, value]) => ({ name, value }));

describe('variables of a container', () => {
  test('may refer to earlier variables including envFrom, but not to later ones', async () => {
    const { environment, args } = await prepare(
      {
        envFrom: [
          { configMapRef: { name: 'one' } },
          { prefix: 'X_', configMapRef: { name: 'two' } },
          { configMapRef: { name: 'none', optional: true } },
        ],
        env: env({ EARLY: '$(LATE)', LATE: '$(A)-$(X_A)', BOTH: '$(EARLY) $(LATE)', B: 'env', A: '$(A)$$' }),
        command: ['node'],
        args: ['main.ts', '--say=$(BOTH)', '$$(BOTH)', '$(NONE)'],
      },
      {},
      [configMap('one', { A: '$(B)', B: 'from' }), configMap('two', { A: 'second', 'bad=name': 'left out' })],
    );
    expect(environment).toEqual({
      A: '$(B)$',
      B: 'env',
      X_A: 'second',
      EARLY: '$(LATE)',
      LATE: '$(B)-second',
      BOTH: '$(LATE) $(B)-second',
    });
    expect(args).toEqual(['node', 'main.ts', '--say=$(LATE) $(B)-second', '$(BOTH)', '$(NONE)']);
  });

  test('take values of fields, resources, ConfigMaps and Secrets without expanding them', async () => {
    const from = (name: string, valueFrom: object) => ({ name, valueFrom });
    const { environment } = await prepare(
      {
        resources: { limits: { memory: '192Mi' }, requests: { cpu: '250m' } },
        env: [
          from('NAME', { fieldRef: { fieldPath: 'metadata.name' } }),
          from('LABEL', { fieldRef: { fieldPath: "metadata.labels['app']" } }),
          from('SPACE', { fieldRef: { fieldPath: 'metadata.namespace' } }),
          from('ADDRESS', { fieldRef: { fieldPath: 'status.podIP' } }),
          from('MEMORY', { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }),
          from('CPU', { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } }),
          from('KEY', { configMapKeyRef: { name: 'one', key: 'k' } }),
          from('ABSENT', { configMapKeyRef: { name: 'one', key: 'none', optional: true } }),
          from('SECRET', { secretKeyRef: { name: 's', key: 'k' } }),
          { name: 'ALL', value: '$(NAME) $(KEY) $(ABSENT)' },
        ],
      },
      {},
      [configMap('one', { k: '$(NAME)$$' })],
    );
    expect(environment).toEqual({
      NAME: 'web',
      LABEL: 'web',
      SPACE: 'shop',
      ADDRESS: '127.0.0.1',
      MEMORY: '192',
      CPU: '250',
      KEY: '$(NAME)$$',
      SECRET: 's/k',
      ALL: 'web $(NAME)$$ $(ABSENT)',
    });
  });

  test('fail if a reference cannot be resolved', async () => {
    const key = { name: 'X', valueFrom: { configMapKeyRef: { name: 'one', key: 'none' } } };
    await expect(prepare({ env: [key] })).rejects.toThrow(
      'needs ConfigMap one, which is not in the manifests',
    );
    await expect(prepare({ env: [key] }, {}, [configMap('one', {})])).rejects.toThrow("has no key 'none'");
    const field = { name: 'X', valueFrom: { fieldRef: { fieldPath: 'spec.tolerations' } } };
    await expect(prepare({ env: [field] })).rejects.toThrow("no field 'spec.tolerations'");
  });
});

test('a process receives every setting of the graph unchanged', async () => {
  const fragment = fc.constantFrom(
    '$',
    '$$',
    '(',
    ')',
    '$(',
    '$(FIRST)',
    '$(WEFT_SERVICE)',
    'a',
    ' ',
    '\n',
    '"',
    "'",
    '€',
  );
  const text = fc.oneof(
    fc.array(fragment, { maxLength: 12 }).map((fragments) => fragments.join('')),
    fc.string({ unit: 'grapheme' }),
  );
  const setting = text.filter(
    (value) => !value.includes('\0') && !/^(0\.0\.0\.0:\d+|\/etc\/weft\/)/.test(value),
  );
  await fc.assert(
    fc.asyncProperty(setting, setting, async (first, second) => {
      const settings = { FIRST: first, SECOND: second };
      const objects = compiled({ stock: { settings }, environment: { hasIstio: false, layer: 'app' } });
      const written = new YamlWriter().stringify([
        objects.one('Deployment', 'stock-v1'),
        ...objects.of('ConfigMap'),
      ]);
      expect((await fromYaml(written)).environment).toMatchObject(settings);
    }),
    { numRuns: 150 },
  );
});

describe('volumes', () => {
  test('are read-only and have the modes of their manifest, within the permissions of the process', async () => {
    const mounts = [{ name: 'files', mountPath: '/files' }];
    const items = [
      { key: 'a', path: 'a' },
      { key: 'a', path: 'deep/b', mode: 0o755 },
      { key: 'a', path: 'c', mode: 0o040 },
    ];
    const volumes = [{ name: 'files', configMap: { name: 'one', defaultMode: 0o440, items } }];
    const more = [configMap('one', { a: 'x' })];
    const { file, mode } = await prepare(
      { volumeMounts: mounts },
      { volumes, securityContext: { fsGroup: 1 } },
      more,
    );
    expect(await file('/files/deep/b')).toBe('x');
    expect([await mode('/files/a'), await mode('/files/deep/b'), await mode('/files/c')]).toEqual([
      0o440, 0o555, 0o440,
    ]);
    const without = await prepare({ volumeMounts: mounts }, { volumes }, more);
    expect(await without.mode('/files/a')).toBe(0o040);
  });

  test('are mounted by subPath, and the longest mount path wins', async () => {
    const { file, environment } = await prepare(
      {
        env: env({ WHICH: 'one', FILE: '/etc/app/$(WHICH).json', OTHER: '/etc/app/rest/x' }),
        volumeMounts: [
          { name: 'rest', mountPath: '/etc/app/rest/' },
          { name: 'files', mountPath: '/etc/app/one.json', subPathExpr: '$(WHICH).json' },
          { name: 'scratch', mountPath: '/scratch', subPath: 'deep' },
        ],
      },
      {
        volumes: [
          { name: 'files', configMap: { name: 'one' } },
          { name: 'rest', downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
          { name: 'scratch', emptyDir: {} },
        ],
      },
      [configMap('one', { 'one.json': '1', 'two.json': '2' })],
    );
    expect(await file('/etc/app/one.json')).toBe('1');
    expect(await file('/etc/app/rest/x')).toBe('web');
    expect(await readFile(environment.FILE ?? '', 'utf8')).toBe('1');
    expect(await readFile(environment.OTHER ?? '', 'utf8')).toBe('web');
  });

  test.each([
    [{ hostPath: { path: '/' } }, /volumes.*hostPath|hostPath/s],
    [{ configMap: { name: 'none' } }, 'needs ConfigMap none'],
    [{ configMap: { name: 'one', items: [{ key: 'z', path: 'z' }] } }, "needs key 'z' of ConfigMap one"],
    [{ secret: { secretName: 's' } }, 'list the keys of Secret s in items'],
    [{ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }, /serviceAccountToken/],
  ])('are rejected if the local run does not support them: %j', async (volume, message) => {
    const volumes = [{ name: 'v', ...volume }];
    await expect(
      prepare({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }, { volumes }, [configMap('one', {})]),
    ).rejects.toThrow(message);
  });

  test.each(['../files', 'a/../../files', '/files'])(
    'reject the subPath %j, which leaves the volume',
    async (subPath) => {
      const volumes = [{ name: 'v', emptyDir: {} }];
      const volumeMounts = [{ name: 'v', mountPath: '/v', subPath }];
      await expect(prepare({ volumeMounts }, { volumes })).rejects.toThrow('leaves the volume');
    },
  );

  test('are empty for a missing optional ConfigMap', async () => {
    const volumes = [{ name: 'v', configMap: { name: 'none', optional: true } }];
    const { mode } = await prepare({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }, { volumes });
    expect(await mode('/v')).toBe(0o700);
  });
});

describe('a command', () => {
  test('may be Node with a script of the image', async () => {
    const { args, pod } = await prepare({
      command: ['node', '/app/x/main.ts'],
      args: ['1'],
      workingDir: '/app',
    });
    expect(resolveScript(args, pod)).toEqual(['x/main.ts', '1']);
  });

  test.each([
    [{ command: ['bash', 'main.ts'] }, {}, "its command 'bash' must be node"],
    [{ args: ['main.js'] }, {}, 'must be the path of a .ts file'],
    [{ args: ['main.ts'], workingDir: '/srv' }, {}, 'its workingDir /srv must be /app'],
    [{ args: ['main.ts'] }, { initContainers: [{ name: 'init' }] }, 'its pod has further containers: init'],
  ])('is rejected otherwise: %j %j', async (container, pod, message) => {
    const run = await prepare(container, pod);
    expect(() => resolveScript(run.args, run.pod)).toThrow(message);
  });
});
