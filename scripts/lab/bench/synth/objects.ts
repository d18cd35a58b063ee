import { ApiObject, type App, Chart } from 'cdk8s';
import type { Platform } from '../../../../mesh/graph/platform.ts';

/** All objects in one chart, one chart per service, or a compiled graph. */
export type SynthShape = 'one-chart' | 'chart-per-service' | 'graph';

/**
 * Adds `count` services to an app, either as six plain ApiObjects each or as a graph. Plain objects limit the comparison
 * with cdk8s to the rendering of objects to files.
 *
 * @returns the platform of a graph; undefined for plain objects
 */
export async function addServices(app: App, count: number, shape: SynthShape): Promise<Platform | undefined> {
  if (shape === 'graph') return (await import('./graph.ts')).addGraph(app, count);
  const props = { namespace: 'shop', disableResourceNameHashes: true };
  const sharedChart = shape === 'one-chart' ? new Chart(app, 'shop', props) : undefined;
  for (let index = 0; index < count; index += 1) {
    const name = `service-${index}`;
    addService(sharedChart ?? new Chart(app, name, props), name, `service-${(index + 1) % count}`);
  }
  return undefined;
}

function addService(chart: Chart, name: string, caller: string): void {
  const host = `${name}.shop.svc.cluster.local`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'shop', version: 'v1' };
  const selector = { 'app.kubernetes.io/name': name };
  const metadata = { name, labels };
  new ApiObject(chart, `${name}-account`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector, ports: [{ name: 'grpc-api', port: 50_051, targetPort: 'grpc-api' }] },
  });
  new ApiObject(chart, `${name}-deployment`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 2, selector: { matchLabels: selector }, template: podTemplate(name, labels) },
  });
  new ApiObject(chart, `${name}-route`, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata,
    spec: {
      hosts: [host],
      gateways: ['mesh'],
      http: [
        {
          name: 'v1',
          match: [{ uri: { prefix: `/weft.${name}.v1/` } }],
          route: [{ destination: { host, subset: 'v1' }, weight: 100 }],
          timeout: '2s',
          retries: { attempts: 2, perTryTimeout: '500ms', retryOn: 'connect-failure,refused-stream' },
        },
      ],
    },
  });
  new ApiObject(chart, `${name}-destination`, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata,
    spec: {
      host,
      trafficPolicy: {
        loadBalancer: { simple: 'LEAST_REQUEST' },
        connectionPool: { tcp: { maxConnections: 100 }, http: { http2MaxRequests: 1_000, maxRetries: 3 } },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: '10s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 50,
        },
      },
      subsets: [{ name: 'v1', labels: { version: 'v1' } }],
    },
  });
  new ApiObject(chart, `${name}-callers`, {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata,
    spec: {
      selector: { matchLabels: selector },
      action: 'ALLOW',
      rules: [
        {
          from: [{ source: { principals: [`cluster.local/ns/shop/sa/${caller}`] } }],
          to: [
            {
              operation: {
                methods: ['POST'],
                paths: [`/weft.${name}.v1.Service/Get`, `/weft.${name}.v1.Service/List`],
              },
            },
          ],
        },
      ],
    },
  });
}

function podTemplate(name: string, labels: Readonly<Record<string, string>>): object {
  return {
    metadata: { labels },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name,
          image: `shop/${name}:1`,
          ports: [
            { name: 'grpc-api', containerPort: 50_051 },
            { name: 'http-admin', containerPort: 9_090 },
          ],
          env: [{ name: 'WEFT_SERVICE', value: name }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          readinessProbe: { httpGet: { path: '/readyz', port: 'http-admin' } },
          livenessProbe: { httpGet: { path: '/healthz', port: 'http-admin' } },
        },
      ],
    },
  };
}
