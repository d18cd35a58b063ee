import type { Probe } from '../probe.ts';

/** A callee that never answers. */
export const timeout: Probe = {
  field: 'timeout',
  policy: { timeout: '200ms' },
  expected: 'ends by itself',
  run: async ({ play, call }) => {
    await play({ rest: 'hang' });
    const late = new Promise<'hangs'>((resolve) => setTimeout(resolve, 3_000, 'hangs').unref());
    const ended = await Promise.race([call(), late]);
    if (ended === 'hangs') return 'hangs';
    return ended.ms >= 190 ? 'ends by itself' : 'ends too soon';
  },
};
