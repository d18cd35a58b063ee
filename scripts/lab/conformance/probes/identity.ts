import type { Probe } from '../probe.ts';

/** What the callee's sidecar says of the caller's certificate. */
export const identity: Probe = {
  field: 'identity',
  policy: { timeout: '10s' },
  isMeshed: true,
  expected: 'a certificate says who calls',
  run: async ({ seen, play, call }) => {
    await play();
    await call();
    const [callee] = await seen();
    const certificate = String(callee?.[0]?.headers['x-forwarded-client-cert'] ?? '');
    return certificate.includes('URI=spiffe://')
      ? 'a certificate says who calls'
      : 'nothing proves who calls';
  },
};
