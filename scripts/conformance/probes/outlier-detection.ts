import type { Probe } from '../probe.ts';

/** Three callees of which one resets every stream. */
export const outlierDetection: Probe = {
  field: 'outlierDetection',
  policy: {
    timeout: '10s',
    outlierDetection: {
      consecutiveErrors: 3,
      interval: '1s',
      baseEjectionTime: '60s',
      maxEjectionPercent: 50,
    },
  },
  callees: 3,
  expected: 'out after 3 errors',
  run: async ({ seen, play, call }) => {
    await play({ rest: 'answer HTTP 503' });
    for (let turn = 0; turn < 60; turn++) await call();
    const [failing] = await seen();
    const errors = failing?.length ?? 0;
    return errors < 20 ? `out after ${errors} errors` : 'not taken out';
  },
};
