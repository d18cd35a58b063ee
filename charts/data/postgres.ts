import { readFileSync } from 'node:fs';
import { ConfigMap } from '../../imports/kubernetes.ts';
import { serviceSelector } from '../../mesh/compile/peers/labels.ts';
import { POSTGRES, type StoresConfig, storesConfig } from '../../mesh/compile/peers/stores.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { PASSWORDS_PATH, passwordFile, passwordsVolume } from './passwords.ts';
import { postgresSetup } from './postgres-setup.ts';
import { addStatefulServer } from './stateful-server.ts';

const SUPERUSER: SecretKey = { secret: 'postgres', key: 'superuser-password' };
const SETUP = 'postgres-setup';
const BROKER_SQL = new URL('../../services/kit/events/postgres-broker.sql', import.meta.url);

/**
 * Adds a single Postgres server for all stores and topics, with a role for each.
 * @param storageGiB size of the volume, in GiB
 * @returns the secrets that the server needs
 */
export function addPostgres(platform: Platform, storageGiB: number): readonly SecretKey[] {
  const stores = storesConfig(platform);
  const secrets = passwords(stores);
  new ConfigMap(platform, SETUP, {
    metadata: { name: SETUP, labels: serviceSelector(POSTGRES) },
    data: { 'stores.sql': postgresSetup(stores, PASSWORDS_PATH, readFileSync(BROKER_SQL, 'utf8')) },
  });
  addStatefulServer(platform, {
    ...POSTGRES,
    // User `postgres` of the image.
    uid: 999,
    container: {
      image: 'postgres:18-bookworm',
      // Enough for the pools of all pods, and of one more pod of each service during a rolling update.
      args: ['-c', 'max_connections=300'],
      env: [{ name: 'POSTGRES_PASSWORD_FILE', value: passwordFile(SUPERUSER) }],
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '512Mi' } },
      volumeMounts: [
        // The image stores its data in the subfolder 18/docker.
        { name: 'data', mountPath: '/var/lib/postgresql' },
        { name: 'setup', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
        { name: 'passwords', mountPath: PASSWORDS_PATH, readOnly: true },
        { name: 'run', mountPath: '/var/run/postgresql' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    },
    probe: { exec: { command: ['pg_isready', '--host=127.0.0.1', '--username=postgres', '--quiet'] } },
    volumes: [
      { name: 'setup', configMap: { name: SETUP } },
      passwordsVolume(secrets),
      { name: 'run', emptyDir: {} },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
    ],
    storageGiB,
  });
  return secrets;
}

function passwords({ stores, events }: StoresConfig): readonly SecretKey[] {
  return [SUPERUSER, ...[...stores, ...(events?.roles ?? [])].map(({ password }) => password)];
}
