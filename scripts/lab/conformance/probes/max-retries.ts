import type { Probe } from '../probe.ts';

/** A callee that always fails. */
export const maxRetries: Probe = {
  field: 'retries.max',
  policy: {
    timeout: '10s',
    retries: { max: 7, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
  },
  expected: '8 tries, then UNAVAILABLE',
  run: async ({ seen, play, call }) => {
    await play({ rest: 'answer UNAVAILABLE' });
    const { code } = await call();
    const [callee] = await seen();
    return `${callee?.length} tries, then ${code}`;
  },
};
