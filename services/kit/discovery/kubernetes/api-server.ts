import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '../../config/settings.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import { fetchWithoutKeepAlive, type RegistryFetch } from '../registry-request.ts';

/** A Kubernetes API server, and the credentials to use. */
export interface ApiServer {
  /** `https://10.96.0.1:443`. */
  readonly url: string;
  /** Returns the headers of the next request. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** @default that of requestJson */
  readonly fetch?: RegistryFetch;
}

const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Returns the API server of the cluster that this process runs in. The token is read for each request, because Kubernetes
 * replaces it before it expires.
 * @param folder mount path of the service account
 * @throws SettingsError if the process is not in a pod, or its pod has no token
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export function inClusterApiServer(variables: Variables, folder = SERVICE_ACCOUNT_FOLDER): ApiServer {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = variables;
  if (!host || !port) {
    const rule = 'missing; run in a pod, or set WEFT_DISCOVERY to another discovery than kubernetes';
    throw new SettingsError([{ key: `KUBERNETES_SERVICE_${host ? 'PORT' : 'HOST'}`, rule }]);
  }
  const ca = readAccountFile(join(folder, 'ca.crt'));
  const headers = () => ({ authorization: `Bearer ${readAccountFile(join(folder, 'token')).trim()}` });
  // Fails at startup if there is no token.
  headers();
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    headers,
    fetch: fetchWithoutKeepAlive({ ca }),
  };
}

function readAccountFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const rule = `cannot be read (${code}); set automountServiceAccountToken for the pod`;
    throw new SettingsError([{ key: path, rule }]);
  }
}
