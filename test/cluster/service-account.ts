import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { compiled } from '../mesh/compile/small-platform.ts';

/**
 * Creates, in a namespace, what a pod of a service with calls of layer `app` has: the compiled service account and Role, a
 * token, and the address of the API server.
 *
 * @returns the folder that Kubernetes would mount, which the caller removes, and the variables that it would set
 */
export async function serviceAccount(namespace: string) {
  const objects = compiled({ environment: { layer: 'app' } });
  const own = ['ServiceAccount', 'Role', 'RoleBinding'].map((kind) => {
    const [object] = objects
      .of(kind)
      .filter(({ metadata }) => ['shop', 'shop-endpoints'].includes(metadata.name));
    if (!object) throw new Error(`there is no ${kind} of 'shop'`);
    const subjects = [{ kind: 'ServiceAccount', name: 'shop', namespace }];
    return {
      ...object,
      metadata: { ...object.metadata, namespace },
      ...(kind === 'RoleBinding' && { subjects }),
    };
  });
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: own });
  await kubectl(['apply', '--filename=-'], { input });

  const view = ['config', 'view', '--raw', '--minify', '--flatten', '--output=json'];
  const [{ cluster }] = JSON.parse(await kubectl(view)).clusters;
  const folder = await mkdtemp(join(tmpdir(), 'weft-account-'));
  await writeFile(
    join(folder, 'ca.crt'),
    Buffer.from(String(cluster['certificate-authority-data']), 'base64'),
  );
  await writeFile(
    join(folder, 'token'),
    await kubectl(['create', 'token', 'shop', `--namespace=${namespace}`]),
    { mode: 0o600 },
  );
  const { hostname, port } = new URL(String(cluster.server));
  return {
    folder,
    variables: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port || '443' },
  };
}
