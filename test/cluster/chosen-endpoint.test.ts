import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { until } from '../until.ts';
import { chosenEndpoint, REPLICAS } from './chosen-endpoint.ts';
import { serviceImage } from './pods.ts';

/** Answers that are looked at: more than a balancer would give one of three pods by chance. */
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
  'a caller %s reaches the endpoint that it has chosen, and no other',
  async (_, istio) => {
    const items = chosenEndpoint(namespace, istio, await serviceImage());
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl(['apply', '--server-side', '--filename=-'], { input });
    await kubectl(['rollout', 'status', 'deployment', `--namespace=${namespace}`, '--timeout=300s']);
    // It may have begun when not all of them were ready, and chosen among those that were.
    await kubectl(['rollout', 'restart', 'deployment/caller-v1', `--namespace=${namespace}`]);
    await kubectl([
      'rollout',
      'status',
      'deployment/caller-v1',
      `--namespace=${namespace}`,
      '--timeout=300s',
    ]);
    const pods = ['get', 'pods', '--selector=app=callee', `--namespace=${namespace}`, '--output=name'];
    const callees = (await kubectl(pods)).trim().split('\n');
    expect(callees).toHaveLength(REPLICAS);

    const last = await until(
      `${ANSWERS} answers in a row`,
      async () => {
        const some = (await answers()).slice(-ANSWERS);
        return some.length === ANSWERS && some.every(({ message }) => message === 'answered') && some;
      },
      { patienceMs: 120_000, seen: () => namespace },
    );
    const by = new Set(last.map((line) => `pod/${line.by}`));
    expect([...by]).toHaveLength(1);
    expect(callees).toEqual(expect.arrayContaining([...by]));
  },
  600_000,
);
