import type { ConformanceProbe } from '../probe.ts';

/** Calls a callee that never answers. */
export const timeout: ConformanceProbe = {
  field: 'timeout',
  policy: { timeout: '200ms' },
  expected: 'ends at its deadline',
  run: async ({ setScripts, call }) => {
    await setScripts({ rest: 'hang' });
    const hang = new Promise<'hangs'>((resolve) => setTimeout(resolve, 3_000, 'hangs').unref());
    const result = await Promise.race([call(), hang]);
    if (result === 'hangs') return 'hangs';
    return result.durationMs >= 190 ? 'ends at its deadline' : 'ends too early';
  },
};
