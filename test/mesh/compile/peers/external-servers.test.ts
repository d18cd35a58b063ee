import { describe, expect, test } from '@jest/globals';
import { checkGraph } from '../../../../mesh/check/check-graph.ts';
import type { Environment } from '../../../../mesh/graph/environment.ts';
import type { Tls } from '../../../../mesh/graph/tls.ts';
import { compiled, smallPlatform } from '../small-platform.ts';

const CA = { secret: 'postgres-ca', key: 'root.pem' };
const POSTGRES: Partial<Environment> = {
  postgres: {
    address: 'db.test:6432',
    tls: { mode: 'verify-full', ca: CA, clientCertificate: { secret: '<service>-postgres' } },
  },
};

type Objects = ReturnType<typeof compiled>;

function config(objects: Objects, service: string) {
  const { data } = objects.one('ConfigMap', `${service}-app`) as unknown as { data: Record<string, string> };
  return JSON.parse(data['app.json'] ?? '') as { store?: { tls?: unknown }; events?: { tls?: unknown } };
}

function pod(objects: Objects, service: string) {
  const { spec } = objects.one('Deployment', `${service}-v1`) as unknown as {
    spec: {
      template: {
        spec: { volumes: unknown[]; containers: [{ env: unknown[]; volumeMounts: unknown[] }] };
      };
    };
  };
  const { volumes, containers } = spec.template.spec;
  return { volumes, ...containers[0] };
}

describe('an external Postgres server', () => {
  const objects = compiled({ environment: POSTGRES });

  test('is verified by the connections of stores and topics, with certificate files', () => {
    const tls = {
      mode: 'verify-full',
      ca: 'postgres/ca.crt',
      clientCertificate: { certificate: 'postgres/tls.crt', key: 'postgres/tls.key' },
    };
    expect(config(objects, 'stock')).toMatchObject({ store: { tls }, events: { tls } });
    expect(config(objects, 'audit')).toMatchObject({ events: { tls } });
    const { volumes, env, volumeMounts } = pod(objects, 'stock');
    const secret = (name: string, key: string, path: string) => ({
      secret: { name, items: [{ key, path }] },
    });
    expect(volumes).toContainEqual({
      name: 'tls',
      projected: {
        defaultMode: 0o440,
        sources: [
          secret('postgres-ca', 'root.pem', 'postgres/ca.crt'),
          secret('stock-postgres', 'tls.crt', 'postgres/tls.crt'),
          secret('stock-postgres', 'tls.key', 'postgres/tls.key'),
        ],
      },
    });
    expect(volumeMounts).toContainEqual({ name: 'tls', mountPath: '/etc/weft/tls', readOnly: true });
    expect(env).toContainEqual({ name: 'WEFT_TLS', value: '/etc/weft/tls' });
  });

  test('adds no certificates to a service that does not connect to it', () => {
    expect(JSON.stringify(pod(objects, 'shop'))).not.toContain('tls');
  });

  test('is not encrypted again by sidecars, whatever rule the mesh has for all hosts', () => {
    expect(objects.one('ServiceEntry', 'postgres')).toMatchObject({
      spec: { hosts: ['db.test'], ports: [{ number: 6_432, name: 'tcp-postgres', protocol: 'TCP' }] },
    });
    expect(objects.one('DestinationRule', 'postgres').spec).toMatchObject({
      host: 'db.test',
      trafficPolicy: { tls: { mode: 'DISABLE' } },
    });
  });

  test('is verified with public authorities by default, and not at all on loopback', () => {
    const postgres = { address: 'db.test:6432' };
    const of = (environment: Partial<Environment>) =>
      config(compiled({ environment: { postgres, ...environment } }), 'stock').store?.tls;
    expect(of({})).toEqual({ mode: 'verify-full' });
    expect(of({ isCluster: false })).toEqual({ mode: 'disable' });
  });
});

test('connections to a Postgres server in the cluster are encrypted by the sidecars', () => {
  const objects = compiled();
  expect(config(objects, 'stock').store).not.toHaveProperty('tls');
  expect(JSON.stringify(pod(objects, 'stock'))).not.toContain('tls');
});

