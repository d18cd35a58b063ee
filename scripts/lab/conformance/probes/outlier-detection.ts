import type { ConformanceProbe } from '../probe.ts';
import type { Script } from '../scripted-callee.ts';

const FAILING: Script = { rest: 'answer HTTP 503' };

const policy = {
  timeout: '10s',
  outlierDetection: {
    consecutiveErrors: 3,
    // Longer than a probe takes on a busy machine, so that ejections by interval do not happen during the probe.
    interval: '60s',
    baseEjectionTime: '60s',
    maxEjectionPercent: 50,
  },
} as const;

/** Sends calls to three callees, of which one answers HTTP 503. */
export const outlierDetection: ConformanceProbe = {
  field: 'outlierDetection',
  policy,
  callees: 3,
  expected: 'ejected after 3 errors',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts(FAILING);
    for (let index = 0; index < 60; index++) await call();
    const [failing] = await receivedRequests();
    const errors = failing?.length ?? 0;
    return errors < 20 ? `ejected after ${errors} errors` : 'not ejected';
  },
};

/** Sends calls to three callees, of which two fail and at most 50 % may be ejected. */
export const maxEjectionPercent: ConformanceProbe = {
  field: 'outlierDetection.maxEjectionPercent',
  policy,
  callees: 3,
  expected: '1 callee is ejected',
  run: async ({ receivedRequests, setScripts, call }) => {
    // Callees that the first calls eject receive none of the second calls.
    for (const calls of [60, 30]) {
      await setScripts(FAILING, FAILING);
      for (let index = 0; index < calls; index++) await call();
    }
    const ejected = (await receivedRequests()).filter(({ length }) => length === 0).length;
    return `${ejected} callee is ejected`;
  },
};
