import { describe, expect, test } from '@jest/globals';
import { checkManifests } from '../../../mesh/check/check-manifests.ts';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import { CONTAINER, POD } from './manifest-case.ts';
import { find, SECRETS, set, smallManifests } from './small-manifests.ts';

describe('retries in two layers', () => {
  const inProcess = (): Manifest[] => smallManifests({ layer: 'app' });

  test('are absent if the process retries and the mesh does not', () => {
    expect(checkManifests(inProcess(), SECRETS)).toEqual([]);
  });

  test('are reported for a route without retries, where Istio retries twice by default', () => {
    const manifests = inProcess();
    set(manifests, 'VirtualService back', 'spec.http.0.retries', undefined);
    expect(checkManifests(manifests, SECRETS)).toEqual([
      {
        path: 'small/front/deployment-v1',
        rule: 'retries/two-layers',
        message: expect.stringContaining(
          '3 x 3 = 9 attempts of one call, 27 attempts of one request along web -> front -> back',
        ),
      },
    ]);
  });

  test('are reported for hosts without a route', () => {
    const manifests = inProcess().filter(
      ({ object }) => object !== undefined && object.kind !== 'VirtualService',
    );
    const messages = checkManifests(manifests, SECRETS).map(({ message }) => message);
    expect(messages).toHaveLength(2);
    expect(messages.join()).toContain('81 attempts of one request along web -> front -> back');
  });

  test('are absent without Istio', () => {
    expect(checkManifests(smallManifests({ layer: 'app', hasIstio: false }), SECRETS)).toEqual([]);
  });
});

test('reports all problems at once, even if some fields have the wrong type', () => {
  const manifests = smallManifests();
  set(manifests, 'Service front', 'spec.ports', 'all');
  set(manifests, 'Service back', 'spec.selector.app', 'bak');
  set(manifests, 'Deployment web-v1', `${POD}.serviceAccountName`, 'wb');
  set(manifests, 'VirtualService back', 'spec.http.1.route.1.weight', 11);
  const rules = checkManifests(manifests, SECRETS).map(({ rule }) => rule);
  expect(rules).toEqual(
    expect.arrayContaining([
      'schema/field',
      'reference/selector',
      'reference/ServiceAccount',
      'route/weights',
    ]),
  );
});

test('accepts references to Secrets of the manifests, and optional references to missing ones', () => {
  const manifests = smallManifests();
  const account = find(manifests, 'ServiceAccount front');
  const secret = (name: string, key: string): Manifest => ({
    path: `small/${name}`,
    file: 'small.k8s.yaml',
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...account.metadata, name },
      stringData: { [key]: 'x' },
    },
  });
  manifests.push(secret('front-store', 'store-password'), secret('front-events', 'events-password'));
  manifests.push(secret('back-events', 'events-password'), secret('signing', 'signing.pem'));
  set(manifests, 'Deployment web-v1', `${CONTAINER}.envFrom`, [
    { secretRef: { name: 'maybe', optional: true } },
  ]);
  expect(checkManifests(manifests)).toEqual([]);
});
