import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readAppConfig } from '../../../../services/kit/config/app-config.ts';
import { PROCESS_ENVIRONMENT } from '../../../../services/kit/config/environment.ts';
import { readSecret } from '../../../../services/kit/config/secrets.ts';
import { parseSettings } from '../../../../services/kit/config/settings.ts';
import { SettingsError } from '../../../../services/kit/errors/settings-error.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function problems(run: () => unknown): SettingsError {
  try {
    run();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

test('parses the environment and applies defaults', () => {
  expect(
    parseSettings(PROCESS_ENVIRONMENT, {
      WEFT_SERVICE: 'order',
      WEFT_CONFIG: '/x',
      WEFT_DRAIN: '250ms',
      WEFT_LOG: '',
    }),
  ).toEqual({
    WEFT_SERVICE: 'order',
    WEFT_CONFIG: '/x',
    WEFT_FAIL_PERCENT: 0,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_TRACES_SAMPLER_ARG: 1,
    OTEL_METRIC_EXPORT_INTERVAL: 60_000,
    OTEL_BSP_SCHEDULE_DELAY: 5_000,
    OTEL_BLRP_SCHEDULE_DELAY: 5_000,
    OTEL_RESOURCE_ATTRIBUTES: {},
    WEFT_BAGGAGE: [],
    WEFT_METRIC_SERIES: 2_000,
    WEFT_FAULT_INJECTION: 'refused',
    WEFT_DISCOVERY: { kind: 'dns' },
    WEFT_REGISTRATION_TTL: 10_000,
    WEFT_SECRETS: '/etc/weft/secrets',
    WEFT_TLS: '/etc/weft/tls',
    WEFT_LOG: 'json',
    WEFT_LOG_LEVEL: 'info',
    WEFT_DRAIN: 250,
  });
});

test('reports all invalid variables at once, with key, value and rule', () => {
  const error = problems(() =>
    parseSettings(PROCESS_ENVIRONMENT, {
      WEFT_SERVICE: 'Order!',
      WEFT_GRPC_LISTEN: '0.0.0.0',
      WEFT_HTTP_LISTEN: '0.0.0.0:99999',
      WEFT_LOG: 'xml',
      WEFT_LOG_LEVEL: 'loud',
      WEFT_DRAIN: '5 seconds',
    }),
  );
  expect(error.message.split('\n').toSorted()).toEqual([
    'WEFT_CONFIG: missing; set it to the path of app.json',
    "WEFT_DRAIN is '5 seconds': must be a duration from 0s to 1h",
    "WEFT_GRPC_LISTEN is '0.0.0.0': use host:port, such as 0.0.0.0:50051",
    "WEFT_HTTP_LISTEN is '0.0.0.0:99999': use host:port, such as 0.0.0.0:50051",
    "WEFT_LOG is 'xml': use 'json' or 'text'",
    "WEFT_LOG_LEVEL is 'loud': use one of debug, info, warn, error",
    "WEFT_SERVICE is 'Order!': use lower-case letters, digits and dashes, a letter first",
  ]);
});

const CALL = {
  callee: 'product',
  address: 'product.shop.svc.cluster.local:50051',
  service: 'weft.product.v1.ProductService',
  methods: ['/weft.product.v1.ProductService/Reserve'],
  policy: { timeout: '2s', retries: { max: 2, on: ['unavailable'] } },
};
const CONFIG = { service: 'order', calls: { product: CALL }, callers: {} };
const KAFKA = { broker: 'kafka', addresses: ['kafka:9092'], topics: {}, publishes: [], consumes: [] };

function written(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('reads app.json as the manifests contain it', () => {
  expect(readAppConfig(written('good.json', CONFIG), 'order')).toEqual(CONFIG);
});

test('reports all invalid fields of app.json at once, with the file and the field', () => {
  const policy = { timeout: 'soon', retries: { max: 0, on: ['whenever'] }, balance: { kind: 'best' } };
  const wrong = { ...CONFIG, calls: { product: { ...CALL, address: 'product', policy } }, colour: 'red' };
  const path = written('wrong.json', wrong);
  const keys = problems(() => readAppConfig(path, 'order')).problems.map(({ key }) => key);
  expect(keys.toSorted()).toEqual([
    `${path}: calls.product.address`,
    `${path}: calls.product.policy.balance.kind`,
    `${path}: calls.product.policy.retries.max`,
    `${path}: calls.product.policy.retries.on.0`,
    `${path}: calls.product.policy.timeout`,
    `${path}: the file`,
  ]);
  expect(problems(() => readAppConfig(path, 'order')).message).toContain('"colour"');
});

test.each([
  ['does not exist', () => join(folder, 'missing.json'), 'ENOENT'],
  ['is not JSON', () => written('broken.json', '{"service": '), 'JSON'],
  [
    'belongs to another service',
    () => written('other.json', { ...CONFIG, service: 'user' }),
    "is 'user': must be 'order'",
  ],
])('rejects app.json that %s', (_, path, message) => {
  expect(problems(() => readAppConfig(path(), 'order')).message).toContain(message);
});

test('reads a secret without its trailing line break, and names the file of a missing or empty one', () => {
  written('password', 'a b\n');
  written('empty', '\n');
  expect(readSecret(folder, 'password')).toBe('a b');
  expect(problems(() => readSecret(folder, 'token-key.pem')).message).toMatch(
    /token-key\.pem: the secret cannot be read \(ENOENT\)/,
  );
  expect(problems(() => readSecret(folder, 'empty')).message).toMatch(/empty: the secret is empty/);
});

test.each([
  ['an unknown broker', { broker: 'nats' }, 'events.broker'],
  [
    'a Kafka without a port',
    { ...KAFKA, addresses: ['kafka'] },
    "events.addresses.0 is 'kafka': use host:port",
  ],
  [
    'more in sync than replicas',
    {
      ...KAFKA,
      topics: { orders: { partitions: 1, replicationFactor: 1, minInSyncReplicas: 2, retention: '1h' } },
    },
    'events.topics.orders: minInSyncReplicas must not exceed replicationFactor',
  ],
  [
    'a sign-in that no Kafka has',
    { ...KAFKA, sasl: { mechanism: 'magic', user: 'a' } },
    'events.sasl.mechanism',
  ],
  ['what belongs to another broker', { ...KAFKA, vhost: '/' }, '"vhost"'],
  ['a RabbitMQ without a virtual host', { broker: 'rabbitmq', address: 'a:1' }, 'events.vhost'],
])('rejects topics in app.json with %s', (_, events, message) => {
  const path = written('events.json', { ...CONFIG, events });
  expect(problems(() => readAppConfig(path, 'order')).message).toContain(message);
});

test.each([
  ['OTEL_TRACES_SAMPLER_ARG', 'abc', 'use a number from 0 to 1'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'use a number from 0 to 1'],
  ['OTEL_TRACES_SAMPLER_ARG', ' ', 'use a number from 0 to 1'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '1s', 'use a whole number of milliseconds from 100 to 3600000'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '0', 'use a whole number of milliseconds from 100 to 3600000'],
  ['OTEL_TRACES_EXPORTER', 'console', "use 'otlp' or 'none'"],
  ['OTEL_LOGS_EXPORTER', 'OTLP', "use 'otlp' or 'none'"],
  ['OTEL_METRICS_EXPORTER', 'prometheus', "use 'otlp' or 'none'"],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'use a URL such as http://collector:4318'],
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'http://jane:pw@collector:4318',
    'use a URL without credentials, query and fragment; send credentials in OTEL_EXPORTER_OTLP_HEADERS',
  ],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a', "'a' is not a pair key=value; percent-encode its value"],
  ['WEFT_BAGGAGE', 'a b', 'use keys of W3C Baggage, separated by commas'],
  ['WEFT_METRIC_SERIES', 'many', 'use a whole number from 1 to 1,000,000'],
  ['WEFT_FAIL_PERCENT', 'all', 'use a number from 0 to 100'],
])('refuses %s=%s, and names the variable, the value and the rule', (key, value, rule) => {
  const variables = { WEFT_SERVICE: 'order', WEFT_CONFIG: '/x', [key]: value };
  const error = problems(() => parseSettings(PROCESS_ENVIRONMENT, variables));
  expect(error.problems).toEqual([{ key, value, rule }]);
});

test('ignores spaces around the keys of the baggage', () => {
  const variables = { WEFT_SERVICE: 'order', WEFT_CONFIG: '/x', WEFT_BAGGAGE: 'tenant, region' };
  expect(parseSettings(PROCESS_ENVIRONMENT, variables).WEFT_BAGGAGE).toEqual(['tenant', 'region']);
});
