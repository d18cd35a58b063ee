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

/** Rejects unknown fields: a volume of an unsupported kind would otherwise become an empty folder without an error. */
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

/** Schema of the metadata of an object. */
export const metadata = z.object({
  name: z.string(),
  namespace: z.string().default('default'),
  labels: z.record(z.string(), z.string()).default({}),
});

/** Schema of a Deployment or StatefulSet. Unknown fields are dropped. */
export const workload = z.object({
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
