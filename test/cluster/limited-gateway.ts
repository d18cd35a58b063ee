import { loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { formatProblems } from '../../mesh/check/format-problems.ts';
import { applyObjects } from '../../scripts/operate/cluster/apply-manifests.ts';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { type KubeObject, nameOf } from '../../scripts/operate/cluster/objects.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { waitForRollout } from '../../scripts/operate/cluster/rollout.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';

/** Header that selects the limited version of the gateway. */
export const LIMITED = { 'x-weft-test': 'limited' } as const;
/** Burst of one client; it recovers one request per second. */
export const BURST = 40;

const OWN = [`Deployment ${NAMESPACE}/gateway-limited`, `DestinationRule ${NAMESPACE}/gateway`];
const ROUTE = `VirtualService ${NAMESPACE}/gateway-edge`;

/**
 * Adds a version of the gateway with a low rate limit to the running shop. Requests select it by a header.
 * @returns a function that removes the version
 */
export async function startLimitedGateway(): Promise<() => Promise<void>> {
  const environment = loadEnvironment('kind');
  const { tags } = await readRelease();
  const [name, value] = Object.entries(LIMITED)[0] ?? [];
  if (!name || !value) throw new Error('no header selects the limited gateway');
  const before = objectsOf({ ...environment, imageTagOverrides: tags });
  const after = objectsOf({
    ...environment,
    imageTagOverrides: tags,
    // One process, because each has its own limits.
    sizeOverrides: { ...environment.sizeOverrides, gateway: { minReplicas: 1, maxReplicas: 1 } },
    versions: {
      ...environment.versions,
      gateway: [
        { name: 'v1', weight: 100 },
        {
          name: 'limited',
          weight: 0,
          header: { name, value },
          settings: { WEFT_RATE_LIMIT: '1', WEFT_RATE_LIMIT_BURST: String(BURST) },
        },
      ],
    },
  });
  const stop = async () => {
    await applyObjects(before.filter((object) => nameOf(object) === ROUTE));
    for (const [kind = '', object = ''] of OWN.map((one) => one.split(` ${NAMESPACE}/`)))
      await kubectl(['delete', kind, object, `--namespace=${NAMESPACE}`, '--ignore-not-found']);
  };
  try {
    await applyObjects(after.filter((object) => [...OWN, ROUTE].includes(nameOf(object))));
    await waitForRollout('statefulsets,deployments', { rolloutTimeoutMs: 300_000 });
    const address = await readGatewayAddress();
    await until('the ingress gateway routes to the limited version', async () => {
      const { headers } = await ask(address, 'GET', '/openapi.json', { headers: LIMITED });
      return headers.get('ratelimit-policy')?.includes(`q=${BURST};`);
    });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

function objectsOf(environment: Parameters<typeof synthesizeShop>[0]): readonly KubeObject[] {
  const { manifests, problems } = synthesizeShop(environment);
  if (problems.length > 0) throw new Error(formatProblems(problems));
  return manifests.map(({ object }) => object);
}
