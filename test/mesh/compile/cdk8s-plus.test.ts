import { expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { ConfigMap, Secret } from 'cdk8s-plus-28';
import { checkManifests } from '../../../mesh/check/check-manifests.ts';
import { compile } from '../../../mesh/compile/compile.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { ENVIRONMENT } from './small-platform.ts';

test('constructs of cdk8s-plus can be added to a platform, and are checked like all others', () => {
  const app = new App();
  const platform = new Platform(app, 'shop', { environment: ENVIRONMENT });
  new Service(platform, 'web');
  new ConfigMap(platform, 'motd', { metadata: { name: 'motd' }, data: { text: 'open at nine' } });
  new Secret(platform, 'licence', { metadata: { name: 'Licence' }, stringData: { key: 'none' } });
  compile(platform);

  const manifests = resolveManifests(app);

  expect(manifests.map(({ object }) => `${object.kind} ${object.metadata?.name}`)).toContain(
    'ConfigMap motd',
  );
  expect(checkManifests(manifests).map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringMatching(/^shop\/licence.*"Licence"/),
  ]);
});
