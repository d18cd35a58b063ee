import type { KubeObject } from '../../scripts/operate/cluster/objects.ts';

/** Namespace of the broken objects. Its policies apply to no pod of the shop. */
export const BROKEN_NAMESPACE = 'weft-broken';
/** Namespace that requires mutual TLS. */
export const STRICT_NAMESPACE = 'weft-broken-strict';
/** Namespace whose pods refuse mutual TLS. */
export const PLAIN_NAMESPACE = 'weft-broken-plain';

const HOST = `product.${BROKEN_NAMESPACE}.svc.cluster.local`;
const ALL_OF_NAMESPACE = `*.${BROKEN_NAMESPACE}.svc.cluster.local`;
const MISSING = `missing.${BROKEN_NAMESPACE}.svc.cluster.local`;
const PRODUCT = { app: 'product' };
/** Makes a rule invisible for all other namespaces. */
const OWN = { exportTo: ['.'] };

/** An object that one validation of Kiali must report. */
export interface BrokenObject {
  readonly code: string;
  readonly object: KubeObject & { readonly spec: object };
}

function networking(kind: string, name: string, spec: object, namespace = BROKEN_NAMESPACE) {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec };
}

function security(kind: string, name: string, spec: object, namespace = BROKEN_NAMESPACE) {
  return { apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace }, spec };
}

function virtualService(name: string, spec: object, host = `${name}.example`) {
  return networking('VirtualService', name, { ...OWN, hosts: [host], ...spec });
}

function destinationRule(name: string, spec: object, host = HOST) {
  return networking('DestinationRule', name, { ...OWN, host, ...spec });
}

function authorization(name: string, rule: object, namespace = BROKEN_NAMESPACE) {
  return security(
    'AuthorizationPolicy',
    name,
    { selector: { matchLabels: PRODUCT }, rules: [rule] },
    namespace,
  );
}

function gateway(name: string, istio = 'ingressgateway') {
  const port = { number: 8_888, name: 'http', protocol: 'HTTP' };
  return networking('Gateway', name, { selector: { istio }, servers: [{ port, hosts: ['broken.example'] }] });
}

/** A copy of the Service `product`, in the namespace of the shop, because it needs pods with a sidecar. */
function service(name: string, port: object) {
  const spec = { selector: PRODUCT, ports: [{ port: 50_051, targetPort: 'grpc', ...port }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec };
}

/** A Deployment without pods: the validations read the labels of its template. */
function deployment(name: string, namespace: string) {
  const labels = { app: name };
  const containers = [{ name, image: 'weft/product:none', ports: [{ containerPort: 50_051 }] }];
  const template = { metadata: { labels: { ...labels, version: 'v1' } }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}

const route = (host: string, subset?: string) => ({ destination: { host, ...(subset && { subset }) } });
const tls = (mode: string) => ({ trafficPolicy: { tls: { mode } } });

/** Objects that the broken ones refer to. They are valid. */
export const VALID_OBJECTS: readonly KubeObject[] = [
  ...[BROKEN_NAMESPACE, PLAIN_NAMESPACE, STRICT_NAMESPACE].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'istio-injection': 'enabled' } },
  })),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'product', namespace: BROKEN_NAMESPACE },
    spec: { selector: PRODUCT, ports: [{ name: 'grpc', port: 50_051, appProtocol: 'grpc' }] },
  } as KubeObject,
  ...[BROKEN_NAMESPACE, PLAIN_NAMESPACE].map((namespace) => deployment('product', namespace)),
  security('PeerAuthentication', 'default', { mtls: { mode: 'DISABLE' } }, PLAIN_NAMESPACE),
  security('PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }, STRICT_NAMESPACE),
];

