import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LogList, TraceList } from '../../../../../mesh/run/dashboard/api/views.ts';
import { propertyRuns } from '../../../../property-runs.ts';
import { counter, decision, histogram, log, logs, metrics, span, traces } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

const METHOD = { 'rpc.method': 'test.v1.Payment/Pay', 'weft.callee': 'payment' };
const REQUESTS: readonly object[] = [
  traces('order', [
    span({ kind: 3, attributes: METHOD, events: [decision('ejected', { 'weft.endpoint': '10.0.0.1:1' })] }),
    span({ id: 2, parent: 1, kind: 2, attributes: { ...METHOD, 'weft.caller': 'order' }, isError: true }),
  ]),
  logs('order', [log({ trace: 1 }), log()]),
  metrics('order', [
    counter('weft_call_policy_total', [
      { value: 3, labels: { weft_call: 'payments', weft_decision: 'retried' } },
    ]),
    histogram('rpc_client_call_duration_seconds', [
      { bounds: [1], counts: [1, 1], labels: { rpc_method: 'a/b' } },
    ]),
  ]),
];

/** Returns the paths of all values in a document. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replace(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((child, at) => (String(at) === key ? replace(child, rest, replacement) : child));
  const parent = value as Readonly<Record<string, unknown>>;
  return { ...parent, [key]: replace(parent[key], rest, replacement) };
}

const mutant = fc
  .constantFrom(...REQUESTS)
  .chain((request) =>
    fc
      .tuple(
        fc.constantFrom(...pathsOf(request).filter(({ length }) => length > 1)),
        fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', 0, -1, [], {}, [null], [[]], '__proto__')),
      )
      .map(([path, replacement]) => replace(request, path, replacement) as object),
  );

test('any value in any place of a request is either stored or refused, and all views still work', async () => {
  await withDashboard(async ({ send, get, problems }) => {
    await fc.assert(
      fc.asyncProperty(mutant, async (request) => {
        // The store keeps the requests of earlier cases, of which one may be the cause: the problem names it.
        try {
          const { status } = await send(request);
          expect([200, 400]).toContain(status);
          const { traces: list } = await get<TraceList>('/api/traces?limit=3');
          for (const { traceId } of list) await get(`/api/traces/${traceId}`);
          await get<LogList>('/api/logs?limit=5');
          await get('/api/graph');
          await get('/api/metrics');
          await get('/api/telemetry/spans?limit=5');
          await get('/api/telemetry/resources');
        } catch (error) {
          throw new Error(problems.join('\n') || 'the dashboard reported no problem', { cause: error });
        }
      }),
      { numRuns: propertyRuns(300) },
    );
    expect(problems).toEqual([]);
  });
});
