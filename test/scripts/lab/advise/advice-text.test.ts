import { describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { adviceText } from '../../../../scripts/lab/advise/advice-text.ts';
import { type Advice, adviseCall } from '../../../../scripts/lab/advise/advise-call.ts';
import { citeInFull, listLosses } from '../../../../scripts/lab/advise/reasons.ts';
import { handReport } from './hand-report.ts';

const OUTLIERS = { timeout: '1s', outlierDetection: { consecutiveErrors: 5 } } as const;
const REPORT = handReport({
  calm: { app: { cpu: 1_234 }, mesh: { cpu: 3_000 } },
  'failing-replica': { app: { success: 99.2 }, mesh: { success: 99.9 } },
  'latency-spike': { app: { p99: 500 }, mesh: { p99: 900 } },
});

function advise(policy: CallPolicy, hasIstio = true): Advice {
  const call = { name: 'product', caller: { name: 'gateway' }, callee: { name: 'product', versions: [1] } };
  return adviseCall({ ...call, layer: 'mesh', policy }, REPORT, hasIstio);
}

const lines = (...all: readonly Advice[]) => adviceText(all).split('\n');

describe('the table', () => {
  test('has a line for each call with its policy, the recommended layer and its cost', () => {
    const [head, line] = lines(advise({ timeout: '1s' }));
    expect(head).toMatch(/^call +recommended +current +CPU ms +policy$/);
    expect(line).toMatch(/^gateway\/product +app +mesh +1,230 +timeout, round-robin$/);
  });

  test('describes the losses with the numbers of the report', () => {
    const text = lines(advise({ ...OUTLIERS, approximation: 'accept' }));
    expect(text[2]).toBe(
      '    loses mTLS and authorization by the sidecar; outlierDetection only approximately [1]; failing-replica: success 99.2 %, mesh 99.9 %',
    );
    expect(text).toContain('    not mesh: latency-spike: p99 900 ms, app 500 ms');
    expect(text.some((line) => line.startsWith('[1] an endpoint without a connection'))).toBe(true);
  });

  test('gives the reason against other layers, and states when nothing is lost', () => {
    const text = lines(advise(OUTLIERS));
    expect(text[2]).toBe('    loses nothing');
    expect(text[3]).toBe('    not app: outlierDetection only approximately [1]');
  });

  test('names the fields that a layer does not support', () => {
    const hedging = { maxAttempts: 2, delay: '10ms' } as const;
    expect(lines(advise({ timeout: '1s', hedging }))).toContainEqual('    not mesh: no hedging [1]');
  });

  test('names each unmeasured layer once', () => {
    const text = adviceText([advise(OUTLIERS), advise(OUTLIERS)]);
    expect(text.match(/not measured: proxyless;/g)).toHaveLength(1);
  });
});

describe('the security of the sidecar', () => {
  test('is lost by calls that leave the mesh, not by calls that stay or in an environment without Istio', () => {
    const loss = expect.stringContaining('mTLS and authorization');
    expect(listLosses(advise({ timeout: '1s' }), citeInFull)).toContainEqual(loss);
    expect(listLosses(advise(OUTLIERS), citeInFull)).not.toContainEqual(loss);
    expect(listLosses(advise({ timeout: '1s' }, false), citeInFull)).not.toContainEqual(loss);
  });
});
