import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LocalRunOptions } from '../../../mesh/run/local-run-options.ts';

export interface FakeService {
  readonly name: string;
  readonly calls?: readonly string[];
  /** Whether it has a port named http. */
  readonly hasEdge?: boolean;
  /** Value of the environment variable FAKE. */
  readonly fake?: string;
  readonly replicas?: number;
  /** Memory limit of its container, as a Kubernetes quantity. */
  readonly memory?: string;
  readonly nodeOptions?: string;
  /** Value of the label `version` of its pods. */
  readonly version?: string;
}

/** A temporary folder, and the options of a local run in it. */
export interface Fixture {
  readonly data: string;
  readonly options: LocalRunOptions;
  /** Output of the run, as `name: text`. */
  readonly lines: string[];
  /** Returns the names of services in the order in which they stopped. */
  stopped(): Promise<readonly string[]>;
}

const folders: string[] = [];

export async function removeFixtures(): Promise<void> {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}

export async function fixture(
  services: readonly FakeService[],
  additionalObjects: readonly object[] = [],
): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-local-'));
  folders.push(folder);
  const data = join(folder, 'data');
  const journal = join(folder, 'journal');
  const lines: string[] = [];
  const write = (name: string, text: string) => lines.push(`${name}: ${text}`);
  const objects = [...services.flatMap((service) => manifestsOf(service, journal)), ...additionalObjects];
  return {
    data,
    lines,
    stopped: async () => (await readFile(journal, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    options: {
      root: process.cwd(),
      data,
      reset: false,
      reporter: { line: write, note: write, problem: write },
      environment: { PATH: process.env.PATH },
      presetSecret: ({ key }) => (key === 'admin-password' ? 'preset' : undefined),
      signal: new AbortController().signal,
      synthesize: async (to) => {
        await mkdir(to, { recursive: true });
        await writeFile(join(to, 'all.k8s.yaml'), objects.map((object) => stringify(object)).join('---\n'));
      },
    },
  };
}

function manifestsOf(
  { name, calls = [], hasEdge, fake, memory, nodeOptions, replicas = 1, version }: FakeService,
  journal: string,
): readonly object[] {
  const labels = { app: name };
  const metadata = { name, namespace: 'shop' };
  const app = { calls: Object.fromEntries(calls.map((callee) => [callee, { callee }])) };
  const probe = { httpGet: { path: '/healthz', port: 'http-admin' }, periodSeconds: 0.1 };
  const environment = {
    WEFT_SERVICE: name,
    WEFT_CONFIG: '/etc/weft/app/app.json',
    WEFT_SECRETS: '/etc/weft/secrets',
    WEFT_ADMIN_LISTEN: '0.0.0.0:9090',
    WEFT_DISCOVERY: 'kubernetes',
    ...(hasEdge && { WEFT_HTTP_LISTEN: '0.0.0.0:8080' }),
    ...(fake && { FAKE: fake }),
    FAKE_JOURNAL: journal,
    ...(nodeOptions && { NODE_OPTIONS: nodeOptions }),
  };
  const ports = [
    ...(hasEdge ? [{ name: 'http', containerPort: 8080 }] : []),
    { name: 'http-admin', containerPort: 9090 },
  ];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-app`, namespace: 'shop' },
      data: { 'app.json': JSON.stringify(app) },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 9090, targetPort: 'http-admin' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas,
        template: {
          metadata: { labels: { ...labels, ...(version && { version }) } },
          spec: {
            containers: [
              {
                name,
                image: `weft/${name}:dev`,
                args: ['test/mesh/run/fake-service.ts'],
                env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
                ports,
                ...(memory && { resources: { limits: { memory } } }),
                startupProbe: { ...probe, failureThreshold: 600 },
                readinessProbe: probe,
                livenessProbe: { ...probe, timeoutSeconds: 5 },
                volumeMounts: [
                  { name: 'config', mountPath: '/etc/weft/app' },
                  { name: 'secrets', mountPath: '/etc/weft/secrets' },
                ],
              },
            ],
            volumes: [
              { name: 'config', configMap: { name: `${name}-app` } },
              {
                name: 'secrets',
                projected: {
                  sources: [secret('token-key', 'token-key.pem'), secret('passwords', 'admin-password')],
                },
              },
            ],
          },
        },
      },
    },
  ];
}

function secret(name: string, key: string): object {
  return { secret: { name, items: [{ key, path: key }] } };
}
