import { describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { adviceText } from '../../../../scripts/lab/advise/advice-text.ts';
import { type Advice, adviseCall } from '../../../../scripts/lab/advise/advise-call.ts';
import { inFull, losesOf } from '../../../../scripts/lab/advise/words.ts';
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
  test('has a line for a call, with what it asks for, the layer and its cost', () => {
    const [head, line] = lines(advise({ timeout: '1s' }));
    expect(head).toMatch(/^call +recommended +now +CPU ms +asks for$/);
    expect(line).toMatch(/^gateway\/product +app +mesh +1,230 +timeout, round-robin$/);
  });

  test('says what is lost in words, with the numbers of the report', () => {
    const text = lines(advise({ ...OUTLIERS, approximation: 'accept' }));
    expect(text[2]).toBe(
      '    loses mTLS and authorization by the sidecar; outlierDetection only approximately [1]; failing-replica: success 99.2 %, mesh 99.9 %',
    );
    expect(text).toContain('    not mesh: latency-spike: p99 900 ms, app 500 ms');
    expect(text.some((line) => line.startsWith('[1] an endpoint that cannot be connected'))).toBe(true);
  });

  test('says why not, and that nothing is lost', () => {
    const text = lines(advise(OUTLIERS));
    expect(text[2]).toBe('    loses nothing');
    expect(text[3]).toBe('    not app: outlierDetection only approximately [1]');
  });

  test('of a layer that cannot do it, names what it cannot do', () => {
    const hedging = { maxAttempts: 2, delay: '10ms' } as const;
    expect(lines(advise({ timeout: '1s', hedging }))).toContainEqual('    not mesh: no hedging [1]');
  });

  test('names layers that were not measured once', () => {
    const text = adviceText([advise(OUTLIERS), advise(OUTLIERS)]);
    expect(text.match(/not measured: proxyless;/g)).toHaveLength(1);
  });
});

describe('the sidecar', () => {
  test('is lost by who leaves the mesh, not by who stays, nor where there is none', () => {
    const loss = expect.stringContaining('mTLS and authorization');
    expect(losesOf(advise({ timeout: '1s' }), inFull)).toContainEqual(loss);
    expect(losesOf(advise(OUTLIERS), inFull)).not.toContainEqual(loss);
    expect(losesOf(advise({ timeout: '1s' }, false), inFull)).not.toContainEqual(loss);
  });
});
