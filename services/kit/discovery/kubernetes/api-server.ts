import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '../../config/settings.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import { freshConnections } from '../fresh-connections.ts';
import type { Fetch } from '../registry-request.ts';

/** The Kubernetes API, and who asks it. */
export interface ApiServer {
  /** `https://10.96.0.1:443`. */
  readonly url: string;
  /** Headers of the next request. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** @default that of requestJson */
  readonly fetch?: Fetch;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The API server of the cluster that this process runs in. The token is read for every request, since Kubernetes
 * replaces it before it expires.
 * @param folder where the service account is mounted
 * @throws SettingsError when the process is in no pod, or its pod has no token
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export function inClusterApiServer(variables: Variables, folder = SERVICE_ACCOUNT): ApiServer {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = variables;
  if (!host || !port) {
    const rule = 'missing; run in a pod, or give another WEFT_DISCOVERY than kubernetes';
    throw new SettingsError([{ key: `KUBERNETES_SERVICE_${host ? 'PORT' : 'HOST'}`, rule }]);
  }
  const ca = read(join(folder, 'ca.crt'));
  const headers = () => ({ authorization: `Bearer ${read(join(folder, 'token')).trim()}` });
  headers();
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    headers,
    fetch: freshConnections({ ca }),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const rule = `cannot be read (${code}); set automountServiceAccountToken for the pod`;
    throw new SettingsError([{ key: path, rule }]);
  }
}
