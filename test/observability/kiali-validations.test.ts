import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applyObjects } from '../../scripts/operate/cluster/apply-manifests.ts';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { asList } from '../../scripts/operate/cluster/objects.ts';
import { until } from '../until.ts';
import {
  BROKEN_NAMESPACE,
  BROKEN_OBJECTS,
  PLAIN_NAMESPACE,
  STRICT_NAMESPACE,
  VALID_OBJECTS,
} from './broken-objects.ts';
import { type Finding, readFindings } from './kiali-api.ts';
import { openPart, type PartClient } from './part-client.ts';

/**
 * Codes that no object here can have:
 *
 * - KIA0104: the VirtualService of the edge is for all hosts in `kind`, so every host of a policy matches it
 * - KIA0201: ignored by the configuration of the stack, because Kiali does not compare the `workloadSelector` of
 *   DestinationRules
 * - KIA0208: needs STRICT mutual TLS in the whole mesh, and KIA0205 its absence
 * - KIA0401, KIA0501: need Istio without automatic mutual TLS
 * - KIA0506: needs a mesh without mutual TLS
 * - KIA1211, KIA1212: not in this version of Kiali
 * - KIA14xx to KIA16xx: need the Gateway API
 */
const CODES = [...new Set(BROKEN_OBJECTS.map(({ code }) => code))];

let kiali: PartClient;
let findings: readonly Finding[] = [];

async function remove(): Promise<void> {
  const words = ['delete', '--ignore-not-found', '--timeout=2m', '--filename=-'];
  const objects = [...BROKEN_OBJECTS.map(({ object }) => object), ...VALID_OBJECTS];
  await kubectl(words, { input: asList(objects) });
}

beforeAll(async () => {
  kiali = await openPart('kiali', 20_001);
  await applyObjects(VALID_OBJECTS);
  await applyObjects(BROKEN_OBJECTS.map(({ object }) => object));
  const namespaces = [BROKEN_NAMESPACE, PLAIN_NAMESPACE, STRICT_NAMESPACE, 'shop', 'istio-system'];
  await until(
    'Kiali reports every code',
    async () => {
      ({ findings } = await readFindings(kiali, namespaces));
      const codes = new Set(findings.map(({ code }) => code));
      return CODES.every((code) => codes.has(code));
    },
    { timeoutMs: 120_000, intervalMs: 3_000 },
  ).catch(() => {
    // The test of each missing code fails.
  });
});

afterAll(async () => {
  await remove();
  await kiali?.close();
});

test.each(CODES)('Kiali reports %s about a broken object', (code) => {
  const names = BROKEN_OBJECTS.filter((broken) => broken.code === code).map(
    ({ object }) => object.metadata.name,
  );
  const reported = findings.filter((finding) => finding.code === code).map(({ object }) => object);
  expect(reported).toEqual(
    expect.arrayContaining(names.slice(0, 1).map((name) => expect.stringContaining(name))),
  );
});
