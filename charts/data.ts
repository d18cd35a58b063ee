import { readFileSync } from 'node:fs';
import {
  ConfigMap,
  type Container,
  Service as KubeService,
  ServiceAccount,
  StatefulSet,
  type Volume,
} from '../imports/kubernetes.ts';
import { podSecurityContext, RESTRICTED_CONTAINER } from '../mesh/compile/kubernetes/security-context.ts';
import { serviceSelector } from '../mesh/compile/labels.ts';
import { POSTGRES, type StoresConfig, storesConfig } from '../mesh/compile/stores.ts';
import type { Platform } from '../mesh/graph/platform.ts';
import type { SecretKey } from '../mesh/graph/secret-key.ts';
import { postgresSetup } from './postgres-setup.ts';

const IMAGE = 'postgres:18-bookworm';
/** User `postgres` of the image. */
const POSTGRES_UID = 999;
const PASSWORDS = '/etc/weft/passwords';
const SUPERUSER: SecretKey = { secret: 'postgres', key: 'superuser-password' };
const BROKER_SQL = new URL('../services/kit/events/postgres-broker.sql', import.meta.url);

/**
 * One Postgres server in the cluster for all stores and topics, each with a role of its own. For environments that
 * have no server of their own.
 * @returns the secrets that it needs
 */
export function postgres(platform: Platform, storageGiB: number): readonly SecretKey[] {
  const stores = storesConfig(platform);
  const secrets = passwords(stores);
  const metadata = { name: POSTGRES.name, labels: serviceSelector(POSTGRES) };
  new ServiceAccount(platform, 'postgres-service-account', { metadata, automountServiceAccountToken: false });
  new ConfigMap(platform, 'postgres-setup', {
    metadata: { ...metadata, name: 'postgres-setup' },
    data: { 'stores.sql': postgresSetup(stores, PASSWORDS, readFileSync(BROKER_SQL, 'utf8')) },
  });
  new KubeService(platform, 'postgres-service', {
    metadata,
    spec: {
      selector: serviceSelector(POSTGRES),
      ports: [{ name: 'tcp-postgres', port: POSTGRES.port, targetPort: 'tcp-postgres', appProtocol: 'tcp' }],
    },
  });
  new StatefulSet(platform, 'postgres', {
    metadata,
    spec: {
      serviceName: POSTGRES.name,
      replicas: 1,
      selector: { matchLabels: serviceSelector(POSTGRES) },
      template: {
        metadata: { labels: serviceSelector(POSTGRES) },
        spec: {
          serviceAccountName: POSTGRES.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurityContext(POSTGRES_UID),
          terminationGracePeriodSeconds: 60,
          containers: [container()],
          volumes: volumes(secrets),
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${storageGiB}Gi` } } },
        },
      ],
    },
  });
  return secrets;
}

function passwords({ stores, events }: StoresConfig): readonly SecretKey[] {
  return [SUPERUSER, ...[...stores, ...(events?.roles ?? [])].map(({ password }) => password)];
}

function container(): Container {
  const ready = { exec: { command: ['pg_isready', '--host=127.0.0.1', '--username=postgres', '--quiet'] } };
  return {
    name: POSTGRES.name,
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    // Room for the pools of all pods, and for one more of each while a new version comes up.
    args: ['-c', 'max_connections=300'],
    env: [{ name: 'POSTGRES_PASSWORD_FILE', value: `${PASSWORDS}/${SUPERUSER.secret}/${SUPERUSER.key}` }],
    ports: [{ name: 'tcp-postgres', containerPort: POSTGRES.port }],
    resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '512Mi' } },
    startupProbe: { ...ready, periodSeconds: 1, failureThreshold: 120 },
    readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 2 },
    livenessProbe: { ...ready, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [
      // The image keeps its data in 18/docker below this.
      { name: 'data', mountPath: '/var/lib/postgresql' },
      { name: 'setup', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
      { name: 'passwords', mountPath: PASSWORDS, readOnly: true },
      { name: 'run', mountPath: '/var/run/postgresql' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

function volumes(secrets: readonly SecretKey[]): readonly Volume[] {
  return [
    { name: 'setup', configMap: { name: 'postgres-setup' } },
    {
      name: 'passwords',
      projected: {
        defaultMode: 0o440,
        sources: secrets.map(({ secret, key }) => ({
          secret: { name: secret, items: [{ key, path: `${secret}/${key}` }] },
        })),
      },
    },
    { name: 'run', emptyDir: {} },
    { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
  ];
}
