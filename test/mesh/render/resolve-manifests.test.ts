import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ApiObject, App, Chart, type IResolver, JsonPatch, Lazy, Size, YamlOutputType } from 'cdk8s';
import { ConfigMap, Deployment, EnvValue, type IConfigMap, Probe, Volume } from 'cdk8s-plus-28';
import { IntOrString, KubeDeployment, KubeService, Quantity } from 'cdk8s-plus-28/lib/imports/k8s.js';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import { propertyRuns } from '../../property-runs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-render-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  delete process.env.CDK8S_DISABLE_SORT;
});

/**
 * Builds the app twice and expects that both write files of one name with the same objects and order of fields. Only
 * the quoting of strings may differ, and that an empty chart makes no file.
 */
function expectSame(build: (app: App) => void, resolvers: readonly IResolver[] = []): void {
  const files = [synthFiles, writeFiles].map((write, index) => {
    const outdir = path.join(folder, String(index));
    const app = new App({ outdir, resolvers: [...resolvers] });
    build(app);
    write(app, outdir);
    const texts = readdirSync(outdir).map((name) => [name, readFileSync(path.join(outdir, name), 'utf8')]);
    rmSync(outdir, { recursive: true });
    return texts.filter(([, text]) => text !== '').map(([name, text = '']) => [name, objectsIn(text)]);
  });
  expect(files[1]).toEqual(files[0]);
}

/** Each object as JSON, which has the order of the fields. */
const objectsIn = (text: string) =>
  parseAllDocuments(text, { version: '1.1' }).map((document) => JSON.stringify(document.toJS()));

const synthFiles = (app: App) => app.synth();
const writeFiles = (app: App, outdir: string) => writeManifests(resolveManifests(app), outdir);

function configMap(scope: Construct, id: string, data: Record<string, unknown> = { key: id }): ApiObject {
  return new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', data });
}

test('writes the same manifests as app.synth() for constructs of all levels, multi-line strings and quantities', () => {
  expectSame((app) => {
    const chart = new Chart(app, 'shop', { namespace: 'shop', labels: { part: 'shop', enabled: 'yes' } });
    const config = new ConfigMap(chart, 'config', {
      data: { 'app.json': '{\n  "a": 1\n}\n', 'run.sh': '#!/bin/sh\n', no: 'off' },
    });
    const deployment = new Deployment(chart, 'web', {
      containers: [
        {
          image: 'web:1',
          portNumber: 8080,
          readiness: Probe.fromHttpGet('/healthz'),
          resources: { memory: { limit: Size.mebibytes(64) } },
        },
      ],
    });
    deployment.containers[0]?.mount('/etc/web', Volume.fromConfigMap(chart, 'files', config as IConfigMap));
    deployment.containers[0]?.env.addVariable('MODE', EnvValue.fromValue('0755'));
    deployment.exposeViaService({ ports: [{ port: 80, targetPort: 8080 }] });
    new KubeService(chart, 'plain', {
      spec: { ports: [{ port: 80, targetPort: IntOrString.fromString('http') }] },
    });
    new KubeDeployment(chart, 'raw', {
      spec: {
        selector: { matchLabels: { app: 'raw' } },
        template: {
          metadata: { labels: { app: 'raw' } },
          spec: {
            containers: [
              {
                name: 'raw',
                resources: { requests: { cpu: Quantity.fromNumber(1), memory: Quantity.fromString('1Gi') } },
              },
            ],
          },
        },
      },
    });
  });
});

test('writes the same manifests as app.synth() for lazy values, tokens, unions, patches and metadata', () => {
  const build = (app: App) => {
    const chart = new Chart(app, 'odd');
    const object = new ApiObject(chart, 'object', {
      kind: 'Odd',
      apiVersion: 'odd.io/v1',
      metadata: { annotations: { zebra: 'on', ant: '1' }, labels: {}, finalizers: [] },
      spec: {
        z: Lazy.any({
          produce: () => ({
            b: Lazy.any({ produce: () => [1, null, undefined, { x: undefined }] }),
            a: null,
          }),
        }),
        token: { resolve: () => ({ value: Quantity.fromNumber(2) }) },
        union: Quantity.fromString('5m'),
        empty: { list: [], map: {}, nested: { absent: undefined } },
      },
      data: 'last',
    });
    object.metadata.addLabel('added', 'later');
    object.metadata.add('generateName', 'odd-');
    object.addJsonPatch(
      JsonPatch.add('/spec/patched', { z: 1, a: [] }),
      JsonPatch.copy('/spec/empty', '/spec/copied'),
      JsonPatch.remove('/data'),
    );
  };
  expectSame(build);
  process.env.CDK8S_DISABLE_SORT = '1';
  expectSame(build);
});

test('treats keys that are members of every object as data', () => {
  const app = new App({ outdir: folder });
  const data = { constructor: 'a', toJSON: 'b', valueOf: 'c', hasOwnProperty: 'd' };
  configMap(new Chart(app, 'c'), 'm', data);
  const manifests = resolveManifests(app);
  expect(manifests[0]?.object.data).toEqual(data);
  writeManifests(manifests, folder);
  expect(parse(readFileSync(path.join(folder, 'c.k8s.yaml'), 'utf8'))).toMatchObject({ data });
});

