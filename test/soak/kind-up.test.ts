import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { imageTags } from '../../mesh/run/image-tags.ts';
import { applyObjects, pruneObjects } from '../../scripts/operate/cluster/apply-manifests.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { nameOf, readObjects } from '../../scripts/operate/cluster/objects.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { synthesizeKind } from '../../scripts/operate/cluster/synthesize.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';

const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NAMESPACE },
  data,
});
const name = `of-a-test-${randomUUID()}`;

afterEach(() => kubectl(['delete', 'configmap', name, `--namespace=${NAMESPACE}`, '--ignore-not-found']));

test('a second kind:up changes nothing and places an order through the ingress gateway', async () => {
  const { tags } = await readRelease();
  // Changed sources would change the shop.
  expect(tags).toEqual(await imageTags(Object.keys(tags), ROOT));
  const output = await runProgram(process.execPath, ['scripts/kind-up.ts', '--json'], { cwd: ROOT });
  const { order, created, changed, removed, unchanged } = JSON.parse(output);
  expect({ created, changed, removed }).toEqual({ created: [], changed: [], removed: [] });
  expect(unchanged).toBeGreaterThan(80);
  expect(order.status).toBe('confirmed');
});

test('kind:status finds everything ready', async () => {
  const output = await runProgram(process.execPath, ['scripts/kind-status.ts', '--json'], { cwd: ROOT });
  expect(JSON.parse(output)).toMatchObject({ ready: true, proxiesBehind: [] });
});

test('an object is created, kept, changed, and removed as the graph declares', async () => {
  const first = configMap(name, { mode: 'a' });
  const second = configMap(name, { mode: 'b' });
  const objectName = nameOf(first);
  expect(await applyObjects([first])).toEqual({ created: [objectName], changed: [], unchanged: [] });
  expect(await applyObjects([first])).toEqual({ created: [], changed: [], unchanged: [objectName] });
  expect(await applyObjects([second])).toEqual({ created: [], changed: [objectName], unchanged: [] });
  expect(await pruneObjects([second], [second])).toEqual([]);
  expect(await pruneObjects([second], [])).toEqual([objectName]);
  expect(await kubectl(['get', 'configmap', name, `--namespace=${NAMESPACE}`, '--ignore-not-found'])).toBe(
    '',
  );
});

test('the release in the cluster lists the objects of the manifests', async () => {
  const release = await readRelease();
  const { outdir } = await synthesizeKind(release);
  expect(release.objects.map(nameOf)).toEqual((await readObjects(outdir)).map(nameOf));
});
