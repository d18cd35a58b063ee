import type { ConformanceProbe } from '../probe.ts';

/** A callee that never answers. */
export const timeout: ConformanceProbe = {
  field: 'timeout',
  policy: { timeout: '200ms' },
  expected: 'ends by itself',
  run: async ({ setScripts, call }) => {
    await setScripts({ rest: 'hang' });
    const late = new Promise<'hangs'>((resolve) => setTimeout(resolve, 3_000, 'hangs').unref());
    const ended = await Promise.race([call(), late]);
    if (ended === 'hangs') return 'hangs';
    return ended.durationMs >= 190 ? 'ends by itself' : 'ends too soon';
  },
};