test('external brokers have their own certificates, and a rule for each host', () => {
  const kafka = {
    addresses: ['a.test:9093', 'b.test:9093'],
    networkCidr: '10.1.0.0/24',
    tls: { mode: 'verify-full', ca: { configMap: 'kafka-ca', key: 'ca.pem' } },
  } as const;
  const objects = compiled({ environment: { ...POSTGRES, broker: 'kafka', kafka } });
  expect(config(objects, 'stock')).toMatchObject({
    store: { tls: { ca: 'postgres/ca.crt' } },
    events: { tls: { mode: 'verify-full', ca: 'kafka/ca.crt' } },
  });
  const sources = [{ configMap: { name: 'kafka-ca', items: [{ key: 'ca.pem', path: 'kafka/ca.crt' }] } }];
  expect(pod(objects, 'audit').volumes).toContainEqual({
    name: 'tls',
    projected: { defaultMode: 0o440, sources },
  });
  expect(JSON.stringify(pod(objects, 'audit').volumes)).not.toContain('postgres');
  const rules = objects.of('DestinationRule').map(({ spec }) => (spec as { host: string }).host);
  expect(rules).toEqual(expect.arrayContaining(['a.test', 'b.test', 'db.test']));
});

describe('invalid TLS settings', () => {
  const problems = (tls: unknown, environment: Partial<Environment> = {}) => {
    const postgres = { address: 'db.test:6432', tls: tls as Tls };
    const { platform } = smallPlatform({ environment: { postgres, ...environment } });
    return checkGraph(platform)
      .filter(({ rule }) => rule === 'environment/tls')
      .map(({ message }) => message)
      .join('\n');
  };

  test.each<[string, unknown, string]>([
    [
      'mode disable without a word',
      { mode: 'disable' },
      "postgres.tls.mode is 'disable', which sends passwords and data in plain text: use 'verify-full', or set insecure: 'accept'",
    ],
    [
      'mode require without a word',
      { mode: 'require' },
      "allows a man-in-the-middle to impersonate the server: use 'verify-full'",
    ],
    [
      'a mode of libpq that can be turned off on the way',
      { mode: 'prefer' },
      "postgres.tls.mode is 'prefer': use one of verify-full, verify-ca, require, disable",
    ],
    ['verify-ca without a CA', { mode: 'verify-ca' }, 'postgres.tls.ca is missing'],
    [
      'a CA that is not used',
      { mode: 'require', insecure: 'accept', ca: CA },
      "postgres.tls.ca has no effect in mode 'require'",
    ],
    [
      'a client certificate that is not used',
      { mode: 'disable', insecure: 'accept', clientCertificate: { secret: 'a' } },
      "postgres.tls.clientCertificate has no effect in mode 'disable'",
    ],
    [
      'an acceptance of nothing',
      { mode: 'verify-full', insecure: 'accept' },
      "postgres.tls.insecure has no effect in mode 'verify-full'",
    ],
    [
      'a Secret of no possible name',
      { mode: 'verify-full', ca: { secret: 'CA', key: 'ca.crt' } },
      "postgres.tls.ca.secret is 'CA': use at most 253",
    ],
    [
      'a ConfigMap of no possible name',
      { mode: 'verify-full', ca: { configMap: 'a_b', key: 'ca.crt' } },
      "postgres.tls.ca.configMap is 'a_b'",
    ],
    [
      'a key of no possible name',
      { mode: 'verify-full', ca: { secret: 'ca', key: '../ca' } },
      "postgres.tls.ca.key is '../ca'",
    ],
    [
      'a client Secret of no possible name',
      { mode: 'verify-full', clientCertificate: { secret: '{service}' } },
      "postgres.tls.clientCertificate.secret is '{service}'",
    ],
  ])('reports %s', (_, tls, message) => {
    expect(problems(tls)).toContain(message);
  });

  test('are reported for brokers too', () => {
    const rabbitmq = { address: 'mq.test:5672', tls: { mode: 'disable' } as unknown as Tls };
    expect(problems({ mode: 'verify-full' }, { broker: 'rabbitmq', rabbitmq })).toContain(
      "rabbitmq.tls.mode is 'disable'",
    );
  });

  test('valid TLS settings are accepted', () => {
    expect(problems(undefined)).toBe('');
    expect(problems({ mode: 'disable', insecure: 'accept' })).toBe('');
    expect(problems({ mode: 'require', insecure: 'accept', clientCertificate: { secret: 'a' } })).toBe('');
    expect(problems({ mode: 'verify-ca', ca: CA })).toBe('');
  });
});
