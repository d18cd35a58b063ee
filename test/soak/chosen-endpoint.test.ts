import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { chosenEndpoint, REPLICAS } from '../cluster/chosen-endpoint.ts';
import { serviceImage } from '../cluster/pods.ts';
import { until } from '../until.ts';

/** Consecutive answers to inspect: more than a balancer would send to one of three pods by chance. */
const ANSWERS = 50;

const namespace = `weft-choice-${randomUUID().slice(0, 8)}`;
afterEach(async () => {
  await kubectl(['delete', 'namespace', namespace, '--wait=true']);
});

interface Line {
  readonly message: string;
  readonly by?: string;
}

async function answers(): Promise<readonly Line[]> {
  const logs = ['logs', 'deployment/caller-v1', `--namespace=${namespace}`, '--container=caller'];
  const text = await kubectl([...logs, '--tail=1000']).catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .filter(({ message }) => message === 'answered' || message === 'failed');
}

test.each([
  ['without a sidecar', false],
  ['beside a sidecar', true],
])(
  'a caller %s sends every call to the endpoint that it selected',
  async (_, istio) => {
    const items = chosenEndpoint(namespace, istio, await serviceImage());
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl(['apply', '--server-side', '--filename=-'], { input });
    await kubectl(['rollout', 'status', 'deployment', `--namespace=${namespace}`, '--timeout=300s']);
    // The caller may have started before all callees were ready.
    await kubectl(['rollout', 'restart', 'deployment/caller-v1', `--namespace=${namespace}`]);
    await kubectl([
      'rollout',
      'status',
      'deployment/caller-v1',
      `--namespace=${namespace}`,
      '--timeout=300s',
    ]);
    const getPods = ['get', 'pods', '--selector=app=callee', `--namespace=${namespace}`, '--output=name'];
    const callees = (await kubectl(getPods)).trim().split('\n');
    expect(callees).toHaveLength(REPLICAS);

    let pods: readonly string[] = [];
    // DNS may return the last callee some seconds after it is ready, and the choice then changes once.
    await until(
      `${ANSWERS} answers in a row come from one pod`,
      async () => {
        const lines = (await answers()).slice(-ANSWERS);
        pods = [...new Set(lines.map(({ message, by }) => (message === 'answered' ? `pod/${by}` : message)))];
        return lines.length === ANSWERS && pods.length === 1;
      },
      { timeoutMs: 120_000, lastState: () => pods },
    );
    expect(callees).toEqual(expect.arrayContaining([...pods]));
  },
  600_000,
);
