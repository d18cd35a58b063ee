import { expect, test } from '@jest/globals';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { formatProblems } from '../../../mesh/check/format-problems.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic } from '../../../mesh/graph/topic.ts';
import type { Duration } from '../../../mesh/policy/duration.ts';
import { ITEMS, POLICY, RETRIES, SmallPlatform } from './small-platform.ts';

test('reports all problems of an invalid graph at once', () => {
  const platform = new SmallPlatform({
    size: { minReplicas: 3, maxReplicas: 2, cpuMillis: 100, memoryMiB: 128 },
    drainDuration: '500ms',
  });
  const { front, back, web } = platform;
  const upper = new Service(platform, 'Upper_Case', { serves: ITEMS });
  const canary = new Service(platform, 'canary', {
    serves: ITEMS,
    settings: { WEFT_SERVICE: 'other' },
    versions: [
      { name: 'v1', weight: 70 },
      { name: 'v1', weight: 20 },
    ],
  });
  upper.consumesFrom(
    new Topic(platform, 'no.publisher', { messageTypes: [{ $type: 'test.v1.ItemChanged' }] }),
  );
  front.calls(front, ['get'], POLICY);
  front.calls(web, [], POLICY);
  front.calls(canary, ['gett' as 'get'], { timeout: '2 seconds' as Duration });
  back.calls(canary, ['get', 'watch', 'add'], {
    timeout: '300ms',
    retries: { max: 20, perTryTimeout: '2s', on: ['unavailable'] },
    balance: {
      kind: 'consistent-hash',
      by: { header: 'X-User' },
      table: { kind: 'maglev', tableSize: 65_536 },
    },
    limits: { requests: 0 },
  });
  back.calls(canary, ['get'], { ...POLICY, timeout: 'none', layer: 'app', retries: RETRIES }, 'canary-again');
  back.calls(front, ['get'], { ...POLICY, retries: RETRIES });

  const problems = checkGraph(platform);
  const rules = new Set(problems.map(({ rule }) => rule));
  expect([...rules].sort()).toEqual([
    'call/callee',
    'call/idempotency',
    'call/itself',
    'call/methods',
    'call/pair',
    'call/repeated-method',
    'call/stream',
    'environment/drainDuration',
    'environment/size',
    'policy/balance',
    'policy/limits',
    'policy/retries',
    'policy/timeout',
    'retries/cycle',
    'retries/two-layers',
    'service/name',
    'service/secrets',
    'service/settings',
    'service/versions',
    'topic/name',
    'topic/publisher',
  ]);
  for (const { path, message } of problems) {
    expect(path).toMatch(/^small/);
    expect(message).toMatch(/^[^A-Z]/);
  }
  const text = formatProblems(problems);
  expect(text).toContain('small/back/call-canary\n');
  expect(text).toContain(
    "  - timeout is '2 seconds': use a number and a unit, such as '250ms', '2s', '5m' or '1h' [policy/timeout]\n",
  );
  expect(text).toContain("did you mean 'get'?");
  expect(text).toContain('3 x 21 = 63 attempts of one call');
  expect(text).toMatch(/\n\d+ problems; nothing is written\n$/);
});

test('reports no problems of a valid graph', () => {
  expect(checkGraph(new SmallPlatform())).toEqual([]);
  expect(formatProblems([])).toBe('');
});