test('applies the resolvers of the app', () => {
  const upperCase: IResolver = {
    resolve: (context) => context.value === 'quiet' && context.replaceValue('LOUD'),
  };
  expectSame((app) => void configMap(new Chart(app, 'c'), 'm', { word: 'quiet' }), [upperCase]);
});

test('writes the same manifests as app.synth() for dependencies between objects, charts, nested charts and groups', () => {
  expectSame((app) => {
    const [a, b, c, numbered] = ['a', 'b', 'c', '7'].map((id) => new Chart(app, id)) as [
      Chart,
      Chart,
      Chart,
      Chart,
    ];
    const inner = new Chart(b, 'inner');
    const group = new Construct(a, 'group');
    const [one, two, three] = ['one', 'two', 'three'].map((id) => configMap(group, id)) as [
      ApiObject,
      ApiObject,
      ApiObject,
    ];
    const first = configMap(a, 'first');
    one.addDependency(three);
    group.node.addDependency(configMap(a, 'last'));
    first.addDependency(group);
    two.addDependency(configMap(c, 'other'), configMap(inner, 'deep'));
    configMap(numbered, 'n');
    configMap(b, 'outer').addDependency(numbered);
  });
});

test('writes the same manifests as app.synth() for any acyclic dependencies', () => {
  const size = 12;
  const edges = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 12 });
  const parents = fc.array(fc.nat(20), { minLength: size, maxLength: size });
  fc.assert(
    fc.property(edges, parents, fc.infiniteStream(fc.nat(3)), (pairs, scopes, kinds) => {
      const shape = [...kinds.take(size)];
      let isCyclic = false;
      try {
        synthFiles(tree(path.join(folder, 'probe'), pairs, scopes, shape));
      } catch {
        isCyclic = true;
      }
      const build = () => tree(path.join(folder, 'x'), pairs, scopes, shape);
      if (isCyclic) expect(() => resolveManifests(build())).toThrow(/cycle/);
      else expectSame((app) => fill(app, pairs, scopes, shape));
    }),
    { numRuns: propertyRuns(50) },
  );
});

function tree(
  outdir: string,
  ...rest: [readonly (readonly [number, number])[], readonly number[], readonly number[]]
): App {
  const app = new App({ outdir });
  fill(app, ...rest);
  return app;
}

/** Adds charts, groups and objects, each below an earlier one, with dependencies between them. */
function fill(
  app: App,
  pairs: readonly (readonly [number, number])[],
  scopes: readonly number[],
  kinds: readonly number[],
): void {
  const constructs: Construct[] = [new Chart(app, 'root')];
  for (const [index, scope] of scopes.entries()) {
    const parent = constructs[scope % constructs.length] ?? app;
    const id = `n${index}`;
    if (kinds[index] === 0) constructs.push(new Chart(app, String(index)));
    else if (kinds[index] === 1) constructs.push(new Chart(parent, id));
    else if (kinds[index] === 2) constructs.push(new Construct(parent, id));
    else constructs.push(configMap(parent, id));
    if (!(constructs.at(-1) instanceof ApiObject)) configMap(constructs.at(-1) ?? app, 'own');
  }
  for (const [from, to] of pairs) {
    const [source, target] = [constructs[from], constructs[to]];
    if (source && target && source !== target) source.node.addDependency(target);
  }
}

test('sorts layered dependencies in linear time, for which cdk8s takes exponential time', () => {
  const app = new App({ outdir: folder });
  const chart = new Chart(app, 'layers');
  let below: ApiObject[] = [];
  for (let layer = 0; layer < 40; layer += 1) {
    const objects = ['a', 'b', 'c'].map((id) => configMap(chart, `${layer}${id}`));
    for (const object of objects) object.addDependency(...below);
    below = objects;
  }
  expect(resolveManifests(app).map(({ path }) => path.split('/')[1])).toEqual(
    Array.from({ length: 40 }, (_, layer) => [`${layer}a`, `${layer}b`, `${layer}c`]).flat(),
  );
});

test('reports the path of a value that cannot be resolved', () => {
  const app = new App({ outdir: folder });
  const chart = new Chart(app, 'c');
  configMap(chart, 'm', { when: new Map() });
  expect(() => resolveManifests(app)).toThrow(/c\/m: a Map cannot be written as JSON/);

  const invalid = new App({ outdir: folder });
  new Chart(invalid, 'c').node.addValidation({ validate: () => ['is wrong'] });
  new Chart(invalid, 'd').node.addValidation({ validate: () => ['is wrong too'] });
  expect(() => resolveManifests(invalid)).toThrow(/\[c\] is wrong\n.*\[d\] is wrong too/);

  const twice = new App({ outdir: folder });
  const outer = new Construct(twice, 'p');
  configMap(new Chart(outer, 'x'), 'm');
  configMap(new Chart(new Construct(outer, 'Default'), 'x'), 'm');
  expect(() => resolveManifests(twice)).toThrow(/charts p\/x and p\/Default\/x would both be written to/);

  expect(() =>
    resolveManifests(new App({ outdir: folder, yamlOutputType: YamlOutputType.FILE_PER_APP })),
  ).toThrow(/FILE_PER_APP/);
});
