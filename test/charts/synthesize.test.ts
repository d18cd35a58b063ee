import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { synthesize } from '../../charts/synthesize.ts';

let folder: string;
let output: { out: string; err: string };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-'));
  output = { out: '', err: '' };
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output.out += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    output.err += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test('writes manifests and diagrams, and prints the result as one line of JSON', async () => {
  expect(await synthesize(['--env', 'kind', '--out', folder, '--json'], {})).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([
    'gateways',
    'graph.json',
    'graph.mmd',
    'graph.svg',
    'istio',
    'shop.k8s.yaml',
  ]);
  const install = parseAllDocuments(readFileSync(path.join(folder, 'istio', 'install.yaml'), 'utf8'));
  expect(install.map((document) => document.toJS().kind)).toEqual(['IstioOperator']);
  expect(readdirSync(path.join(folder, 'gateways', 'gateway')).sort()).toEqual(['kong.yml', 'nginx.conf']);
  expect(JSON.parse(output.out)).toMatchObject({
    environment: 'kind',
    outdir: folder,
    written: ['shop.k8s.yaml'],
  });
});

test('takes the environment and the folder from environment variables without options', async () => {
  expect(await synthesize(['--json'], { WEFT_ENV: 'production', CDK8S_OUTDIR: folder })).toBe(0);
  expect(JSON.parse(output.out)).toMatchObject({ environment: 'production', outdir: folder });
});

test('prints the images and secrets that the pods need, with the given tags', async () => {
  expect(await synthesize(['--env', 'kind', '--out', folder, '--json', '--tag', 'order=7'], {})).toBe(0);
  const { images, secrets } = JSON.parse(output.out);
  expect(images).toContainEqual({ service: 'order', version: 'v1', image: 'weft/order:7' });
  expect(images).toContainEqual({ service: 'product', version: 'v2', image: 'weft/product:dev' });
  expect(secrets).toContainEqual({ secret: 'token-key', key: 'token-key.pem' });
  expect(new Set(secrets.map(JSON.stringify)).size).toBe(secrets.length);
});

test.each([
  [
    'kafka',
    { addresses: ['127.0.0.1:9092'], topics: { orders: expect.objectContaining({ replicationFactor: 1 }) } },
  ],
  ['rabbitmq', { address: '127.0.0.1:9092', user: 'order_events' }],
])('uses %s as the broker if the options say so', async (broker, events) => {
  const words = ['--broker', broker, '--broker-address', '127.0.0.1:9092'];
  expect(await synthesize([...words, '--out', folder], {})).toBe(0);
  const manifests = parseAllDocuments(readFileSync(path.join(folder, 'shop.k8s.yaml'), 'utf8'));
  const configs = manifests.map((manifest) => manifest.toJS().data?.['app.json']).filter(Boolean);
  const order = configs.map((text) => JSON.parse(text)).find(({ service }) => service === 'order');
  expect(order.events).toMatchObject({ broker, ...events });
});

test.each([
  [['--broker', 'carrier'], "--broker 'carrier' is unknown: use one of postgres, kafka, rabbitmq"],
  [['--broker-address', 'here:1'], "--broker-address 'here:1' needs --broker kafka or --broker rabbitmq"],
  [
    ['--env', 'production', '--broker', 'kafka'],
    "environment 'production' has topics in kafka but no location for it: set 'kafka'",
  ],
  [['--tag', 'order'], "error: --tag 'order' must be SERVICE=TAG"],
  [['--tag', 'ordre=7'], "tags the image of 'ordre', which is not a service; did you mean 'order'?"],
  [['--env', 'moon'], "error: environment 'moon' is unknown: use one of local, kind, production\n"],
  [['--environment', 'kind'], "Unknown option '--environment'"],
  [['kind'], "Unexpected argument 'kind'"],
])('refuses the options %j', async (words, message) => {
  expect(await synthesize([...words, '--out', folder], {})).toBe(1);
  expect(output.err).toContain(message);
  expect(readdirSync(folder)).toEqual([]);
});

test('--help writes nothing', async () => {
  expect(await synthesize(['--help', '--out', folder], {})).toBe(0);
  expect(output.out).toContain('npm run synth');
  expect(readdirSync(folder)).toEqual([]);
});
