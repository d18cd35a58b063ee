import { describe, expect, test } from '@jest/globals';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { compiled, type Objects } from './small-platform.ts';

const policy: CallPolicy = { timeout: '1s', retries: { max: 2, on: ['unavailable'] } };

function appConfig(objects: Objects, service: string): AppConfig {
  const { data } = objects.one('ConfigMap', `${service}-app`) as never as { data: { 'app.json': string } };
  return JSON.parse(data['app.json']);
}

describe('a call that is not declared', () => {
  const objects = compiled();

  test('is admitted by no AuthorizationPolicy', () => {
    const allowed = objects.of('AuthorizationPolicy').map(({ spec }) => JSON.stringify(spec));
    expect(allowed).toContain('{}');
    expect(allowed.filter((spec) => spec.includes('sa/audit') && !spec.includes('5432'))).toEqual([]);
    expect(allowed.join()).toContain('/test.v1.Stock/Count');
    expect(allowed.join()).not.toContain('/test.v1.Stock/Reset');
  });

  test('is admitted by no NetworkPolicy', () => {
    const audit = JSON.stringify(objects.one('NetworkPolicy', 'audit').spec);
    expect(audit).not.toContain('50051');
    expect(audit).not.toContain('"ingress":');
    expect(JSON.stringify(objects.one('NetworkPolicy', 'stock').spec)).not.toContain('"app":"audit"');
  });

  test('is unknown to the sidecar and to the process', () => {
    expect(JSON.stringify(objects.one('Sidecar', 'audit').spec)).not.toContain('stock');
    expect(appConfig(objects, 'audit').calls).toEqual({});
    expect(appConfig(objects, 'stock').callers).toEqual({ shop: ['/test.v1.Stock/Count'] });
  });
});

describe('exactly one layer enforces a call', () => {
  test('layer mesh: app.json has no policy', () => {
    const objects = compiled({ policy });
    expect(appConfig(objects, 'shop').calls.stock).not.toHaveProperty('policy');
    expect(objects.one('VirtualService', 'stock').spec).toHaveProperty('http.0.retries.attempts', 2);
  });

  test('layer app: only then app.json has the versions of the callee', () => {
    const stock = {
      versions: [
        { name: 'v1', weight: 90 },
        { name: 'v2', weight: 10, header: { name: 'x-canary', value: '1' }, imageTag: '8' },
      ],
    };
    const versionsOf = (layer: 'app' | 'mesh', props = {}) =>
      appConfig(compiled({ policy: { ...policy, layer }, stock: props }), 'shop').calls.stock?.versions;
    expect(versionsOf('app', stock)).toEqual([
      { name: 'v1', weight: 90 },
      { name: 'v2', weight: 10, header: { name: 'x-canary', value: '1' } },
    ]);
    expect(versionsOf('app')).toBeUndefined();
    expect(versionsOf('mesh', stock)).toBeUndefined();
  });

  test('layer app: the mesh has no policy and does not balance', () => {
    const objects = compiled({ policy: { ...policy, layer: 'app' } });
    expect(appConfig(objects, 'shop').calls.stock?.policy).toEqual({ ...policy, layer: 'app' });
    const { spec } = objects.one('VirtualService', 'stock');
    expect(spec).toHaveProperty('http', [
      {
        name: 'default',
        route: [{ destination: { host: 'stock.small.svc.cluster.local', port: { number: 50051 } } }],
        retries: { attempts: 0 },
      },
    ]);
    expect(objects.of('DestinationRule').map(({ metadata }) => metadata.name)).toEqual([
      'shop-to-stock',
      'postgres',
    ]);
    const rule = objects.one('DestinationRule', 'shop-to-stock').spec as { trafficPolicy: object };
    expect(rule).toMatchObject({
      host: 'stock.small.svc.cluster.local',
      workloadSelector: { matchLabels: { app: 'shop' } },
      trafficPolicy: { loadBalancer: { simple: 'PASSTHROUGH' }, tls: { mode: 'ISTIO_MUTUAL' } },
    });
    // TCP keepalive still detects a peer that vanished.
    expect(Object.keys(rule.trafficPolicy).sort()).toEqual(['connectionPool', 'loadBalancer', 'tls']);
    expect(objects.of('AuthorizationPolicy').map(({ metadata }) => metadata.name)).toContain('shop-to-stock');
  });
});
