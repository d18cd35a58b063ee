import type { ConformanceProbe } from '../probe.ts';
import type { Script } from '../scripted-callee.ts';

const FAILING: Script = { rest: 'answer HTTP 503' };

const policy = {
  timeout: '10s',
  outlierDetection: {
    consecutiveErrors: 3,
    // Longer than the calls of a probe take on a busy machine: who judges by the interval has not judged by then.
    interval: '60s',
    baseEjectionTime: '60s',
    maxEjectionPercent: 50,
  },
} as const;

/** Three callees of which one resets every stream. */
export const outlierDetection: ConformanceProbe = {
  field: 'outlierDetection',
  policy,
  callees: 3,
  expected: 'out after 3 errors',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts(FAILING);
    for (let turn = 0; turn < 60; turn++) await call();
    const [failing] = await receivedRequests();
    const errors = failing?.length ?? 0;
    return errors < 20 ? `out after ${errors} errors` : 'not taken out';
  },
};

/** Three callees of which two fail, and half of which may be out. */
export const half: ConformanceProbe = {
  field: 'outlierDetection.maxEjectionPercent',
  policy,
  callees: 3,
  expected: '1 is out',
  run: async ({ receivedRequests, setScripts, call }) => {
    // Those that are out after many calls get none of the next.
    for (const calls of [60, 30]) {
      await setScripts(FAILING, FAILING);
      for (let turn = 0; turn < calls; turn++) await call();
    }
    const out = (await receivedRequests()).filter(({ length }) => length === 0).length;
    return `${out} is out`;
  },
};
