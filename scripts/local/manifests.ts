import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.union([z.string(), z.number()]) }).optional(),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});
export type Probe = z.infer<typeof probe>;

const keyRef = z.object({ name: z.string(), key: z.string() });

const container = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).default([]),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().default(''),
        valueFrom: z
          .object({ secretKeyRef: keyRef.optional(), configMapKeyRef: keyRef.optional() })
          .optional(),
      }),
    )
    .default([]),
  ports: z.array(z.object({ name: z.string().default(''), containerPort: z.number() })).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
});
export type Container = z.infer<typeof container>;

const items = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const configMapSource = z.object({ name: z.string(), items });
const secretSource = z.object({ name: z.string(), items });

const volume = z.object({
  name: z.string(),
  configMap: configMapSource.optional(),
  secret: z.object({ secretName: z.string(), items }).optional(),
  projected: z
    .object({
      sources: z.array(z.object({ configMap: configMapSource.optional(), secret: secretSource.optional() })),
    })
    .optional(),
});
export type Volume = z.infer<typeof volume>;

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default('default'),
  labels: z.record(z.string(), z.string()).default({}),
});

const workload = z.object({
  kind: z.enum(['Deployment', 'StatefulSet']),
  metadata,
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number().default(30),
        // Sidecars and init containers have no meaning without a pod.
        containers: z.tuple([container], container),
        volumes: z.array(volume).default([]),
      }),
    }),
  }),
});
export type Workload = z.infer<typeof workload>;

const service = z.object({
  kind: z.literal('Service'),
  metadata,
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z.array(z.object({ port: z.number(), targetPort: z.union([z.string(), z.number()]).optional() })),
  }),
});
export type Service = z.infer<typeof service>;

const configMap = z.object({
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.record(z.string(), z.string()).default({}),
});
export type ConfigMap = z.infer<typeof configMap>;

/** What a run without a cluster reads of the manifests. */
export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly configMaps: readonly ConfigMap[];
}

const SCHEMAS = { Deployment: workload, StatefulSet: workload, Service: service, ConfigMap: configMap };

/**
 * Reads the YAML files of a folder and of the folders in it.
 *
 * @throws Error that names the file and the object that cannot be read
 */
export async function readManifests(folder: string): Promise<Manifests> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
  const objects = await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name);
      return parseAllDocuments(await readFile(path, 'utf8')).flatMap((document) => {
        const [error] = document.errors;
        if (error) throw new Error(`${path}: ${error.message}`);
        return parse(path, document.toJS() as unknown);
      });
    }),
  );
  const all = objects.flat();
  return {
    workloads: all.filter(isWorkload),
    services: all.filter((object) => object.kind === 'Service'),
    configMaps: all.filter((object) => object.kind === 'ConfigMap'),
  };
}

function parse(path: string, object: unknown): readonly (Workload | Service | ConfigMap)[] {
  const { kind } = (object ?? {}) as { readonly kind?: string };
  if (!kind || !isKnown(kind)) return [];
  const parsed = SCHEMAS[kind].safeParse(object);
  if (parsed.success) return [parsed.data];
  const { name } = ((object as { metadata?: { name?: string } }).metadata ?? {}) as { name?: string };
  throw new Error(`${path}: ${kind} ${name ?? 'without a name'}: ${z.prettifyError(parsed.error)}`);
}

function isWorkload(object: { readonly kind: string }): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'StatefulSet';
}

function isKnown(kind: string): kind is keyof typeof SCHEMAS {
  return kind in SCHEMAS;
}
