import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { loadEnvironment } from '../../../charts/environments.ts';
import { observabilityFiles } from '../../../charts/observability/files.ts';
import { PART_NAMES } from '../../../charts/observability/names.ts';
import { OBSERVABILITY_PARTS, type ObservabilityPart } from '../../../charts/observability/settings.ts';
import { withObservability } from '../../../charts/observability-override.ts';
import { synthesizeShop } from '../../../charts/synthesize.ts';
import type { KubernetesObject } from '../../../mesh/render/manifest.ts';

function stackWith(environment: string, without: readonly ObservabilityPart[] = []) {
  const { manifests, problems } = synthesizeShop(
    withObservability(loadEnvironment(environment), { without }),
    observabilityFiles,
  );
  const own = manifests.filter(({ file }) => file.startsWith('monitoring')).map(({ object }) => object);
  return { problems, manifests: manifests.map(({ object }) => object), own };
}

function names(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.map(
    ({ kind, metadata: { name, namespace } }) =>
      `${kind} ${namespace === 'monitoring' ? '' : `${namespace}/`}${name}`,
  );
}

function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const object = objects.find(
    (other) =>
      other.kind === kind && other.metadata.name === name && other.metadata.namespace === 'monitoring',
  );
  if (!object) throw new Error(`${kind} ${name} does not exist`);
  return object;
}

function file(objects: readonly KubernetesObject[], configMap: string, key: string): unknown {
  const { data } = find(objects, 'ConfigMap', configMap) as unknown as { data: Record<string, string> };
  return parse(data[key] ?? '');
}

function workloads(objects: readonly KubernetesObject[]) {
  return objects.filter(
    ({ kind }) => kind === 'Deployment' || kind === 'StatefulSet',
  ) as unknown as readonly {
    metadata: { name: string };
    spec: {
      template: {
        spec: {
          automountServiceAccountToken: boolean;
          securityContext: object;
          containers: readonly { image: string; securityContext: object; resources: object }[];
        };
      };
    };
  }[];
}

describe.each(['kind', 'production'])('the observability stack of %s', (environment) => {
  const { problems, own } = stackWith(environment);

  test('has no problems', () => {
    expect(problems).toEqual([]);
  });

  test('has the recorded objects', () => {
    expect([...names(own)].sort().join('\n')).toMatchSnapshot();
  });
});

/** ConfigMaps with the rules and dashboards that are derived from the graph. */
const GENERATED: readonly string[] = ['prometheus-rules', 'grafana-generated'];

const kind = stackWith('kind');

test('the configuration of every part is as recorded', () => {
  const configs = kind.own.flatMap((object) => {
    const data = object.kind === 'ConfigMap' ? (object.data as Record<string, string>) : {};
    return Object.entries(data)
      .filter(([key]) => !GENERATED.includes(object.metadata.name) || key === 'observability.yaml')
      .map(([key, text]) => `# ${object.metadata.name}/${key}\n${text}`);
  });
  expect(configs.join('\n')).toMatchSnapshot();
});

test('the policies and the workload of Prometheus are as recorded', () => {
  const objects = ['ServiceAccount', 'Service', 'StatefulSet', 'NetworkPolicy', 'AuthorizationPolicy'].map(
    (objectKind) => find(kind.own, objectKind, 'prometheus'),
  );
  const text = objects.map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
  expect(text.replaceAll(/[0-9a-f]{64}/g, 'CHECKSUM')).toMatchSnapshot();
});

test('every workload is restricted', () => {
  const restricted = workloads(kind.own);
  expect(restricted.map(({ metadata }) => metadata.name).sort()).toEqual(Object.values(PART_NAMES).sort());
  for (const { spec } of restricted) {
    const { securityContext, containers } = spec.template.spec;
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const container of containers) {
      expect(container.securityContext).toMatchObject({
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  }
});

test('only Prometheus and Kiali have a token for the Kubernetes API', () => {
  const withToken = workloads(kind.own).filter(({ spec }) => spec.template.spec.automountServiceAccountToken);
  expect(withToken.map(({ metadata }) => metadata.name).sort()).toEqual(['kiali', 'prometheus']);
});

test('images have an exact version', () => {
  const images = workloads(kind.own).flatMap(({ spec }) =>
    spec.template.spec.containers.map(({ image }) => image),
  );
  for (const image of images) expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
});

describe.each(OBSERVABILITY_PARTS.filter((part) => part !== 'prometheus'))('without %s', (part) => {
  const { problems, own } = stackWith('kind', [part]);

  test('the stack has no problems, and no object of the part', () => {
    expect(problems).toEqual([]);
    expect(names(own).filter((name) => name.split(/[ /-]/).includes(PART_NAMES[part]))).toEqual([]);
    expect(own.map((object) => JSON.stringify(object)).join('\n')).not.toContain(`/sa/${PART_NAMES[part]}"`);
  });
});

test('processes export to the collector only if the stack has one', () => {
  const variables = (objects: readonly KubernetesObject[]) =>
    JSON.stringify(
      objects.filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'order-v1'),
    );
  expect(variables(kind.manifests)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
  expect(variables(stackWith('kind', ['collector']).manifests)).not.toContain('OTEL_');
  const { manifests } = synthesizeShop(loadEnvironment('kind'));
  expect(JSON.stringify(manifests)).not.toContain('OTEL_');
});

test('the collector keeps errors, slow traces and a share of the others', () => {
  const config = file(stackWith('production').own, 'opentelemetry-collector-otelcol', 'config.yaml');
  expect(config).toMatchObject({
    processors: {
      tail_sampling: {
        policies: expect.arrayContaining([
          { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
          { name: 'slow', type: 'latency', latency: { threshold_ms: 500 } },
          { name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: 10 } },
        ]),
      },
    },
  });
});

test('each datasource of Grafana and each external service of Kiali is a part of the stack', () => {
  const { own } = stackWith('kind', ['loki']);
  const grafana = JSON.stringify(file(own, 'grafana-datasources', 'datasources.yaml'));
  expect(grafana).not.toContain('loki');
  expect(grafana).toContain('http://prometheus.monitoring.svc.cluster.local:9090');
  const kiali = file(stackWith('kind', ['grafana']).own, 'kiali-config', 'config.yaml');
  expect(kiali).toMatchObject({
    external_services: { grafana: { enabled: false }, tracing: { enabled: true } },
  });
});