/** At least one broken object for each code that applies to the kinds of the shop and can be made here. */
export const BROKEN_OBJECTS: readonly BrokenObject[] = [
  { code: 'KIA0002', object: networking('Sidecar', 'first', { egress: [{ hosts: ['./*'] }] }) },
  { code: 'KIA0002', object: networking('Sidecar', 'second', { egress: [{ hosts: ['./*'] }] }) },
  ...['third', 'fourth'].map((name) => ({
    code: 'KIA0003',
    object: networking('Sidecar', name, {
      workloadSelector: { labels: PRODUCT },
      egress: [{ hosts: ['./*'] }],
    }),
  })),
  {
    code: 'KIA0004',
    object: security('AuthorizationPolicy', 'no-workload', { selector: { matchLabels: { app: 'missing' } } }),
  },
  {
    code: 'KIA0005',
    object: networking('DestinationRule', 'no-namespace', { host: HOST, exportTo: ['missing'] }),
  },
  {
    code: 'KIA0101',
    object: authorization('from-nowhere', { from: [{ source: { namespaces: ['missing'] } }] }),
  },
  { code: 'KIA0102', object: authorization('method', { to: [{ operation: { methods: ['FETCH'] } }] }) },
  {
    code: 'KIA0105',
    object: authorization(
      'plain',
      { from: [{ source: { namespaces: [PLAIN_NAMESPACE] } }] },
      PLAIN_NAMESPACE,
    ),
  },
  {
    code: 'KIA0106',
    object: authorization('from-nobody', {
      from: [{ source: { principals: [`cluster.local/ns/${BROKEN_NAMESPACE}/sa/missing`] } }],
    }),
  },
  { code: 'KIA0202', object: destinationRule('no-host', {}, MISSING) },
  {
    code: 'KIA0203',
    object: destinationRule('no-subset', { subsets: [{ name: 'v9', labels: { version: 'v9' } }] }),
  },
  {
    code: 'KIA0204',
    object: destinationRule('overridden', { trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } }),
  },
  { code: 'KIA0205', object: destinationRule('mesh-tls', tls('ISTIO_MUTUAL'), '*.local') },
  { code: 'KIA0206', object: destinationRule('namespace-tls', tls('ISTIO_MUTUAL'), ALL_OF_NAMESPACE) },
  {
    code: 'KIA0207',
    object: networking(
      'DestinationRule',
      'plain-text',
      { ...OWN, ...tls('DISABLE'), host: `*.${STRICT_NAMESPACE}.svc.cluster.local` },
      STRICT_NAMESPACE,
    ),
  },
  { code: 'KIA0209', object: destinationRule('no-labels', { subsets: [{ name: 'v1' }] }) },
  { code: 'KIA0301', object: gateway('first') },
  { code: 'KIA0301', object: gateway('second') },
  { code: 'KIA0302', object: gateway('no-gateway', 'missing') },
  {
    code: 'KIA0505',
    object: security('PeerAuthentication', 'default', { mtls: { mode: 'DISABLE' } }),
  },
  { code: 'KIA0601', object: service('broken-name', { name: 'product' }) },
  { code: 'KIA0602', object: service('broken-protocol', { name: 'grpc', appProtocol: 'weft' }) },
  { code: 'KIA0701', object: service('broken-target', { name: 'grpc', targetPort: 50_052 }) },
  { code: 'KIA1004', object: networking('Sidecar', 'no-egress', { egress: [{ hosts: [`./${MISSING}`] }] }) },
  {
    code: 'KIA1006',
    object: networking(
      'Sidecar',
      'weft-broken',
      { workloadSelector: { labels: { app: 'missing' } }, egress: [{ hosts: ['./*'] }] },
      'istio-system',
    ),
  },
  { code: 'KIA1101', object: virtualService('no-destination', { http: [{ route: [route(MISSING)] }] }) },
  {
    code: 'KIA1102',
    object: virtualService('no-gateway', {
      gateways: ['weft-broken/missing'],
      http: [{ route: [route(HOST)] }],
    }),
  },
  {
    code: 'KIA1104',
    object: virtualService('one-weight', { http: [{ route: [{ ...route(HOST), weight: 50 }] }] }),
  },
  {
    code: 'KIA1105',
    object: virtualService('twice', {
      http: [{ route: [1, 2].map(() => ({ ...route(HOST, 'v1'), weight: 50 })) }],
    }),
  },
  ...['same-host', 'same-host-again'].map((name) => ({
    code: 'KIA1106',
    object: virtualService(name, { http: [{ route: [route(HOST)] }] }, HOST),
  })),
  { code: 'KIA1107', object: virtualService('no-such-subset', { http: [{ route: [route(HOST, 'v8')] }] }) },
  {
    code: 'KIA1108',
    object: virtualService('old-name', {
      gateways: [`first.${BROKEN_NAMESPACE}.svc.cluster.local`],
      http: [{ route: [route(HOST)] }],
    }),
  },
  { code: 'KIA1301', object: deployment('uncovered', BROKEN_NAMESPACE) },
];
