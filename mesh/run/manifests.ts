import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const probe = z.object({
  httpGet: z.object({ path: z.string().default('/'), port: z.union([z.string(), z.number()]) }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
});
export type ContainerProbe = z.infer<typeof probe>;

const optional = z.boolean().default(false);
const keyRef = z.object({ name: z.string(), key: z.string(), optional });
const mapRef = z.object({ name: z.string(), optional });
const fieldRef = z.object({ fieldPath: z.string() });
const amount = z.union([z.string(), z.number()]);
const resourceFieldRef = z.object({ resource: z.string(), divisor: amount.optional() });

const container = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  workingDir: z.string().optional(),
  envFrom: z
    .array(
      z.object({
        prefix: z.string().default(''),
        configMapRef: mapRef.optional(),
        secretRef: mapRef.optional(),
      }),
    )
    .default([]),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().default(''),
        valueFrom: z
          .object({
            secretKeyRef: keyRef.optional(),
            configMapKeyRef: keyRef.optional(),
            fieldRef: fieldRef.optional(),
            resourceFieldRef: resourceFieldRef.optional(),
          })
          .optional(),
      }),
    )
    .default([]),
  resources: z
    .object({
      limits: z.record(z.string(), amount).default({}),
      requests: z.record(z.string(), amount).default({}),
    })
    .default({ limits: {}, requests: {} }),
  ports: z.array(z.object({ name: z.string().default(''), containerPort: z.number() })).default([]),
  volumeMounts: z
    .array(
      z.object({
        name: z.string(),
        mountPath: z.string(),
        subPath: z.string().default(''),
        subPathExpr: z.string().default(''),
      }),
    )
    .default([]),
  lifecycle: z
    .object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }).optional() }).optional() })
    .optional(),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
});
export type Container = z.infer<typeof container>;

const mode = z.number().optional();
const items = z.array(z.object({ key: z.string(), path: z.string(), mode })).optional();
const configMapSource = z.object({ name: z.string(), items, optional });
const secretSource = z.object({ name: z.string(), items });
const downwardSource = z.object({
  items: z
    .array(
      z.object({
        path: z.string(),
        mode,
        fieldRef: fieldRef.optional(),
        resourceFieldRef: resourceFieldRef.optional(),
      }),
    )
    .default([]),
});

/** A strict object: a volume of another kind would be an empty folder here. */
const volume = z.strictObject({
  name: z.string(),
  emptyDir: z.object({}).optional(),
  configMap: configMapSource.extend({ defaultMode: mode }).optional(),
  secret: z.object({ secretName: z.string(), items, defaultMode: mode }).optional(),
  downwardAPI: downwardSource.extend({ defaultMode: mode }).optional(),
  projected: z
    .object({
      defaultMode: mode,
      sources: z.array(
        z.strictObject({
          configMap: configMapSource.optional(),
          secret: secretSource.optional(),
          downwardAPI: downwardSource.optional(),
        }),
      ),
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
      metadata: z.object({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
      spec: z.object({
        serviceAccountName: z.string().optional(),
        securityContext: z
          .object({ fsGroup: z.number().optional(), runAsUser: z.number().optional() })
          .default({}),
        terminationGracePeriodSeconds: z.number().default(30),
        initContainers: z.array(z.object({ name: z.string() })).default([]),
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
export type ManifestService = z.infer<typeof service>;

const configMap = z.object({
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
});
export type ConfigMap = z.infer<typeof configMap>;

/** What a run without a cluster reads of the manifests. */
export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly services: readonly ManifestService[];
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

function parse(path: string, object: unknown): readonly (Workload | ManifestService | ConfigMap)[] {
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
